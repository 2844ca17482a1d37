package net.facteur.server.filter.ownnames;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.Fact;
import net.facteur.server.filter.AuthorProof;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Verdict;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Looks at mail from outside in our names.
public final class OwnNamesFilter implements MessageFilter {
  private static final Logger LOG = LogManager.getLogger(OwnNamesFilter.class);
  private static final SmtpReply REFUSED =
      SmtpReply.of(550, 5, 7, 1, "The message is refused by policy");
  private static final SmtpReply LATER = SmtpReply.of(451, 4, 7, 1, "Please try again later");
  private static final Pattern LIST_ID = Pattern.compile("<([^<>\\s]{1,255})>\\s*$");
  private static final int MAX_SIGNERS = 5;
  private static final int MAX_HELLO = 100;

  private final OwnNamesSettings settings;
  private final List<DomainName> domains;
  private final Set<DomainName> trustedSealers;
  private final OwnNameCounts counts;

  /// @param domains ours
  /// @param trustedSealers forwarders whose ARC sets are believed
  public OwnNamesFilter(
      OwnNamesSettings settings,
      List<DomainName> domains,
      Set<DomainName> trustedSealers,
      OwnNameCounts counts) {
    this.settings = settings;
    this.domains = List.copyOf(domains);
    this.trustedSealers = Set.copyOf(trustedSealers);
    this.counts = counts;
  }

  @Override
  public boolean concerns(FilteredMessage message) {
    return message.direction() == FilteredMessage.Direction.INBOUND
        && message.report().flatMap(this::ours).isPresent();
  }

  /// The first author domain that is ours.
  private Optional<DomainName> ours(AuthenticationReport report) {
    for (DomainName author : report.author().domains()) {
      for (DomainName domain : domains) {
        if (author.isWithin(domain)) {
          return Optional.of(author);
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public CompletionStage<Verdict> judge(FilteredMessage message) {
    return CompletableFuture.completedStage(
        message
            .report()
            .flatMap(report -> ours(report).map(domain -> verdict(message, report, domain)))
            .orElse(Verdict.PASS));
  }

  private Verdict verdict(FilteredMessage message, AuthenticationReport report, DomainName domain) {
    boolean proven = AuthorProof.isProven(report);
    Optional<String> exception = proven ? Optional.empty() : exception(message, report, domain);
    boolean unknown = report.dmarc().result() == DmarcResult.TEMPERROR;
    String result = proven ? "pass" : exception.orElse(unknown ? "unknown" : "fail");
    OwnNameCounts.Source source = source(message, report, domain, result);
    counts.count(source);
    String said =
        "domain=%s spf=%s dkim=%s result=%s"
            .formatted(source.domain(), source.spf(), source.dkim(), source.result());
    LOG.info("own-name id={} network={} {}", message.id(), source.network(), said);
    if (proven || exception.isPresent()) {
      return Verdict.PASS;
    }
    return new Verdict(
        handling("own-name " + said, unknown),
        Map.of(),
        Set.of(),
        List.of(),
        List.of(new Fact("name", "in the name of our " + domain + ", unproven: " + said)));
  }

  private Handling handling(String reason, boolean unknown) {
    return switch (settings.action()) {
      case NOTE -> new Handling.Pass(reason);
      case QUARANTINE -> new Handling.Junk(reason);
      case REJECT ->
          unknown
              ? new Handling.Defer(LATER, reason)
              : new Handling.Reject(REFUSED, Handling.Cause.SPAM, reason);
    };
  }

  private Optional<String> exception(
      FilteredMessage message, AuthenticationReport report, DomainName domain) {
    if (report.arc().foundToPassDmarc(trustedSealers).contains(domain)) {
      return Optional.of("arc");
    }
    return settings.exceptions().stream()
        .filter(exception -> holds(exception, message, report))
        .map(NameException::toString)
        .findFirst();
  }

  private static boolean holds(
      NameException exception, FilteredMessage message, AuthenticationReport report) {
    return switch (exception) {
      case NameException.MailingList(DomainName id) ->
          listId(message)
              .filter(
                  list ->
                      list.isWithin(id)
                          && (AuthorProof.signedFor(report, list)
                              || AuthorProof.returnsTo(report)
                                  .filter(
                                      path ->
                                          path.labelCount() > 1
                                              && (list.isWithin(path) || path.isWithin(id)))
                                  .isPresent()))
              .isPresent();
      case NameException.Signer(DomainName signer) ->
          report.signatures().stream()
              .filter(AuthorProof::holds)
              .anyMatch(signature -> signature.domain().filter(signer::equals).isPresent());
      case NameException.Returns(DomainName path) ->
          AuthorProof.returnsTo(report).filter(name -> name.isWithin(path)).isPresent();
      case NameException.Network(AddressBlock network) -> network.contains(message.origin());
    };
  }

  /// @spec https://www.rfc-editor.org/rfc/rfc2919#section-2 RFC 2919, section 2: The List
  ///   Identifier
  private static Optional<DomainName> listId(FilteredMessage message) {
    return message
        .header()
        .first("List-Id")
        .map(field -> LIST_ID.matcher(field.unfolded()))
        .filter(Matcher::find)
        .flatMap(m -> DomainName.parse(m.group(1)).toOptional());
  }

  private static OwnNameCounts.Source source(
      FilteredMessage message, AuthenticationReport report, DomainName domain, String result) {
    String signers =
        report.signatures().stream()
            .filter(AuthorProof::holds)
            .flatMap(signature -> signature.domain().stream())
            .map(DomainName::text)
            .distinct()
            .sorted()
            .limit(MAX_SIGNERS)
            .collect(Collectors.joining(","));
    String hello = message.hello();
    return new OwnNameCounts.Source(
        word(domain.text()),
        AddressBlock.ofClient(message.origin()).toString(),
        word(hello.substring(0, Math.min(hello.length(), MAX_HELLO))),
        report.spfMailFrom().result().word()
            + report.spfMailFrom().domain().map(name -> ":" + word(name.text())).orElse(""),
        word(signers.isEmpty() ? "none" : signers),
        result);
  }

  /// A text that is one word of a line.
  private static String word(String text) {
    String cleaned = StrangerText.of(text).inLog().replaceAll("\\s", "?");
    return cleaned.isEmpty() ? "-" : cleaned;
  }
}
