package net.facteur.server.lists.posting;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dmarc.AuthenticatedIdentifier;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Mechanism;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Standing;
import net.facteur.auth.dmarc.DmarcEvaluator;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AddressList;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;

/// Who wrote a message, and how well that is proven.
///
/// @param address the only address of From; empty where there is none, or several
/// @param proven nobody else can have written the address there
/// @param passed the domains that were authenticated when the message came in
/// @param here a user or a program of this server handed it in
public record Author(
    Optional<MailAddress> address,
    boolean proven,
    List<AuthenticatedIdentifier> passed,
    boolean here) {
  public Author {
    passed = List.copyOf(passed);
  }

  /// The author of a message that this server took. Mail from outside has our
  /// Authentication-Results, which nobody else can have written: those of others that claim to be
  /// ours are removed. Mail without them was handed in here, by somebody who may use its From.
  ///
  /// @param hostname whose results count
  public static Author of(MessageHeader header, String hostname, DmarcEvaluator dmarc) {
    Optional<MailAddress> address = from(header);
    Optional<AuthenticationResults> results = results(header, hostname);
    if (results.isEmpty()) {
      return new Author(address, address.isPresent(), List.of(), true);
    }
    List<AuthenticatedIdentifier> passed = passed(results.get());
    boolean proven =
        address.isPresent()
            && AuthorDomain.of(header) instanceof AuthorDomain.One(DomainName domain)
            && proven(domain, header, passed, dmarc);
    return new Author(address, proven, passed, false);
  }

  private static boolean proven(
      DomainName domain,
      MessageHeader header,
      List<AuthenticatedIdentifier> passed,
      DmarcEvaluator dmarc) {
    return switch (dmarc.evaluate(AuthorDomain.of(header), passed)) {
      case DmarcOutcome.Evaluated evaluated ->
          evaluated.result() == net.facteur.auth.dmarc.DmarcResult.PASS;
      case DmarcOutcome.NotApplicable _ ->
          passed.stream().anyMatch(each -> aligned(each.domain(), domain, dmarc));
      case DmarcOutcome.Undetermined _ -> false;
    };
  }

  private static boolean aligned(DomainName passed, DomainName domain, DmarcEvaluator dmarc) {
    if (passed.equals(domain)) {
      return true;
    }
    Optional<DomainName> organization = dmarc.organizationalDomain(domain);
    return organization.isPresent() && dmarc.organizationalDomain(passed).equals(organization);
  }

  /// What DMARC asks for if the message leaves and only these domains are authenticated then;
  /// `none` where it passes.
  static DmarcPolicy asked(
      MessageHeader header, List<AuthenticatedIdentifier> left, DmarcEvaluator dmarc) {
    return switch (dmarc.evaluate(AuthorDomain.of(header), left)) {
      case DmarcOutcome.Evaluated evaluated ->
          evaluated.result() == net.facteur.auth.dmarc.DmarcResult.PASS
              ? DmarcPolicy.NONE
              : evaluated.applied();
      case DmarcOutcome.NotApplicable _ -> DmarcPolicy.NONE;
      // Nobody knows: a copy that is refused is worse than one with another From.
      case DmarcOutcome.Undetermined _ -> DmarcPolicy.REJECT;
    };
  }

  static Optional<MailAddress> from(MessageHeader header) {
    List<HeaderField> fields = header.resembling("From");
    return fields.size() == 1
            && AddressList.parse(fields.getFirst().value()) instanceof Parsed.Ok<AddressList>(var a)
            && a.mailboxes().size() == 1
        ? address(a.mailboxes().getFirst())
        : Optional.empty();
  }

  private static Optional<MailAddress> address(AddressList.Mailbox mailbox) {
    return mailbox.domain().isEmpty()
        ? Optional.empty()
        : Optional.of(new MailAddress(mailbox.localPart(), mailbox.domain()));
  }

  static Optional<AuthenticationResults> results(MessageHeader header, String hostname) {
    for (HeaderField field : header.all(AuthenticationResults.FIELD_NAME)) {
      if (AuthenticationResults.claims(field, hostname)
          && AuthenticationResults.parseLeniently(field.value())
              instanceof Parsed.Ok<AuthenticationResults>(var results)) {
        return Optional.of(results);
      }
    }
    return Optional.empty();
  }

  private static List<AuthenticatedIdentifier> passed(AuthenticationResults results) {
    var passed = new ArrayList<AuthenticatedIdentifier>();
    for (MethodResult result : results.results()) {
      if (!result.result().equals("pass")) {
        continue;
      }
      if (result.method().equals("dkim")) {
        String selector = result.values("header", "s").stream().findFirst().orElse("");
        for (String domain : result.values("header", "d")) {
          name(domain)
              .ifPresent(
                  d -> passed.add(AuthenticatedIdentifier.dkim(d, selector, Standing.PASSED)));
        }
      } else if (result.method().equals("spf")) {
        for (String path : result.values("smtp", "mailfrom")) {
          name(path.substring(path.lastIndexOf('@') + 1))
              .ifPresent(d -> passed.add(AuthenticatedIdentifier.spf(d, Standing.PASSED)));
        }
      }
    }
    return passed;
  }

  private static Optional<DomainName> name(String text) {
    return DomainName.parse(text).toOptional().filter(d -> !d.isRoot());
  }

  /// The domains whose signatures passed.
  List<AuthenticatedIdentifier> signatures() {
    return passed.stream().filter(each -> each.mechanism() == Mechanism.DKIM).toList();
  }
}
