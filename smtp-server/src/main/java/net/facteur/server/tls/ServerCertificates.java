package net.facteur.server.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.files.FileStamp;
import net.facteur.server.net.TlsContexts;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The TLS contexts of the listeners, by the name the client asks for.
///
/// A look-up reads one immutable table, so it never waits; a changed certificate replaces the whole
/// table. Safe for use by many threads at once.
public final class ServerCertificates implements TlsContexts, AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(ServerCertificates.class);

  /// How long a replaced context is kept for connections that have looked it up and not used it
  /// yet.
  private static final Duration RETIREMENT = Duration.ofMinutes(1);

  private final TlsSettings settings;
  private final SwapGuard guard;
  private final InstantSource clock;
  private final ServerContexts contexts;
  private final ArrayDeque<Retired> retired = new ArrayDeque<>();
  private final List<Watched> watched = new ArrayList<>();
  private volatile Table table;
  private @Nullable ScheduledFuture<?> watch;

  /// Reads every pair. An expired certificate is served and logged, since old mail is better off
  /// with it than without TLS.
  ///
  /// @throws InvalidCertificateException naming the first file that cannot be used
  public ServerCertificates(TlsSettings settings, SwapGuard guard, InstantSource clock)
      throws InvalidCertificateException {
    this(settings, guard, clock, Map.of());
  }

  /// @param before what is in service, by the names in the settings: it stays until the guard lets
  ///   what lies in the files take its place
  private ServerCertificates(
      TlsSettings settings,
      SwapGuard guard,
      InstantSource clock,
      Map<List<HostPattern>, ServerCertificate> before)
      throws InvalidCertificateException {
    this.settings = settings;
    this.guard = guard;
    this.clock = clock;
    this.contexts = new ServerContexts(settings);
    var served = new ArrayList<Served>();
    for (CertificateFiles files : settings.certificates()) {
      var slot = new Watched(files);
      watched.add(slot);
      ServerCertificate read = PemFiles.read(files);
      ServerCertificate certificate = before.getOrDefault(files.names(), read);
      if (certificate.equals(read)) {
        warn(files, certificate);
      } else {
        slot.forget();
      }
      served.add(new Served(certificate, contexts.build(certificate)));
    }
    this.table = Table.of(served);
    LOG.info("TLS by {}: {}", contexts.providerName(), certificates());
  }

  /// Those of other settings, in place of these. A certificate for a name of both is judged like
  /// one that came into the files by itself; the one by default is what `settings` say.
  ///
  /// @throws InvalidCertificateException naming the first file that cannot be used
  public synchronized ServerCertificates followedBy(TlsSettings settings, SwapGuard guard)
      throws InvalidCertificateException {
    Map<List<HostPattern>, ServerCertificate> inService = new HashMap<>();
    List<ServerCertificate> certificates = certificates();
    for (int i = 0; i < certificates.size(); i++) {
      List<HostPattern> names = watched.get(i).files.names();
      if (!names.isEmpty()) {
        inService.put(names, certificates.get(i));
      }
    }
    return new ServerCertificates(settings, guard, clock, inService);
  }

  @Override
  public SslContext byDefault() {
    return table.served().getFirst().context();
  }

  @Override
  public SslContext forName(String serverName) {
    return served(serverName).context();
  }

  /// The context for `serverName`; empty where no certificate is for that name.
  public Optional<SslContext> matching(String serverName) {
    return DomainName.parse(serverName)
        .toOptional()
        .map(name -> new Asked(name, table.find(name)))
        .filter(asked -> asked.served().certificate().names().stream().anyMatch(asked::named))
        .map(asked -> asked.served().context());
  }

  private record Asked(DomainName name, Served served) {
    boolean named(HostPattern pattern) {
      return pattern.wildcard()
          ? name.parent().map(pattern.name()::equals).orElse(false)
          : pattern.name().equals(name);
    }
  }

  /// The certificate that a client asking for `serverName` sees.
  public ServerCertificate certificate(String serverName) {
    return served(serverName).certificate();
  }

  /// All certificates in service, the default first.
  public List<ServerCertificate> certificates() {
    return table.served().stream().map(Served::certificate).toList();
  }

  private Served served(String serverName) {
    Table current = table;
    return DomainName.parse(serverName) instanceof Parsed.Ok<DomainName>(DomainName name)
        ? current.find(name)
        : current.served().getFirst();
  }

  /// Puts another certificate in service by default, from the next handshake on. Whether it may is
  /// settled already: no guard is asked.
  ///
  /// @throws InvalidCertificateException where it cannot be used; nothing changes then
  public synchronized void serve(CertificateFiles first) throws InvalidCertificateException {
    ServerCertificate certificate = PemFiles.read(first);
    var next = new ArrayList<>(table.served());
    if (!certificate.equals(next.getFirst().certificate())) {
      var served = new Served(certificate, contexts.build(certificate));
      retired.add(new Retired(next.getFirst().context(), clock.instant()));
      next.set(0, served);
      table = Table.of(next);
      LOG.info("now serving the {}", certificate);
    }
    watched.set(0, new Watched(first));
  }

  /// Looks at the files now and every [TlsSettings#pollInterval()] on `timer`, until closed.
  public synchronized void watch(ScheduledExecutorService timer) {
    long millis = settings.pollInterval().toMillis();
    watch = timer.scheduleWithFixedDelay(this::refreshSafely, 0, millis, TimeUnit.MILLISECONDS);
  }

  private void refreshSafely() {
    try {
      refresh();
    } catch (RuntimeException e) {
      LOG.error("looking at the certificate files failed; the old ones stay in service", e);
    }
  }

  /// Looks at the files now, and puts what changed and is right into service.
  ///
  /// @return true where a certificate was replaced
  public synchronized boolean refresh() {
    releaseRetired(clock.instant().minus(RETIREMENT));
    var next = new ArrayList<>(table.served());
    boolean changed = false;
    for (int i = 0; i < next.size(); i++) {
      Watched files = watched.get(i);
      if (!files.worthReading()) {
        continue;
      }
      Optional<Served> replacement = replacement(files, next.get(i));
      if (replacement.isPresent()) {
        retired.add(new Retired(next.get(i).context(), clock.instant()));
        next.set(i, replacement.get());
        changed = true;
      }
    }
    if (changed) {
      table = Table.of(next);
    }
    return changed;
  }

  private Optional<Served> replacement(Watched slot, Served old) {
    CertificateFiles files = slot.files;
    try {
      ServerCertificate certificate = PemFiles.read(files);
      if (certificate.equals(old.certificate())) {
        slot.content();
        return Optional.empty();
      }
      PemFiles.checkValidity(files.chain(), certificate.leaf(), clock.instant());
      Optional<String> refusal = guard.refusal(old.certificate().chain(), certificate.chain());
      if (refusal.isPresent()) {
        slot.complain(files.chain() + ": " + refusal.get());
        return Optional.empty();
      }
      Served served = new Served(certificate, contexts.build(certificate));
      slot.content();
      warn(files, certificate);
      LOG.info("now serving the {}", certificate);
      return Optional.of(served);
    } catch (InvalidCertificateException e) {
      slot.complain(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void warn(CertificateFiles files, ServerCertificate certificate) {
    if (PemFiles.openToOthers(files.key())) {
      LOG.warn("{} can be read by others; remedy: chmod 0600 {}", files.key(), files.key());
    }
    try {
      PemFiles.checkValidity(files.chain(), certificate.leaf(), clock.instant());
    } catch (InvalidCertificateException e) {
      LOG.error("{}; it is served all the same until it is replaced", e.getMessage());
    }
  }

  private void releaseRetired(Instant before) {
    for (Retired first = retired.peek();
        first != null && !first.since().isAfter(before);
        first = retired.peek()) {
      ReferenceCountUtil.release(retired.remove().context());
    }
  }

  /// Stops watching and frees the contexts. Connections that use one keep it until they end; none
  /// may be looked up afterwards.
  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.cancel(false);
      watch = null;
    }
    retired.forEach(r -> ReferenceCountUtil.release(r.context()));
    retired.clear();
    table.served().forEach(s -> ReferenceCountUtil.release(s.context()));
  }

  private record Served(ServerCertificate certificate, SslContext context) {}

  private record Retired(SslContext context, Instant since) {}

  /// What a look-up needs: all certificates, and which is for which name. The first that claims a
  /// name has it.
  private record Table(
      List<Served> served, Map<DomainName, Served> exact, Map<DomainName, Served> wildcards) {
    static Table of(List<Served> served) {
      var exact = new HashMap<DomainName, Served>();
      var wildcards = new HashMap<DomainName, Served>();
      for (Served s : served) {
        for (HostPattern pattern : s.certificate().names()) {
          (pattern.wildcard() ? wildcards : exact).putIfAbsent(pattern.name(), s);
        }
      }
      return new Table(List.copyOf(served), Map.copyOf(exact), Map.copyOf(wildcards));
    }

    Served find(DomainName name) {
      Served found = exact.get(name);
      if (found == null) {
        found = name.parent().map(wildcards::get).orElse(null);
      }
      return found == null ? served.getFirst() : found;
    }
  }

  /// A pair of files, what they looked like when last read, and why they were refused then.
  private static final class Watched {
    final CertificateFiles files;
    private String stamp;
    private Optional<String> complaint = Optional.empty();

    Watched(CertificateFiles files) {
      this.files = files;
      this.stamp = look();
    }

    /// The stamp is taken before the files are read: a change in between is seen the next time.
    boolean worthReading() {
      String now = look();
      boolean changed = !now.equals(stamp);
      stamp = now;
      return changed || complaint.isPresent();
    }

    /// Has the files read at the next look.
    void forget() {
      stamp = "";
    }

    private String look() {
      return FileStamp.of(files.chain(), files.key());
    }

    void content() {
      complaint = Optional.empty();
    }

    /// Says each reason once, not at every look.
    void complain(String reason) {
      if (!complaint.equals(Optional.of(reason))) {
        LOG.error("the old certificate stays in service: {}", reason);
        complaint = Optional.of(reason);
      }
    }
  }
}
