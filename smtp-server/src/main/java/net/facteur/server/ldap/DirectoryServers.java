package net.facteur.server.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.ExtendedResult;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchResultReference;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import com.unboundid.util.ssl.TrustAllSSLSocketVerifier;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import net.facteur.server.accounts.AccountSource.Verdict;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.ldap.LdapSettings.Access;
import net.facteur.server.tls.CertificateAuthorities;
import net.facteur.server.tls.InvalidCertificateException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The servers of a directory, asked in their order. Methods block; safe for many threads.
///
/// A server that does not answer is left alone for half a minute, so that nobody waits for it. To
/// where a server refers, nobody follows: whoever is named there has not been named in the
/// settings, and would learn our password.
final class DirectoryServers implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(DirectoryServers.class);
  private static final Duration REST = Duration.ofSeconds(30);
  private static final Duration SAY_AGAIN = Duration.ofMinutes(1);
  private static final int MAX_MESSAGE = 4 << 20;
  private static final long MAX_AGE_MILLIS = TimeUnit.MINUTES.toMillis(30);

  /// RFC 4511: a password is wrong, or the entry takes none.
  private static final Set<ResultCode> WRONG =
      Set.of(
          ResultCode.INVALID_CREDENTIALS,
          ResultCode.NO_SUCH_OBJECT,
          ResultCode.INAPPROPRIATE_AUTHENTICATION,
          ResultCode.CONSTRAINT_VIOLATION,
          ResultCode.UNWILLING_TO_PERFORM,
          ResultCode.INSUFFICIENT_ACCESS_RIGHTS);

  private final List<Server> servers;
  private final Access access;
  private final LongSupplier nanoTime;
  private long saidAt;
  private boolean said;

  /// One server.
  private static final class Server {
    final ServerUrl url;
    final Doors searches;
    final Doors logins;
    volatile boolean resting;
    volatile long restsUntil;

    Server(ServerUrl url, Doors searches, Doors logins) {
      this.url = url;
      this.searches = searches;
      this.logins = logins;
    }
  }

  /// Connections of one kind, and how many there may be.
  private record Doors(LDAPConnectionPool pool, Semaphore places) {}

  /// What a search found.
  ///
  /// @param references to other servers, which nobody follows
  record Found(List<SearchResultEntry> entries, List<String> references) {
    private static Found of(SearchResult result) {
      List<SearchResultEntry> entries = result.getSearchEntries();
      List<SearchResultReference> references = result.getSearchReferences();
      return new Found(
          entries == null ? List.of() : List.copyOf(entries),
          references == null
              ? List.of()
              : references.stream().flatMap(r -> Arrays.stream(r.getReferralURLs())).toList());
    }
  }

  /// What is asked over a connection.
  private interface Question<T> {
    T ask(LDAPConnection connection) throws LDAPException;
  }

  /// Connects to nobody yet.
  ///
  /// @param nanoTime such as `System::nanoTime`
  /// @throws IOException where the password or the authorities cannot be read
  DirectoryServers(Access access, LongSupplier nanoTime) throws IOException {
    this.access = access;
    this.nanoTime = nanoTime;
    X509TrustManager authorities = authorities(access);
    BindRequest login = null;
    if (access.login().isPresent()) {
      login =
          new SimpleBindRequest(
              access.login().get().dn(),
              new PasswordFile(access.login().get().passwordFile()).read());
    }
    var all = new ArrayList<Server>();
    for (ServerUrl url : access.servers()) {
      SSLContext tls = CertificateAuthorities.context(new NamedTrust(authorities, url.host()));
      all.add(new Server(url, doors(url, tls, login), doors(url, tls, null)));
    }
    servers = List.copyOf(all);
  }

  private static X509TrustManager authorities(Access access) throws IOException {
    try {
      return access.authorities().isPresent()
          ? CertificateAuthorities.read(access.authorities().get())
          : CertificateAuthorities.platform();
    } catch (InvalidCertificateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Doors doors(ServerUrl url, SSLContext tls, @Nullable BindRequest login) {
    var options = new LDAPConnectionOptions();
    int millis = Math.toIntExact(access.timeLimit().toMillis());
    options.setConnectTimeoutMillis(millis);
    options.setResponseTimeoutMillis(millis);
    options.setUseSynchronousMode(true);
    options.setFollowReferrals(false);
    options.setMaxMessageSize(MAX_MESSAGE);
    options.setBindWithDNRequiresPassword(true);
    options.setAbandonOnTimeout(true);
    // Names are compared with the chain, by NamedTrust.
    options.setSSLSocketVerifier(TrustAllSSLSocketVerifier.getInstance());
    SocketFactory sockets = url.implicitTls() ? tls.getSocketFactory() : SocketFactory.getDefault();
    PostConnectProcessor opening =
        !url.implicitTls() && access.startTls() ? new Encryption(tls) : null;
    try {
      var pool =
          new LDAPConnectionPool(
              new SingleServerSet(url.host(), url.port(), sockets, options),
              login,
              0,
              access.connections(),
              opening);
      pool.setMaxConnectionAgeMillis(MAX_AGE_MILLIS);
      pool.setConnectionPoolName(url.text());
      return new Doors(pool, new Semaphore(access.connections(), true));
    } catch (LDAPException e) {
      throw new IllegalStateException("no connection was asked for", e);
    }
  }

  /// RFC 4511, section 4.14: StartTLS, before anything else is said.
  private record Encryption(SSLContext tls) implements PostConnectProcessor {
    @Override
    public void processPreAuthenticatedConnection(LDAPConnection connection) throws LDAPException {
      ExtendedResult result = connection.processExtendedOperation(new StartTLSExtendedRequest(tls));
      if (!result.getResultCode().equals(ResultCode.SUCCESS)) {
        String detail = result.getDiagnosticMessage();
        throw new StartTlsRefusedException(
            result.getResultCode(), detail == null ? result.getResultCode().getName() : detail);
      }
    }

    @Override
    public void processPostAuthenticatedConnection(LDAPConnection connection) {}
  }

  /// Searches with the first server that answers. An entry that is asked for by its name, and is
  /// not there, is an empty result.
  ///
  /// @param limit entries; more are [Trouble.Kind#SIZE]
  /// @throws UnavailableException where none answers, or the one that does cannot say
  Found search(String base, SearchScope scope, Filter filter, int limit, List<String> attributes)
      throws UnavailableException {
    var troubles = new ArrayList<Trouble>();
    for (Server server : awake()) {
      try {
        return search(server, base, scope, filter, limit, attributes);
      } catch (LDAPException e) {
        if (scope.equals(SearchScope.BASE) && e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
          answers(server);
          return new Found(List.of(), List.of());
        }
        Trouble trouble = trouble(server, e, false);
        troubles.add(trouble);
        if (!trouble.elsewhereBetter()) {
          break;
        }
      } catch (LoginFailedException e) {
        troubles.add(trouble(server, e.ldap(), true));
      }
    }
    throw new UnavailableException(troubles);
  }

  private Found search(
      Server server,
      String base,
      SearchScope scope,
      Filter filter,
      int limit,
      List<String> attributes)
      throws LDAPException, LoginFailedException {
    int seconds = (int) Math.max(1, access.timeLimit().toSeconds());
    var request =
        new SearchRequest(
            base,
            scope,
            DereferencePolicy.NEVER,
            limit,
            seconds,
            false,
            filter,
            attributes.toArray(String[]::new));
    SearchResult found = asked(server.searches, connection -> connection.search(request));
    answers(server);
    return Found.of(found);
  }

  /// Asks the first server that answers whether a password is right.
  ///
  /// @param password UTF-8 octets, at least one: an empty one would be no question
  Verdict bind(String dn, byte[] password) {
    if (password.length == 0) {
      return Verdict.WRONG;
    }
    for (Server server : awake()) {
      try {
        asked(server.logins, connection -> connection.bind(new SimpleBindRequest(dn, password)));
        answers(server);
        return Verdict.RIGHT;
      } catch (LDAPException e) {
        if (WRONG.contains(e.getResultCode())) {
          answers(server);
          return Verdict.WRONG;
        }
        if (!trouble(server, e, false).elsewhereBetter()) {
          return Verdict.UNAVAILABLE;
        }
      } catch (LoginFailedException e) {
        trouble(server, e.ldap(), false);
      }
    }
    return Verdict.UNAVAILABLE;
  }

  /// Looks whether one server answers, as a first search would: it connects, encrypts, logs in.
  Optional<Trouble> look(ServerUrl url) {
    for (Server server : servers) {
      if (server.url.equals(url)) {
        try {
          asked(server.searches, connection -> Optional.ofNullable(connection.getRootDSE()));
          return Optional.empty();
        } catch (LDAPException e) {
          return Optional.of(Trouble.of(url.text(), e, false));
        } catch (LoginFailedException e) {
          return Optional.of(Trouble.of(url.text(), e.ldap(), true));
        }
      }
    }
    throw new IllegalArgumentException(url.text());
  }

  /// A connection could not be opened, encrypted, or logged in to.
  private static final class LoginFailedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final LDAPException ldap;

    LoginFailedException(LDAPException e) {
      super(e);
      ldap = e;
    }

    LDAPException ldap() {
      return ldap;
    }
  }

  private <T> T asked(Doors doors, Question<T> question)
      throws LDAPException, LoginFailedException {
    try {
      if (!doors.places.tryAcquire(access.timeLimit().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LDAPException(ResultCode.TIMEOUT, "all connections are taken");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LDAPException(ResultCode.SERVER_DOWN, "the server is stopping", e);
    }
    try {
      boolean kept = doors.pool.getCurrentAvailableConnections() > 0;
      try {
        return once(doors.pool, question);
      } catch (LDAPException e) {
        // The other side closes what was idle: once more, over a new one.
        if (kept && e.getResultCode().equals(ResultCode.SERVER_DOWN)) {
          doors.pool.shrinkPool(0);
          return once(doors.pool, question);
        }
        throw e;
      }
    } finally {
      doors.places.release();
    }
  }

  private static <T> T once(LDAPConnectionPool pool, Question<T> question)
      throws LDAPException, LoginFailedException {
    LDAPConnection connection;
    try {
      connection = pool.getConnection();
    } catch (LDAPException e) {
      throw new LoginFailedException(e);
    }
    boolean usable = false;
    try {
      T answer = question.ask(connection);
      usable = true;
      return answer;
    } catch (LDAPException e) {
      usable = e.getResultCode().isConnectionUsable();
      throw e;
    } finally {
      if (usable) {
        pool.releaseConnection(connection);
      } else {
        pool.discardConnection(connection);
      }
    }
  }

  private List<Server> awake() {
    return servers.stream().filter(server -> !rests(server)).toList();
  }

  private boolean rests(Server server) {
    return server.resting && nanoTime.getAsLong() - server.restsUntil < 0;
  }

  /// True where no server answers.
  boolean down() {
    return servers.stream().allMatch(this::rests);
  }

  private Trouble trouble(Server server, LDAPException e, boolean login) {
    Trouble trouble = Trouble.of(server.url.text(), e, login);
    if (trouble.elsewhereBetter()) {
      server.restsUntil = nanoTime.getAsLong() + REST.toNanos();
      server.resting = true;
      LOG.warn(
          "ldap server={} result=silent problem={} reason=\"{}\"",
          trouble.server(),
          trouble.kind(),
          trouble.detail());
    } else if (mayBeSaid()) {
      LOG.error(
          "ldap server={} result=refused problem={} reason=\"{}\"",
          trouble.server(),
          trouble.kind(),
          trouble.detail());
    }
    return trouble;
  }

  /// A mistake in the settings would fill the log: each search meets it.
  private synchronized boolean mayBeSaid() {
    long now = nanoTime.getAsLong();
    if (said && now - saidAt < SAY_AGAIN.toNanos()) {
      return false;
    }
    said = true;
    saidAt = now;
    return true;
  }

  private static void answers(Server server) {
    if (server.resting) {
      server.resting = false;
      LOG.info("ldap server={} result=answers", server.url);
    }
  }

  @Override
  public void close() {
    for (Server server : servers) {
      server.searches.pool.close();
      server.logins.pool.close();
    }
  }
}
