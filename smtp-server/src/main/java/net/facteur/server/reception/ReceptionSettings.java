package net.facteur.server.reception;

import java.util.Map;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.spf.SpfIdentity;
import net.facteur.auth.spf.SpfResult;

/// What reception makes of the checks.
///
/// @param spf what an SPF result leads to where DMARC does not decide; a pair that is missing is
///   noted only, which is the default for all
/// @param dmarc how far a domain's DMARC policy is followed
/// @param dmarcDomains author domains with a handling of their own, whatever they publish
/// @param adspDiscardable what an ADSP result of `discard` leads to; default [Action#NOTE]
/// @param maxHops Received fields beyond which a message is a loop, 1 to 1,000, default 50
public record ReceptionSettings(
    Map<SpfIdentity, Map<SpfResult, Action>> spf,
    DmarcHandling dmarc,
    Map<DomainName, DmarcPolicy> dmarcDomains,
    Action adspDiscardable,
    int maxHops) {
  /// Notes everything, and follows DMARC up to quarantine.
  public static final ReceptionSettings DEFAULTS =
      new ReceptionSettings(Map.of(), DmarcHandling.QUARANTINE, Map.of(), Action.NOTE, 50);

  /// How far a DMARC policy is followed.
  public enum DmarcHandling {
    /// Results are written, nothing is done.
    NOTE,
    /// `quarantine` and `reject` both go to the junk folder: RFC 9989, section 7.4, forbids to
    /// reject on `p=reject` alone, since mailing lists break signatures. The default.
    QUARANTINE,
    /// To the letter: `reject` is refused.
    FOLLOW
  }

  public ReceptionSettings {
    spf = Map.copyOf(spf);
    dmarcDomains = Map.copyOf(dmarcDomains);
    if (maxHops < 1 || maxHops > 1000) {
      throw new IllegalArgumentException("1 to 1,000 hops");
    }
  }

  /// What an SPF result leads to.
  public Action spf(SpfIdentity identity, SpfResult result) {
    return spf.getOrDefault(identity, Map.of()).getOrDefault(result, Action.NOTE);
  }
}
