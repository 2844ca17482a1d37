package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.NamesTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.acme.CertificateLife;
import net.facteur.server.keys.tlsa.RollState;
import net.facteur.server.language.Text;
import net.facteur.server.plot.Caption;
import net.facteur.server.plot.SvgPlot;
import net.facteur.server.plot.TimeLine;
import net.facteur.server.plot.TimeLine.Span;
import net.facteur.server.plot.Tone;
import net.facteur.server.signin.Signed;
import net.facteur.server.web.Html;

/// The certificates: issued, in service, to be renewed, over; with the TLSA record of each.
///
/// @param host the mail server
record CertificatesShown(Signed signed, DomainName host, Instant now) {
  private static final int MOST = 20;
  private static final int MOST_NAMES = 4;

  /// Whatever renews them by itself has done so before.
  private static final Duration SOON = Duration.ofDays(21);

  /// What is drawn of the past, at most.
  private static final Duration PAST = Duration.ofDays(400);

  void show(CertificateLife.Found found, List<Html> content) {
    content.add(signed.heading(SAY.certificatesTitle()));
    content.add(signed.paragraph(SAY.certificatesAre()));
    found
        .unread()
        .forEach(
            file ->
                content.add(
                    signed.note("bad", SAY.certificateUnread(Shown.cleaned(file.toString())))));
    List<CertificateLife> lives = found.lives().stream().limit(MOST).toList();
    if (lives.isEmpty()) {
      content.add(signed.paragraph(SAY.certificatesNone()));
      return;
    }
    lives.stream().filter(CertificateLife::inService).forEach(life -> due(life, content));
    if (lives.stream().anyMatch(life -> life.certificate().isPresent())) {
      content.add(drawing(lives));
    }
    content.add(table(lives));
  }

  private void due(CertificateLife life, List<Html> content) {
    life.certificate()
        .filter(leaf -> end(leaf).minus(SOON).isBefore(now))
        .ifPresent(
            leaf -> {
              String day = KeysShown.day(end(leaf));
              content.add(
                  KeyForms.note(
                      signed,
                      Text.paragraphs(
                          end(leaf).isBefore(now)
                              ? SAY.certificateEnded(names(leaf), day)
                              : SAY.certificateEnds(names(leaf), day),
                          life.renewal().isPresent() ? SAY.renewWith() : SAY.renewByHandWith()),
                      life.renewal().isPresent() ? "facteur tls renew" : "facteur tls status"));
            });
  }

  private static Instant end(X509Certificate leaf) {
    return leaf.getNotAfter().toInstant();
  }

  private static Instant issued(X509Certificate leaf) {
    return leaf.getNotBefore().toInstant();
  }

  private static String names(X509Certificate leaf) {
    List<String> names = CertificateNames.presented(leaf);
    String shown = String.join(", ", names.stream().limit(MOST_NAMES).toList());
    return Shown.cleaned(names.isEmpty() ? "-" : names.size() > MOST_NAMES ? shown + ", …" : shown);
  }

  // ---- drawn

  private Html drawing(List<CertificateLife> lives) {
    var lanes = new ArrayList<TimeLine.Lane>();
    Instant begin = now;
    Instant finish = now.plus(Duration.ofDays(30));
    for (CertificateLife life : lives) {
      if (life.certificate().isPresent()) {
        X509Certificate leaf = life.certificate().get();
        begin = begin.isBefore(issued(leaf)) ? begin : issued(leaf);
        finish = finish.isAfter(end(leaf)) ? finish : end(leaf);
        lanes.add(
            new TimeLine.Lane(
                SAY.certificateOf(names(leaf), KeysShown.day(end(leaf))).in(signed.language()),
                spans(life, leaf)));
      }
    }
    // A self-signed certificate may last for ten years.
    finish = finish.isBefore(now.plus(PAST)) ? finish : now.plus(PAST);
    begin = begin.isAfter(now.minus(PAST)) ? begin : now.minus(PAST);
    var caption =
        new Caption(
            SAY.certificatesTitle().in(signed.language()),
            SAY.certificatesDrawn(lanes.size()).in(signed.language()));
    return element(
            "div",
            Html.drawing(
                SvgPlot.svg(
                    new TimeLine(
                        caption,
                        begin.minus(Duration.ofDays(7)),
                        finish.plus(Duration.ofDays(7)),
                        now,
                        lanes),
                    "certificates")))
        .with("class", "scroll")
        .with("tabindex", "0");
  }

