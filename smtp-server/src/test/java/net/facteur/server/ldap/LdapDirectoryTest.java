package net.facteur.server.ldap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldif.LDIFReader;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AccountSource.Answer;
import net.facteur.server.accounts.AccountSource.Verdict;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Accounts of a directory, and what may go wrong with one.
class LdapDirectoryTest {
  private static final String PEOPLE =
      """
      dn: dc=example,dc=org
      objectClass: domain
      dc: example

      dn: cn=facteur,dc=example,dc=org
      objectClass: applicationProcess
      objectClass: simpleSecurityObject
      cn: facteur
      userPassword: machine

      dn: uid=alice,dc=example,dc=org
      objectClass: inetOrgPerson
      cn: Alice
      sn: A
      uid: alice
      userPassword: right
      mail: sales@example.org
      mail: alice@example.org
      mail: alice@elsewhere.example

      dn: uid=bob,dc=example,dc=org
      objectClass: inetOrgPerson
      cn: Bob
      sn: B
      uid: bob
      userPassword: right too
      mail: Bob@Example.ORG

      dn: cn=team,dc=example,dc=org
      objectClass: groupOfNames
      objectClass: extensibleObject
      cn: team
      mail: team@example.org
      member: uid=alice,dc=example,dc=org
      member: cn=inner,dc=example,dc=org
      member: uid=nobody,dc=example,dc=org

      dn: cn=inner,dc=example,dc=org
      objectClass: groupOfNames
      objectClass: extensibleObject
      cn: inner
      mail: inner@example.org
      member: uid=bob,dc=example,dc=org
      member: cn=friend,dc=example,dc=org
      member: cn=team,dc=example,dc=org

      dn: cn=friend,dc=example,dc=org
      objectClass: inetOrgPerson
      cn: friend
      sn: friend
      mail: friend@elsewhere.example
      """;

  @TempDir private Path directory = Path.of("");

