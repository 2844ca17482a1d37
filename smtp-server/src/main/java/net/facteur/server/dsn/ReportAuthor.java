package net.facteur.server.dsn;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter.Report;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;

/// Who signs a report to its sender: the mail system of the domain that the message is about, so
/// that its keys can sign, and an answer reaches its postmaster.
///
/// @param usual its local part serves everywhere; the whole where no domain is ours
record ReportAuthor(Router router, MailAddress usual) {

  /// The domain of a sender of ours; else the one of ours that was written to, or passed the
  /// message on; else the first. One where nobody reads answers gives way to the next.
  MailAddress of(Report report, MailAddress sender) {
    List<MailAddress> candidates =
        domains(report, sender).stream()
            .map(domain -> new MailAddress(usual.localPart(), domain.text()))
            .toList();
    return candidates.stream()
        .filter(address -> router.resolve(address) instanceof Resolution.Routed)
        .findFirst()
        .or(() -> candidates.stream().findFirst())
        .orElse(usual);
  }

  private SequencedSet<DomainName> domains(Report report, MailAddress sender) {
    var found = new LinkedHashSet<DomainName>();
    ours(sender.domain()).ifPresent(found::add);
    report.entries().stream()
        .flatMap(entry -> places(entry.recipient()))
        .flatMap(place -> ours(place).stream())
        .forEach(found::add);
    router.firstDomain().ifPresent(found::add);
    return found;
  }

  /// The domain parts of where a message was on its way to one recipient.
  private static Stream<String> places(Recipient recipient) {
    Stream<String> written =
        recipient.originalRecipient().flatMap(OriginalRecipient::address).stream()
            .map(text -> text.substring(text.lastIndexOf('@') + 1));
    Stream<String> passed =
        Stream.concat(recipient.forwarders().stream(), Stream.of(recipient.address()))
            .map(MailAddress::domain);
    return Stream.concat(written, passed);
  }

  private Optional<DomainName> ours(String domain) {
    return DomainName.parse(domain).toOptional().filter(router.domains()::contains);
  }
}
