package net.facteur.auth.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import net.facteur.auth.files.WholeFile;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Asks recursive resolvers, and proves what they say.
///
/// Before the first look-up, and again from time to time, the keys of the root are asked for; that
/// shows what the resolvers are good for (see [DnssecStatus]). The validation itself is dnsjava's.
/// Nothing is remembered here but keys, see [CachingResolver].
public final class DnssecResolver implements Resolver {
  private static final Logger LOG = LogManager.getLogger(DnssecResolver.class);

  /// How long a probe is believed that found what was hoped for, and one that did not.
  private static final Duration GOOD = Duration.ofHours(1);

  private static final Duration BAD = Duration.ofMinutes(1);

  /// A name that was signed wrongly on purpose, for all to test their resolvers with.
  private static final Name BROKEN = Name.fromConstantString("dnssec-failed.org.");

  private final DnssecSettings dnssec;
  private final DnsSettings settings;
  private final InstantSource clock;
  private final DnsServers servers;
  private final DnsResolver validating;
  private final DnsResolver trusting;
  private final DnsResolver plain;
  private volatile @Nullable Probed probed;

  private record Probed(DnssecStatus status, DnsResolver resolver, Instant until) {}

  /// @param random unpredictable, such as `SecureRandom`
  public DnssecResolver(
      DnsSettings settings, DnssecSettings dnssec, RandomGenerator random, InstantSource clock) {
    this.settings = settings;
    this.dnssec = dnssec;
    this.clock = clock;
    this.servers = new DnsServers(settings, random, clock);
    this.plain = new DnsResolver(settings, servers.unchecked(), clock);
    this.trusting = new DnsResolver(settings, servers.checkedByServer(), clock);
    this.validating =
        new DnsResolver(settings, new ValidatingSource(servers, dnssec.anchors(), clock), clock);
  }