  private final SecureRandom random = new SecureRandom();
  private final AtomicLong nanos = new AtomicLong(1);
  private final DirectoryMemory memory = new DirectoryMemory(random, nanos::get);
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger searches = new AtomicInteger();
  private final AtomicReference<Optional<ResultCode>> fault =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Duration> slow = new AtomicReference<>(Duration.ZERO);
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    workers.shutdownNow();
  }

  private InMemoryDirectoryServer server(String ldif) throws Exception {
    return server(ldif, 0, InMemoryListenerConfig.createLDAPConfig("ldap", loopback(), 0, null));
  }

  private InMemoryDirectoryServer server(String ldif, int limit, InMemoryListenerConfig listener)
      throws Exception {
    var config = new InMemoryDirectoryServerConfig("dc=example,dc=org");
    config.setListenerConfigs(listener);
    config.setSchema(null);
    config.setEnforceAttributeSyntaxCompliance(false);
    if (limit > 0) {
      config.setMaxSizeLimit(limit);
    }
    config.addInMemoryOperationInterceptor(
        new InMemoryOperationInterceptor() {
          @Override
          public void processSearchRequest(InMemoryInterceptedSearchRequest request)
              throws LDAPException {
            searches.incrementAndGet();
            if (!slow.get().isZero()) {
              try {
                Thread.sleep(slow.get());
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            }
            if (fault.get().isPresent()) {
              throw new LDAPException(fault.get().get(), "as the test wants it");
            }
          }
        });
    var server = new InMemoryDirectoryServer(config);
    server.importFromLDIF(true, new LDIFReader(new ByteArrayInputStream(ldif.getBytes(UTF_8))));
    server.startListening();
    open.add(() -> server.shutDown(true));
    return server;
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private static String url(InMemoryDirectoryServer server) {
    return "ldap://127.0.0.1:" + server.getListenPort();
  }

  private LdapSettings settings(String servers, String more) throws Exception {
    Path password = directory.resolve("ldap.password");
    Files.writeString(password, "machine\n");
    Path file = directory.resolve("mail.conf");
    Files.writeString(
        file,
        """
        hostname = mail.example.org
        domains { "example.org" {}, "xn--exmple-cua.org" {} }
        ldap {
          servers = [%s]
          base = "dc=example,dc=org"
          bind-dn = "cn=facteur,dc=example,dc=org"
          bind-password-file = "%s"
          starttls = false
          time-limit = 1s
        }
        %s
        """
            .formatted(servers, password, more));
    return switch (Reference.loader(Map.of(), Optional.of("mail.example.org")).load(file)) {
      case LoadedSettings.Good(Settings good) -> LdapSettings.from(good).orElseThrow();
      case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes);
    };
  }

  private LdapDirectory directory(InMemoryDirectoryServer server, String more) throws Exception {
    return directory(settings("\"" + url(server) + "\"", more));
  }

  private LdapDirectory directory(LdapSettings settings) throws Exception {
    var made = new LdapDirectory(settings, memory, workers, nanos::get);
    open.add(made);
    return made;
  }

  private static UserName name(String address) {
    return UserName.parse(address).orElseThrow();
  }

  private static Answer find(LdapDirectory directory, String address) {
    directory.prepare(List.of(name(address))).toCompletableFuture().join();
    return directory.find(name(address));
  }

  private static List<String> targets(LdapDirectory directory, String address) {
    directory.prepare(List.of(name(address))).toCompletableFuture().join();
    return directory.targets(name(address));
  }

  private static Answer login(LdapDirectory directory, String login) {
    directory.prepare(login).toCompletableFuture().join();
    return directory.findLogin(login);
  }

  private static Verdict password(LdapDirectory directory, String login, String password) {
    User user = assertInstanceOf(Answer.Found.class, login(directory, login)).user();
    return directory.verify(user, password.getBytes(UTF_8)).toCompletableFuture().join();
  }

  private static String user(Answer answer) {
    return assertInstanceOf(Answer.Found.class, answer).user().name().text();
  }

  private void later(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void theAddressWithTheNameOfTheAccountNamesTheMailboxAndTheOthersLeadThere() throws Exception {
    LdapDirectory directory = directory(server(PEOPLE), "");
    User alice = assertInstanceOf(Answer.Found.class, find(directory, "alice@example.org")).user();
    assertEquals(List.of("sales@example.org"), alice.sendAs());
    assertInstanceOf(Answer.Unknown.class, find(directory, "sales@example.org"));
    assertEquals(List.of("alice@example.org"), targets(directory, "sales@example.org"));
    assertEquals(List.of(), targets(directory, "alice@example.org"));
    assertEquals("bob@example.org", user(find(directory, "bob@example.org")));
    assertInstanceOf(Answer.Unknown.class, find(directory, "carol@example.org"));
  }

  @Test
  void nothingIsAskedOnTheWayOfAnAnswerFromMemory() throws Exception {
    LdapDirectory directory = directory(server(PEOPLE), "");
    assertInstanceOf(Answer.Unavailable.class, directory.find(name("alice@example.org")));
    assertEquals(0, searches.get());
    find(directory, "alice@example.org");
    int asked = searches.get();
    assertTrue(asked > 0, "nobody was asked");
    find(directory, "alice@example.org");
    find(directory, "sales@example.org");
    assertEquals(asked, searches.get(), "asked again");
  }

  @Test
  void addressesOfOtherDomainsAreNeverAskedFor() throws Exception {
    LdapDirectory directory = directory(server(PEOPLE), "");
    assertInstanceOf(Answer.Unknown.class, find(directory, "friend@elsewhere.example"));
    assertEquals(0, searches.get());
  }

  @Test
  void aGroupLeadsToItsMembersAndThoseOfItsGroupsAndACircleEnds() throws Exception {
    LdapDirectory directory = directory(server(PEOPLE), "");
    assertEquals(
        List.of("alice@example.org", "bob@example.org", "friend@elsewhere.example"),
        targets(directory, "team@example.org"));
    assertInstanceOf(Answer.Unknown.class, directory.find(name("team@example.org")));
  }

  @Test
  void aLoginIsAnAddressOrANameAndItsPasswordIsAskedByABind() throws Exception {
    LdapDirectory directory = directory(server(PEOPLE), "");
    for (String login : List.of("alice", "ALICE", "alice@example.org", "sales@Example.org")) {
      assertEquals(Verdict.RIGHT, password(directory, login, "right"), login);
      assertEquals(Verdict.WRONG, password(directory, login, "wrong"), login);
    }
    assertInstanceOf(Answer.Unknown.class, login(directory, "carol"));
    assertEquals(Verdict.WRONG, password(directory, "alice", ""), "no anonymous bind passes");
  }

  @Test
  void noLoginChangesTheFilterThatItIsPutInto() throws Exception {
    LdapDirectory directory = directory(server(PEOPLE), "");
    for (String login :
        List.of("*", "a*", "alice)(uid=*", "*)(|(uid=*", "alice\\2a", "alice\u0000", "(", "\\")) {
      assertInstanceOf(Answer.Unknown.class, login(directory, login), login);
    }
  }

  @Test
  void aDirectoryThatIsDownNeverSaysThatThereIsNobody() throws Exception {
    InMemoryDirectoryServer server = server(PEOPLE);
    LdapDirectory directory = directory(server, "");
    assertEquals("alice@example.org", user(find(directory, "alice@example.org")));
    assertInstanceOf(Answer.Unknown.class, find(directory, "carol@example.org"));
    server.shutDown(true);
    later(Duration.ofMinutes(6));
    assertEquals("alice@example.org", user(find(directory, "alice@example.org")));
    assertInstanceOf(Answer.Unavailable.class, find(directory, "carol@example.org"));
    assertInstanceOf(Answer.Unavailable.class, find(directory, "bob@example.org"));
    assertInstanceOf(Answer.Unavailable.class, login(directory, "bob"));
    later(Duration.ofDays(2));
    assertInstanceOf(Answer.Unavailable.class, find(directory, "alice@example.org"));
  }

  @Test
  void whoHasLoggedInLatelyStillCanWhileTheDirectoryIsDown() throws Exception {
    InMemoryDirectoryServer server = server(PEOPLE);
    LdapSettings settings = settings("\"" + url(server) + "\"", "");
    LdapDirectory directory = directory(settings);
    assertEquals(Verdict.RIGHT, password(directory, "alice", "right"));
    find(directory, "bob@example.org");
    server.shutDown(true);
    assertEquals(Verdict.RIGHT, password(directory, "alice@example.org", "right"));
    assertEquals(Verdict.UNAVAILABLE, password(directory, "alice@example.org", "wrong"));
    assertEquals(Verdict.UNAVAILABLE, password(directory, "bob@example.org", "right too"));
    LdapDirectory reloaded = directory(settings);
    assertEquals(Verdict.RIGHT, password(reloaded, "alice@example.org", "right"), "after a reload");
    later(Duration.ofDays(2));
    assertInstanceOf(Answer.Unavailable.class, login(directory, "alice@example.org"));
  }

  @Test
  void aPasswordThatWasChangedIsNotRemembered() throws Exception {
    InMemoryDirectoryServer server = server(PEOPLE);
    LdapDirectory directory = directory(server, "");
    assertEquals(Verdict.RIGHT, password(directory, "alice", "right"));
    server.modify(
        "dn: uid=alice,dc=example,dc=org",
        "changetype: modify",
        "replace: userPassword",
        "userPassword: new");
    assertEquals(Verdict.WRONG, password(directory, "alice", "right"));
    server.shutDown(true);
    assertEquals(Verdict.UNAVAILABLE, password(directory, "alice@example.org", "right"));
  }

  @Test
  void theNextServerIsAskedAndTheDeadOneRests() throws Exception {
    InMemoryDirectoryServer dead = server(PEOPLE);
    String first = url(dead);
    dead.shutDown(true);
    InMemoryDirectoryServer second = server(PEOPLE);
    LdapDirectory directory =
        directory(settings("\"" + first + "\", \"" + url(second) + "\"", "ldap.fresh = 0s"));
    assertEquals("alice@example.org", user(find(directory, "alice@example.org")));
    assertEquals("alice@example.org", user(find(directory, "alice@example.org")));
    assertEquals(Verdict.RIGHT, password(directory, "alice", "right"));
  }

  @Test
  void aServerThatComesBackIsAskedAgain() throws Exception {
    InMemoryDirectoryServer server = server(PEOPLE);
    int port = server.getListenPort();
    LdapDirectory directory = directory(server, "");
    server.shutDown(true);
    assertInstanceOf(Answer.Unavailable.class, find(directory, "alice@example.org"));
    server(PEOPLE, 0, InMemoryListenerConfig.createLDAPConfig("ldap", loopback(), port, null));
    assertInstanceOf(Answer.Unavailable.class, find(directory, "alice@example.org"), "it rests");
    later(Duration.ofSeconds(31));
    assertEquals("alice@example.org", user(find(directory, "alice@example.org")));
  }

  @Test
  void aSlowServerIsNotWaitedForLongerThanTheLimit() throws Exception {
    LdapDirectory directory = directory(server(PEOPLE), "ldap.time-limit = 200ms");
    slow.set(Duration.ofSeconds(3));
    assertInstanceOf(Answer.Unavailable.class, find(directory, "alice@example.org"));
    assertInstanceOf(Answer.Unavailable.class, login(directory, "alice"));
  }

  /// StartTLS and the bind are answered, and the search never is.
  @Test
  void aServerThatGoesSilentBehindStartTlsIsNotWaitedForEither() throws Exception {
    var authority = new CertificateAuthority("Test", Duration.ofDays(1), Instant::now, random);
    Path authorities = directory.resolve("ca.pem");
    CertificateAuthority.write(List.of(authority.certificate()), authorities);
    ServerCertificate certificate = authority.issue(DomainName.of("localhost"));
    var keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    keys.setKeyEntry(
        "server",
        certificate.key(),
        new char[0],
        certificate.chain().toArray(new X509Certificate[0]));
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, new char[0]);
    var tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, random);
    InMemoryDirectoryServer server =
        server(
            PEOPLE,
            0,
            InMemoryListenerConfig.createLDAPConfig("ldap", loopback(), 0, tls.getSocketFactory()));
    LdapDirectory directory =
        directory(
            settings(
                "\"ldap://localhost:" + server.getListenPort() + "\"",
                "ldap.starttls = true\nldap.authorities = \"" + authorities + "\"\n"));
    assertEquals("alice@example.org", user(find(directory, "alice@example.org")));
    slow.set(Duration.ofSeconds(6));
    assertInstanceOf(Answer.Unavailable.class, find(directory, "bob@example.org"));
    assertInstanceOf(Answer.Unavailable.class, login(directory, "bob"));
  }

  @Test
  void errorsOfTheDirectoryAreNoAnswer() throws Exception {
    LdapDirectory directory = directory(server(PEOPLE), "");
    for (ResultCode code :
        List.of(
            ResultCode.REFERRAL,
            ResultCode.NO_SUCH_OBJECT,
            ResultCode.INSUFFICIENT_ACCESS_RIGHTS,
            ResultCode.SIZE_LIMIT_EXCEEDED,
            ResultCode.BUSY,
            ResultCode.OTHER)) {
      fault.set(Optional.of(code));
      assertInstanceOf(
          Answer.Unavailable.class, find(directory, "alice@example.org"), code.getName());
      later(Duration.ofSeconds(31));
    }
    fault.set(Optional.empty());
    assertEquals("alice@example.org", user(find(directory, "alice@example.org")));
  }

  @Test
  void aFilterThatFindsTheWholeDirectoryIsNoAnswer() throws Exception {
    var many = new StringBuilder(PEOPLE);
    for (int i = 0; i < 50; i++) {
      many.append(
          "\ndn: uid=u%1$d,dc=example,dc=org\nobjectClass: inetOrgPerson\ncn: u\nsn: u\nuid: u%1$d\nmail: u%1$d@example.org\n"
              .formatted(i));
    }
    LdapDirectory directory =
        directory(server(many.toString()), "ldap.search.account = \"(|(mail={address})(mail=*))\"");
    assertInstanceOf(Answer.Unavailable.class, find(directory, "u1@example.org"));
  }

  @Test
  void aWrongPasswordOfTheServerItselfIsNoAnswer() throws Exception {
    LdapSettings settings = settings("\"" + url(server(PEOPLE)) + "\"", "");
    Files.writeString(directory.resolve("ldap.password"), "wrong\n");
    LdapDirectory directory = directory(settings);
    assertInstanceOf(Answer.Unavailable.class, find(directory, "alice@example.org"));
    assertInstanceOf(Answer.Unavailable.class, find(directory, "nobody@example.org"));
  }

  @Test
  void severalEntriesWithOneAddressLetMailWait() throws Exception {
    LdapDirectory directory =
        directory(
            server(
                PEOPLE
                    + """

                    dn: uid=bob2,dc=example,dc=org
                    objectClass: inetOrgPerson
                    cn: Bob
                    sn: B
                    uid: bob
                    mail: bob@example.org
                    """),
            "");
    assertInstanceOf(Answer.Unavailable.class, find(directory, "bob@example.org"));
    assertInstanceOf(Answer.Unavailable.class, login(directory, "bob"));
    assertEquals("alice@example.org", user(find(directory, "alice@example.org")));
  }

  @Test
  void valuesWithControlCharactersArePassedOver() throws Exception {
    LdapDirectory directory =
        directory(
            server(
                PEOPLE
                    + """

                    dn: uid=eve,dc=example,dc=org
                    objectClass: inetOrgPerson
                    cn: Eve
                    sn: E
                    uid: eve
                    mail: eve@example.org
                    mail:: ZXZlG1szMW1AZXhhbXBsZS5vcmc=
                    mail:: cm9vdEBleGFtcGxlLm9yZw0KUkNQVCBUTzo8YUBiPg==
                    mail: ../../etc@example.org
                    """),
            "");
    User eve = assertInstanceOf(Answer.Found.class, find(directory, "eve@example.org")).user();
    assertEquals(List.of(), eve.sendAs());
  }

  @Test
  void namesAreComparedWithoutCaseAndInOneFormOfUnicode() throws Exception {
    LdapDirectory directory =
        directory(
            server(
                PEOPLE
                    + """

                    dn: uid=zoe,dc=example,dc=org
                    objectClass: inetOrgPerson
                    cn: Zoe
                    sn: Z
                    uid: zoe
                    mail: zoe\u0301@exämple.org
                    """),
            "");
    assertEquals("zoé@xn--exmple-cua.org", user(find(directory, "Zoe\u0301@ex\u00e4mple.org")));
  }

  @Test
  void aMillionEntriesAreAskedLikeTen() throws Exception {
    LdapDirectory directory = directory(server(PEOPLE), "");
    var many = new ArrayList<UserName>();
    for (int i = 0; i < 120; i++) {
      many.add(name("u" + i + "@example.org"));
    }
    directory.prepare(many).toCompletableFuture().join();
    assertEquals(6, searches.get(), "three batches, of accounts and of groups");
    assertInstanceOf(Answer.Unknown.class, directory.find(many.getLast()));
  }

  @Test
  void qmailForwardsLocksAndLimits() throws Exception {
    LdapDirectory directory =
        directory(
            server(
                PEOPLE
                    + """

                    dn: uid=quentin,dc=example,dc=org
                    objectClass: qmailUser
                    uid: quentin
                    mail: quentin@example.org
                    mailAlternateAddress: q@example.org
                    mailForwardingAddress: q@elsewhere.example
                    mailQuotaSize: 1073741824
                    accountStatus: noaccess

                    dn: uid=gone,dc=example,dc=org
                    objectClass: qmailUser
                    uid: gone
                    mail: gone@example.org
                    accountStatus: deleted

                    dn: uid=away,dc=example,dc=org
                    objectClass: qmailUser
                    uid: away
                    mail: away@example.org
                    mailForwardingAddress: a@elsewhere.example
                    deliveryMode: forwardonly
                    """),
            "ldap.schema = qmail");
    User quentin =
        assertInstanceOf(Answer.Found.class, find(directory, "quentin@example.org")).user();
    assertTrue(quentin.locked());
    assertEquals(Optional.of(1L << 30), quentin.quota());
    assertEquals(
        List.of("q@elsewhere.example", "quentin@example.org"),
        targets(directory, "quentin@example.org"));
    assertEquals(List.of("quentin@example.org"), targets(directory, "q@example.org"));
    assertEquals(List.of("a@elsewhere.example"), targets(directory, "away@example.org"));
    assertInstanceOf(Answer.Unknown.class, find(directory, "gone@example.org"));
  }

  @Test
  void unixGroupsLeadToTheirAccounts() throws Exception {
    LdapDirectory directory =
        directory(
            server(
                PEOPLE
                    + """

                    dn: uid=ursula,dc=example,dc=org
                    objectClass: posixAccount
                    uid: ursula
                    cn: Ursula

                    dn: uid=victor,dc=example,dc=org
                    objectClass: posixAccount
                    uid: victor
                    cn: Victor
                    mail: v.victor@example.org

                    dn: cn=staff,dc=example,dc=org
                    objectClass: posixGroup
                    cn: staff
                    memberUid: ursula
                    memberUid: victor
                    memberUid: nobody
                    """),
            "ldap.schema = posixGroup");
    assertEquals("ursula@example.org", user(find(directory, "ursula@example.org")));
    assertEquals("v.victor@example.org", user(login(directory, "victor")));
    assertInstanceOf(Answer.Unknown.class, find(directory, "victor@example.org"));
    assertInstanceOf(Answer.Unknown.class, find(directory, "ursula@xn--exmple-cua.org"));
    assertEquals(
        List.of("ursula@example.org", "v.victor@example.org"),
        targets(directory, "staff@example.org").stream().sorted().toList());
  }

  @Test
  void mailRoutingAddressesLeadAway() throws Exception {
    LdapDirectory directory =
        directory(
            server(
                PEOPLE
                    + """

                    dn: uid=laura,dc=example,dc=org
                    objectClass: inetLocalMailRecipient
                    uid: laura
                    mailLocalAddress: laura@example.org
                    mailLocalAddress: l@example.org
                    mailRoutingAddress: laura@example.org

                    dn: uid=max,dc=example,dc=org
                    objectClass: inetLocalMailRecipient
                    uid: max
                    mailLocalAddress: max@example.org
                    mailRoutingAddress: max@elsewhere.example
                    """),
            "ldap.schema = mailLocalAddress");
    assertEquals(List.of(), targets(directory, "laura@example.org"));
    assertEquals(List.of("laura@example.org"), targets(directory, "l@example.org"));
    assertEquals(List.of("max@elsewhere.example"), targets(directory, "max@example.org"));
  }

  @Test
  void aDirectoryThatDoesNotAnswerIsToldOfOnceWithTheInnermostReason() throws Exception {
    int port;
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    DirectoryProbe.Report report =
        new DirectoryProbe(settings("\"ldap://127.0.0.1:" + port + "\"", ""), System::nanoTime)
            .ask("alice", Optional.empty());
    List<String> lines =
        report.lines().stream()
            .map(line -> line.in(Language.ENGLISH))
            .filter(line -> line.contains("does not answer"))
            .toList();
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.getFirst().contains("does not answer (Connection refused)."), lines::toString);
  }

  @Test
  void quotasAreNumbersWithAUnitOrWithout() {
    assertEquals(Optional.of(2L << 30), EntryReader.octets("2G", 1));
    assertEquals(Optional.of(512L << 20), EntryReader.octets("512 MiB", 1));
    assertEquals(Optional.of(1000L * 1024), EntryReader.octets("1000", 1024));
    assertEquals(Optional.of(5_000_000L), EntryReader.octets("5000000S,1000C", 1024));
    assertEquals(Optional.of(0L), EntryReader.octets("0", 1));
    assertEquals(Optional.empty(), EntryReader.octets("-1", 1));
    assertEquals(Optional.empty(), EntryReader.octets("999999999999999T", 1));
    assertEquals(Optional.empty(), EntryReader.octets("much", 1));
  }
}
