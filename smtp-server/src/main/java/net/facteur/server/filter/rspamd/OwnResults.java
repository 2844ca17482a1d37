package net.facteur.server.filter.rspamd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.arc.ChainStatus;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.spf.SpfResult;
import tools.jackson.databind.json.JsonMapper;

/// What we found out about a message, in rspamd's words: settings for one question that turn off
/// its own checks and put the symbols that these would have put.
///
/// rspamd has no rule that reads Authentication-Results of others. Settings of a query are in all
/// versions from 2.0 on; a rule of `settings.conf` that fits the message goes before them, and then
/// rspamd checks by itself.
///
/// @see <a href="https://rspamd.com/doc/configuration/settings.html">settings of rspamd</a>
final class OwnResults {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> GROUPS = List.of("spf", "dkim", "dmarc", "arc");

  /// With the weight that rspamd gives the symbol.
  private static final Map<String, Object> PUT = Map.of("score", 1.0);

  private OwnResults() {}

  /// The value of the field `Settings`, on one line and in ASCII.
  static String settings(AuthenticationReport report) {
    Map<String, Object> symbols = new LinkedHashMap<>();
    symbols.put(spf(report.spfMailFrom().result()), PUT);
    symbols.put(
        dkim(report.dkim()),
        Map.of(
            "score",
            1.0,
            "options",
            report.signatures().stream()
                .filter(signature -> signature.result() == report.dkim())
                .flatMap(signature -> signature.domain().stream())
                .map(domain -> domain.text())
                .distinct()
                .limit(5)
                .toList()));
    symbols.put(dmarc(report.dmarc()), PUT);
    symbols.put(arc(report.arc().status()), PUT);
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("groups_disabled", GROUPS);
    settings.put("symbols", symbols);
    return JSON.writeValueAsString(settings);
  }

  private static String spf(SpfResult result) {
    return switch (result) {
      case NONE -> "R_SPF_NA";
      case NEUTRAL -> "R_SPF_NEUTRAL";
      case PASS -> "R_SPF_ALLOW";
      case FAIL -> "R_SPF_FAIL";
      case SOFTFAIL -> "R_SPF_SOFTFAIL";
      case TEMPERROR -> "R_SPF_DNSFAIL";
      case PERMERROR -> "R_SPF_PERMFAIL";
    };
  }

  private static String dkim(DkimResult result) {
    return switch (result) {
      case NONE -> "R_DKIM_NA";
      case PASS -> "R_DKIM_ALLOW";
      case FAIL, POLICY -> "R_DKIM_REJECT";
      case TEMPERROR -> "R_DKIM_TEMPFAIL";
      case NEUTRAL, PERMERROR -> "R_DKIM_PERMFAIL";
    };
  }

  private static String dmarc(DmarcOutcome outcome) {
    return switch (outcome) {
      case DmarcOutcome.Evaluated evaluated ->
          evaluated.result() == DmarcResult.PASS
              ? "DMARC_POLICY_ALLOW"
              : failed(evaluated.applied());
      case DmarcOutcome.NotApplicable _ -> "DMARC_NA";
      case DmarcOutcome.Undetermined undetermined ->
          undetermined.result() == DmarcResult.TEMPERROR ? "DMARC_DNSFAIL" : "DMARC_BAD_POLICY";
    };
  }

  private static String failed(DmarcPolicy policy) {
    return switch (policy) {
      case NONE -> "DMARC_POLICY_SOFTFAIL";
      case QUARANTINE -> "DMARC_POLICY_QUARANTINE";
      case REJECT -> "DMARC_POLICY_REJECT";
    };
  }

  private static String arc(ChainStatus status) {
    return switch (status) {
      case NONE -> "ARC_NA";
      case PASS -> "ARC_ALLOW";
      case FAIL -> "ARC_REJECT";
    };
  }
}
