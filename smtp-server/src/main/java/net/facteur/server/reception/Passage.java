package net.facteur.server.reception;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.routing.ForwardTrace;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// Which mail may go on to other hosts, decided by recipient.
///
/// Mail that is quarantined is kept in the junk folder of a recipient who has a mailbox here, and
/// only there. Who has none, and lets his mail be forwarded, cannot be given it, unless a sealer
/// that is trusted found it to pass. What goes to a host that we relay for goes there marked: the
/// mailbox behind it has a junk folder of its own.
final class Passage {
  private final Router router;
  private final Router unrewriting;
  private final Set<DomainName> trustedSealers;

  Passage(Router router, Set<DomainName> trustedSealers) {
    this.router = router;
    this.unrewriting = router.withoutRewriting();
    this.trustedSealers = trustedSealers;
  }

  /// True where mail for this address leaves this host.
  boolean leaves(MailAddress address) {
    return ends(address).stream().anyMatch(Resolution.End::foreign);
  }

  /// True where one of these lets mail be forwarded, has no mailbox, and nobody vouches for it.
  ///
  /// @param vouched what [#vouched] says, if it counts
  boolean refused(List<ForwardPath> paths, boolean vouched) {
    return paths.stream()
        .map(ForwardPath::address)
        .anyMatch(
            address ->
                router.returned(address).isPresent() || (!vouched && onlyForwarded(ends(address))));
  }

  private static boolean onlyForwarded(List<Resolution.End> ends) {
    return ends.stream().allMatch(Resolution.End::foreign)
        && ends.stream().anyMatch(end -> end.via().isPresent());
  }

  /// The envelopes of a message that is quarantined: none of them with a path of ours, which would
  /// be a way back to a sender who may be forged.
  ///
  /// @param vouched what [#vouched] says, if it counts
  List<Envelope> quarantined(
      ReversePath reversePath,
      List<ForwardPath> paths,
      boolean vouched,
      ForwardTrace.Seen passedOn) {
    List<Envelope> envelopes =
        unrewriting.quarantined(unrewriting.envelopes(reversePath, paths, passedOn));
    if (vouched) {
      return envelopes;
    }
    Set<MailAddress> asked = new HashSet<>();
    paths.forEach(path -> asked.add(path.address()));
    return envelopes.stream()
        .flatMap(
            envelope -> {
              List<Recipient> kept =
                  envelope.recipients().stream()
                      .filter(r -> asked.contains(r.address()) || !foreign(r))
                      .toList();
              return kept.isEmpty()
                  ? Stream.empty()
                  : Stream.of(new Envelope(envelope.reversePath(), kept));
            })
        .toList();
  }

  /// True where a sealer that is trusted found the message to pass.
  boolean vouched(AuthenticationReport report) {
    return report.author() instanceof AuthorDomain.One(DomainName author)
        && report.arc().foundToPassDmarc(trustedSealers).contains(author);
  }

  private List<Resolution.End> ends(MailAddress address) {
    return router.resolve(address) instanceof Resolution.Routed(List<Resolution.End> ends)
        ? ends
        : List.of();
  }

  private static boolean foreign(Recipient recipient) {
    return NextHop.parse(recipient.destination()) instanceof Parsed.Ok<NextHop>(NextHop hop)
        && hop.foreign();
  }

  /// True where a line of the body ends with a bare CR or LF: no host takes that by DATA.
  static boolean strayLineEnds(StagedBody body) throws IOException {
    try (InputStream in = new BufferedInputStream(body.open(), 16 * 1024)) {
      int before = -1;
      for (int c = in.read(); c >= 0; c = in.read()) {
        if ((c == '\n') != (before == '\r')) {
          return true;
        }
        before = c;
      }
      return before == '\r';
    }
  }
}