  /// Issued, then in service, then to be renewed.
  private List<Span> spans(CertificateLife life, X509Certificate leaf) {
    Instant served = within(life.served().orElse(issued(leaf)), leaf);
    boolean over =
        life.state()
            .filter(state -> state instanceof RollState.Retiring || state instanceof RollState.Gone)
            .isPresent();
    boolean coming = life.state().filter(RollState::coming).isPresent();
    Instant left = over ? within(life.state().orElseThrow().since(), leaf) : end(leaf);
    var spans = new ArrayList<Span>();
    if (coming) {
      spans.add(span(issued(leaf), end(leaf), Tone.NEUTRAL, false));
      return spans;
    }
    if (served.isAfter(issued(leaf))) {
      spans.add(span(issued(leaf), served, Tone.NEUTRAL, false));
    }
    Instant renewal = within(life.renewal().filter(_ -> !over).orElse(left), leaf);
    Instant from = later(served, renewal);
    spans.add(
        new Span(
            served,
            from,
            over ? Tone.NEUTRAL : Tone.GOOD,
            SAY.certificateServed(KeysShown.day(served), KeysShown.day(from)).in(signed.language()),
            false));
    if (from.isBefore(left)) {
      spans.add(
          new Span(
              from,
              left,
              Tone.WARNING,
              SAY.certificateRenewed(KeysShown.day(from), KeysShown.day(left))
                  .in(signed.language()),
              from.isAfter(now)));
    }
    return spans;
  }

  private Span span(Instant from, Instant to, Tone tone, boolean planned) {
    return new Span(
        from,
        later(from, to),
        tone,
        SAY.certificateIssued(KeysShown.day(from), KeysShown.day(to)).in(signed.language()),
        planned);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// A time within the life of a certificate.
  private static Instant within(Instant at, X509Certificate leaf) {
    Instant end = later(issued(leaf), end(leaf));
    Instant from = later(issued(leaf), at);
    return from.isBefore(end) ? from : end;
  }

  // ---- in words

  private Html table(List<CertificateLife> lives) {
    return Shown.table(
        signed,
        List.of(
            SAY.certificateColumn(),
            VolunteerTexts.SAY.stateColumn(),
            SAY.sinceColumn(),
            SAY.endsColumn(),
            SAY.renewalColumn(),
            SAY.tlsaColumn()),
        lives.stream().map(this::row).toList());
  }

  private List<Html> row(CertificateLife life) {
    return List.of(
        life.certificate()
            .map(leaf -> words(names(leaf)))
            .orElseGet(
                () -> signed.say(SAY.certificateKey(life.tlsa().toString().substring(0, 14)))),
        signed.say(state(life)),
        words(
            life.state()
                .map(RollState::since)
                .or(() -> life.certificate().map(CertificatesShown::issued))
                .map(KeysShown::day)
                .orElse("-")),
        words(life.certificate().map(leaf -> KeysShown.day(end(leaf))).orElse("-")),
        renewal(life),
        element("code", words("_25._tcp." + host + ". IN TLSA " + life.tlsa()))
            .with("class", "copy"));
  }

  private Html renewal(CertificateLife life) {
    Optional<Instant> at = life.renewal();
    if (at.isEmpty()) {
      return life.inService() ? signed.say(SAY.renewalByHand()) : words("-");
    }
    return at.get().isBefore(now) ? signed.say(SAY.renewalNow()) : words(KeysShown.day(at.get()));
  }

  private static Text state(CertificateLife life) {
    return life.state()
        .map(
            state ->
                switch (state) {
                  case RollState.Staged _ -> SAY.rollStaged();
                  case RollState.Publishing _ -> SAY.rollPublishing();
                  case RollState.Visible _ -> SAY.rollVisible();
                  case RollState.Active _ -> SAY.rollActive();
                  case RollState.Retiring _ -> SAY.rollRetiring();
                  case RollState.Gone _ -> SAY.rollGone();
                })
        .orElseGet(SAY::certificateFile);
  }
}