  @Override
  public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
    return inForce().resolver().lookup(name, type);
  }

  /// What is in force. May ask the root for its keys.
  public DnssecStatus status() {
    return inForce().status();
  }

  private Probed inForce() {
    Probed known = probed;
    return known != null && clock.instant().isBefore(known.until()) ? known : probeOnce();
  }

  private synchronized Probed probeOnce() {
    Probed before = probed;
    if (before != null && clock.instant().isBefore(before.until())) {
      return before;
    }
    DnssecStatus status = probe();
    if (before == null || before.status().mode() != status.mode()) {
      tell(status);
    }
    Probed now = new Probed(status, resolver(status), clock.instant().plus(validity(status)));
    probed = now;
    return now;
  }

  private static void tell(DnssecStatus status) {
    switch (status.mode()) {
      case VALIDATING, TRUSTING_AD, OFF ->
          LOG.info("dnssec mode={} detail=\"{}\"", status.mode(), status.detail());
      case ROOT_KEYS_UNKNOWN, UNAVAILABLE ->
          LOG.warn("dnssec mode={} detail=\"{}\"", status.mode(), status.detail());
    }
  }

  private DnsResolver resolver(DnssecStatus status) {
    return switch (status.mode()) {
      case VALIDATING, ROOT_KEYS_UNKNOWN -> validating;
      case TRUSTING_AD -> trusting;
      case UNAVAILABLE, OFF -> plain;
    };
  }

  private static Duration validity(DnssecStatus status) {
    return switch (status.mode()) {
      case VALIDATING, TRUSTING_AD, OFF -> GOOD;
      case ROOT_KEYS_UNKNOWN, UNAVAILABLE -> BAD;
    };
  }

  private DnssecStatus probe() {
    return switch (dnssec.validation()) {
      case OFF -> status(DnssecStatus.Mode.OFF, "switched off by dns.dnssec", List.of());
      case TRUST_AD -> probeServer();
      case AUTO, REQUIRED -> probeRoot("");
    };
  }

  private DnssecStatus status(DnssecStatus.Mode mode, String detail, List<DNSKEYRecord> keys) {
    return new DnssecStatus(
        mode,
        detail,
        keys.stream().map(DNSKEYRecord::getFootprint).toList(),
        dnssec.anchors().keyTags());
  }

  /// RFC 4035, 4.9.3: the AD bit counts only from a resolver that is trusted over a path that is.
  private DnssecStatus probeServer() {
    for (InetSocketAddress server : servers.addresses()) {
      if (!server.getAddress().isLoopbackAddress()) {
        return probeRoot(
            "the AD bit does not count, since " + server + " is not on this machine; ");
      }
      if (server.getAddress().getHostAddress().equals("127.0.0.11")) {
        return probeRoot("the AD bit does not count, since Docker's resolver only forwards it; ");
      }
    }
    try {
      Message root = servers.ask(Name.root, Type.SOA, DnsServers.CHECKED, deadline());
      if (!root.getHeader().getFlag(Flags.AD)) {
        return probeRoot("the AD bit does not count, since the resolver does not set it; ");
      }
    } catch (IOException e) {
      return probeRoot("the AD bit cannot be tried: " + NetworkFault.of(e) + "; ");
    }
    try {
      Message broken = servers.ask(BROKEN, Type.A, DnsServers.CHECKED, deadline());
      if (!broken.getSection(Section.ANSWER).isEmpty()) {
        return probeRoot(
            "the AD bit does not count, since the resolver answers for " + BROKEN + "; ");
      }
    } catch (IOException _) {
      // SERVFAIL is the right answer
    }
    return status(
        DnssecStatus.Mode.TRUSTING_AD, "the resolver on this machine validates", List.of());
  }

  private Instant deadline() {
    return clock.instant().plus(settings.lookupTimeout());
  }

  /// @param preface what was tried before
  private DnssecStatus probeRoot(String preface) {
    List<DNSKEYRecord> keys;
    boolean signed;
    try {
      Message answer = servers.ask(Name.root, Type.DNSKEY, DnsServers.UNCHECKED, deadline());
      List<org.xbill.DNS.Record> records = answer.getSection(Section.ANSWER);
      keys =
          records.stream()
              .filter(DNSKEYRecord.class::isInstance)
              .map(DNSKEYRecord.class::cast)
              .filter(key -> (key.getFlags() & DNSKEYRecord.Flags.SEP_KEY) != 0)
              .toList();
      signed = records.stream().anyMatch(r -> r.getType() == Type.RRSIG);
    } catch (IOException e) {
      return withoutSignatures(preface + "the root's keys cannot be had: " + NetworkFault.of(e));
    }
    if (keys.isEmpty() || !signed) {
      return withoutSignatures(preface + "the resolver passes no signatures on");
    }
    if (keys.stream().noneMatch(dnssec.anchors()::matches)) {
      return status(
          DnssecStatus.Mode.ROOT_KEYS_UNKNOWN,
          preface
              + "no key of the root is among the trust anchors, so every answer fails; replace the"
              + " file of dns.trust-anchors, or update the server",
          keys);
    }
    remember();
    return status(
        DnssecStatus.Mode.VALIDATING, preface + "the root's keys match the trust anchors", keys);
  }

  private DnssecStatus withoutSignatures(String why) {
    boolean insist =
        switch (dnssec.validation()) {
          case REQUIRED, TRUST_AD -> true;
          case AUTO, OFF -> dnssec.seen().filter(Files::exists).isPresent() || validatedBefore();
        };
    return insist
        ? status(DnssecStatus.Mode.VALIDATING, why + "; answers fail until that ends", List.of())
        : status(
            DnssecStatus.Mode.UNAVAILABLE,
            why + "; mail leaves without DANE. Use a resolver with DNSSEC, best on this machine",
            List.of());
  }

  private boolean validatedBefore() {
    Probed before = probed;
    return before != null && before.status().mode() == DnssecStatus.Mode.VALIDATING;
  }

  private void remember() {
    if (dnssec.seen().isEmpty() || dnssec.validation() != DnssecSettings.Validation.AUTO) {
      return;
    }
    Path file = dnssec.seen().get();
    try {
      if (!Files.exists(file)) {
        new WholeFile(file)
            .replace(
                "The resolvers passed DNSSEC signatures on. Mail waits rather than leave"
                    + " unprotected should they stop; remove this file to allow it.\n");
      }
    } catch (IOException e) {
      LOG.warn("cannot write {}: {}", file, e.getMessage());
    }
  }
}
