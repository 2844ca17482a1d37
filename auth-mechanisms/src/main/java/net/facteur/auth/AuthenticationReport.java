package net.facteur.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.adsp.AdspOutcome;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.spf.SpfOutcome;

/// What was found out about a message.
///
/// @param request what was known of the SMTP transaction
/// @param author the domains of From
/// @param spfHelo SPF for the HELO name
/// @param spfMailFrom SPF for the reverse-path, or for postmaster at the HELO name where it is null
/// @param signatures DKIM, one outcome for each signature; empty for an unsigned message
/// @param adsp ADSP, to be noted and not acted on
/// @param arc the chain of those who handled the message before, good or not
/// @param dmarc DMARC, which has the last word
public record AuthenticationReport(
    AuthenticationRequest request,
    AuthorDomain author,
    SpfOutcome spfHelo,
    SpfOutcome spfMailFrom,
    List<DkimOutcome> signatures,
    AdspOutcome adsp,
    ArcOutcome arc,
    DmarcOutcome dmarc) {
  public AuthenticationReport {
    signatures = List.copyOf(signatures);
  }

  /// The best result of the signatures, `none` for an unsigned message.
  public DkimResult dkim() {
    return DkimOutcome.best(signatures);
  }

  /// The content of the Authentication-Results field.
  ///
  /// @param authservId this site's identifier
  public AuthenticationResults toAuthenticationResults(String authservId) {
    return new AuthenticationResults(authservId, methodResults());
  }

  /// The results alone, in the order in which they are written.
  public List<MethodResult> methodResults() {
    var results = new ArrayList<MethodResult>();
    if (!request.reversePath().isEmpty()) {
      results.add(spf(spfMailFrom).with("smtp", "mailfrom", Told.address(request.reversePath())));
    }
    if (!request.helo().isEmpty()
        || !request.reversePath().isEmpty()
        || request.withoutSpf().isPresent()) {
      // Of a message from elsewhere than SMTP there was nothing to check.
      results.add(with(spf(spfHelo), "smtp", "helo", Told.host(request.helo())));
    }
    if (signatures.isEmpty()) {
      results.add(MethodResult.of("dkim", DkimResult.NONE.word()));
    }
    signatures.forEach(signature -> results.add(dkim(signature)));
    results.add(adsp.toMethodResult());
    results.add(dmarc.toMethodResult());
    results.add(arc.toMethodResult(request.client().getHostAddress()));
    return results;
  }

  private static MethodResult spf(SpfOutcome outcome) {
    MethodResult result = MethodResult.of("spf", outcome.result().word());
    return outcome.problem().isEmpty()
        ? result.withComment(Told.words("matched " + outcome.mechanism()))
        : result.withReason(Told.words(outcome.problem()));
  }

  private static MethodResult dkim(DkimOutcome signature) {
    MethodResult result = MethodResult.of("dkim", signature.result().word());
    result =
        signature.result() == DkimResult.PASS
            ? result.withComment(signature.keyBits() + "-bit key" + unsigned(signature))
            : result.withReason(Told.words(signature.reason()));
    if (signature.domain().isPresent()) {
      result = with(result, "header", "d", Told.host(signature.domain().get().toString()));
    }
    if (signature.auid().isPresent()) {
      result = result.with("header", "i", Told.address(signature.auid().get()));
    }
    if (signature.selector().isPresent()) {
      result = with(result, "header", "s", Told.host(signature.selector().get()));
    }
    if (signature.algorithm().isPresent()) {
      result = with(result, "header", "a", Told.algorithm(signature.algorithm().get()));
    }
    // RFC 6008: tells signatures of one domain apart
    return with(result, "header", "b", Told.signature(signature.signaturePrefix()));
  }

  private static MethodResult with(
      MethodResult result, String type, String name, Optional<String> value) {
    return value.map(v -> result.with(type, name, v)).orElse(result);
  }

  /// What `l=` left for anybody to add.
  private static String unsigned(DkimOutcome signature) {
    long octets = signature.bodyLength().map(DkimOutcome.BodyLength::unsigned).orElse(0L);
    return octets == 0 ? "" : ", " + octets + " octets of the body unsigned";
  }

  /// Every check step by step, for people.
  public List<String> trace() {
    var lines = new ArrayList<String>();
    lines.add("SPF for HELO: " + spfHelo.result().word());
    indent(spfHelo.trace(), lines);
    lines.add("SPF for MAIL FROM: " + spfMailFrom.result().word());
    indent(spfMailFrom.trace(), lines);
    lines.add("DKIM: " + dkim().word());
    for (DkimOutcome signature : signatures) {
      String domain = signature.domain().map(Object::toString).orElse("an unknown domain");
      lines.add("  signature of " + domain + ": " + signature.result().word());
      indent(
          signature.steps().stream()
              .map(s -> "  " + s.what() + ": " + (s.good() ? "" : "BAD, ") + s.finding())
              .toList(),
          lines);
    }
    lines.add("ADSP: " + adsp.result().word());
    indent(adsp.trace(), lines);
    lines.add("ARC: " + arc.status().word());
    indent(arc.trace(), lines);
    lines.add("DMARC: " + dmarc.result().word());
    indent(dmarc.trace(), lines);
    return List.copyOf(lines);
  }

  private static void indent(List<String> steps, List<String> lines) {
    steps.forEach(step -> lines.add("  " + step));
  }
}
