package net.facteur.server.routing;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.srs.SrsForwarding;
import net.facteur.auth.srs.SrsProblem;
import net.facteur.auth.srs.SrsReversal;
import net.facteur.auth.srs.SrsRewriter;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Reverse-paths by the Sender Rewriting Scheme. Mail of `alice@example.net` that `bob@example.org`
/// forwards leaves as `SRS0=hash=day=example.net=alice@example.org`; a report to that address goes
/// to Alice as long as the hash is ours and the day not too far back, and to nobody otherwise.
///
/// A path whose rewritten local part would be longer than 64 octets is left as it is, since other
/// hosts may refuse it (RFC 5321, section 4.5.3.1.1). Never blocks.
public final class SrsReversePaths implements ReversePathRewriter {
  private static final Logger LOG = LogManager.getLogger(SrsReversePaths.class);

  private final SrsDomains domains;

  public SrsReversePaths(SrsDomains domains) {
    this.domains = domains;
  }

  /// What a message leaves with.
  ///
  /// @param kept why the path stays as it was; empty where it does not
  public record Outcome(ReversePath path, String kept) {}

  @Override
  public ReversePath rewrite(ReversePath.Of original, MailAddress forwarder) {
    Outcome outcome = outcome(original, forwarder);
    if (!outcome.kept().isEmpty()) {
      LOG.info(
          "forward from={} by=<{}> reverse-path=unrewritten reason=\"{}\"",
          original,
          forwarder,
          outcome.kept());
    }
    return outcome.path();
  }

  /// As [#rewrite], with the reason.
  public Outcome outcome(ReversePath.Of original, MailAddress forwarder) {
    String at = domains.mintedAt(forwarder.domain());
    Optional<SrsRewriter> rewriter =
        at.isEmpty() || at.startsWith("[") ? Optional.empty() : domains.at(at);
    if (rewriter.isEmpty()) {
      return new Outcome(original, "no domain to rewrite into");
    }
    return switch (rewriter.get().forward(original.text(), at)) {
      case SrsForwarding.Rewritten(String text, boolean withinLimit) ->
          withinLimit
              ? address(text)
                  .map(address -> new Outcome(new ReversePath.Of(address), ""))
                  .orElseGet(() -> new Outcome(original, "no address would result"))
              : new Outcome(original, "too long");
      case SrsForwarding.Unchanged _ -> new Outcome(original, "");
      case SrsForwarding.Refused(SrsProblem problem) -> new Outcome(original, problem.words());
    };
  }

  @Override
  public Optional<MailAddress> restore(MailAddress recipient) {
    if (!SrsRewriter.isSrs(recipient.localPart())) {
      return Optional.empty();
    }
    Optional<SrsRewriter> rewriter = domains.at(recipient.domain());
    if (rewriter.isEmpty()) {
      return Optional.empty(); // no path of ours has this domain
    }
    return switch (rewriter.get().reverse(recipient.text())) {
      case SrsReversal.Reversed(String text) -> address(text);
      case SrsReversal.Refused(SrsProblem problem) -> {
        LOG.info("srs to=<{}> result=refused reason=\"{}\"", recipient, problem.words());
        yield Optional.empty();
      }
    };
  }

  /// An address as a path writes it; empty where its domain is none.
  public static Optional<MailAddress> address(String text) {
    int at = text.lastIndexOf('@');
    String domain = text.substring(at + 1);
    boolean host =
        domain.startsWith("[")
            ? AddressLiteral.bracketed(domain).isPresent()
            : DomainName.parse(domain) instanceof Parsed.Ok<DomainName>(DomainName name)
                && name.isHostName();
    String local = at < 0 ? "" : unquoted(text.substring(0, at));
    return !host || local.isEmpty() || Ascii.hasControl(text)
        ? Optional.empty()
        : Optional.of(new MailAddress(local, domain));
  }

  private static String unquoted(String local) {
    if (!local.startsWith("\"") || !local.endsWith("\"") || local.length() < 2) {
      return local;
    }
    var out = new StringBuilder();
    for (int i = 1; i < local.length() - 1; i++) {
      if (local.charAt(i) == '\\' && i + 2 < local.length()) {
        i++;
      }
      out.append(local.charAt(i));
    }
    return out.toString();
  }
}
