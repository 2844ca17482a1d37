package net.facteur.server.volunteer;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.dns.ZoneSigning;
import net.facteur.server.acme.CertificateLife;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyEvent.Transition;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.keys.Outcome;
import net.facteur.server.keys.SelectorTemplate;
import net.facteur.server.keys.ZonePlan;
import net.facteur.server.keys.tlsa.RollState;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.zone.ZoneLook;
import net.facteur.server.zone.ZoneLooks;

/// What stands behind the page of names, in memory.
final class NamesHouse {
  static final DomainName ORG = DomainName.of("example.org");
  static final DomainName NET = DomainName.of("example.net");
  static final DomainName HOST = DomainName.of("mail.example.org");

  /// Looks that wait for somebody to run them.
  final Queue<Runnable> waiting = new ArrayDeque<>();

  final List<KeyWish> wishes = new ArrayList<>();
  List<Map<String, Object>> answer = List.of(Map.of("says", "It is made."));
  KeyRing ring = KeyRing.EMPTY;
  Map<DomainName, String> pinned = Map.of();
  CertificateLife.Found certificates = new CertificateLife.Found(List.of(), List.of());

  /// What every name server has.
  Survey.Reply<TxtRecord> texts = new Survey.Reply.Lacks<>();

  private final Supplier<Instant> now;
  final ZoneLooks looks;

  NamesHouse(Supplier<Instant> now) {
    this.now = now;
    this.looks = new ZoneLooks(waiting::add, now::get);
  }

  NamesPage.Doors doors() {
    return new NamesPage.Doors(
        List.of(NET, ORG),
        HOST,
        settings(),
        () -> ring,
        () -> certificates,
        looks,
        domain -> ZoneLook.of(plan(domain), servers(), now::get),
        (wish, _, out) -> {
          wishes.add(wish);
          answer.forEach(out);
        },
        Runnable::run,
        now::get);
  }

  private KeySettings settings() {
    return new KeySettings(
        Set.of(ORG, NET),
        pinned,
        KeySettings.Life.DEFAULT,
        SelectorTemplate.DEFAULT,
        Set.of(KeyType.RSA),
        2048,
        true,
        KeySettings.Publication.ASSISTED,
        Map.of(ORG, KeySettings.Reveal.WEB),
        Path.of("revealed"),
        "https://mail.example.org/.well-known/dkim-revealed/",
        Path.of("keys"));
  }

  static ZonePlan plan(DomainName domain) {
    return ZonePlan.of(
        new ZonePlan.Facts(
            domain,
            HOST,
            List.of(),
            List.of(
                new ZonePlan.KeyRecord(
                    domain.child("jan._domainkey").orElseThrow(), TxtRecord.of("v=DKIM1; p=AAAA"))),
            List.of(),
            List.of(),
            ZoneSigning.UNSIGNED,
            "dmarc-reports@example.org",
            "tls-reports@example.org",
            "v=STSv1; id=1",
            "letsencrypt.org",
            ZonePlan.Standing.NOTHING,
            List.of()));
  }

  private Authorities servers() {
    return new Authorities() {
      @Override
      @SuppressWarnings("unchecked") // what a test has set is asked for as TXT
      public <T> Survey<T> ask(DomainName name, RecordType<T> type) {
        Survey.Reply<T> reply =
            type.equals(RecordType.TXT)
                ? (Survey.Reply<T>) (Survey.Reply<?>) texts
                : new Survey.Reply.Lacks<>();
        return new Survey<>(
            ORG,
            name,
            List.of(
                new Survey.Said<>("ns0.example.org [192.0.2.53]", reply),
                new Survey.Said<>(
                    "ns1.example.org", new Survey.Reply.Silent<>("no answer in time"))),
            Duration.ZERO,
            Optional.empty());
      }
    };
  }

  void looked() {
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  // ---- keys

  void event(Instant at, String selector, Transition transition) {
    ring =
        switch (ring.apply(
            new KeyEvent(at, new KeyName(ORG, selector), transition, "asked for", "alice"))) {
          case Outcome.Applied<KeyRing>(KeyRing after) -> after;
          case Outcome.Refused<KeyRing>(String why) -> throw new AssertionError(why);
        };
  }

  /// A key whose records every name server has.
  void published(Instant at, String selector, boolean spare) {
    event(at, selector, new Transition.Generated(Set.of(KeyType.RSA), spare));
    event(at.plusSeconds(60), selector, new Transition.Publishing());
    event(at.plusSeconds(120), selector, new Transition.Seen(at.plusSeconds(3600)));
    event(at.plusSeconds(3600), selector, new Transition.Visible());
  }

  void signs(Instant at, String selector, Optional<String> before) {
    event(at, selector, new Transition.Active(before));
    event(at, selector, new Transition.Proven());
  }

  // ---- certificates

  /// @param authority made at the time at which certificates are issued
  static CertificateLife life(
      CertificateAuthority authority, RollState state, Optional<Instant> renewal) {
    ServerCertificate issued = authority.issue(HOST);
    return new CertificateLife(
        TlsaRecords.ofKey(issued.leaf()),
        Optional.of(state),
        Optional.of(state.since()),
        Optional.of(issued.leaf()),
        renewal);
  }

  static CertificateAuthority authority(Instant at) {
    return new CertificateAuthority("Test CA", Duration.ofDays(90), () -> at, new SecureRandom());
  }
}
