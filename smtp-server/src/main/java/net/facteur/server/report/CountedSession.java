package net.facteur.server.report;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.tlsrpt.AppliedPolicy;

/// What sessions have in common that are counted together. Texts are cut to what a report may hold.
///
/// @param failure empty for sessions that went well
record CountedSession(LocalDate day, String domain, Policy policy, Optional<Failure> failure) {
  private static final int MAX_TEXT = 300;
  private static final int MAX_STRINGS = 100;

  record Policy(String type, List<String> strings, String domain, List<String> mxHosts) {}

  record Failure(
      String type,
      String sendingIp,
      String receivingHost,
      String receivingIp,
      String reason,
      String additionalInformation) {}

  static CountedSession of(LocalDate day, TlsSessionResult result) {
    AppliedPolicy applied = result.policy();
    return new CountedSession(
        day,
        result.domain().text(),
        new Policy(
            applied.type().word(),
            cut(applied.strings()),
            applied.domain().text(),
            cut(applied.mxHosts())),
        result
            .failure()
            .map(
                failure ->
                    new Failure(
                        failure.type().word(),
                        result.sendingIp().map(IpLiteral::print).orElse(""),
                        cut(result.receivingHost()),
                        result.receivingIp().map(IpLiteral::print).orElse(""),
                        cut(failure.reason()),
                        cut(failure.additionalInformation()))));
  }

  private static List<String> cut(List<String> texts) {
    var all = new ArrayList<String>();
    texts.stream().limit(MAX_STRINGS).forEach(text -> all.add(cut(text)));
    return List.copyOf(all);
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
