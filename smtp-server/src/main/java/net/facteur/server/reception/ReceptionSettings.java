package net.facteur.server.reception;

import java.util.Map;
import java.util.Set;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.spf.SpfIdentity;
import net.facteur.auth.spf.SpfResult;

/// What reception makes of the checks.
///
/// @param spf what an SPF result leads to where DMARC does not decide; a pair that is missing is
///   noted only, which is the default for all
/// @param dmarc how far a domain's DMARC policy is followed
/// @param dmarcUnclear what happens at least to mail whose author cannot be told, because From is
///   missing or holds no address that can be read; default [Action#QUARANTINE], never
///   [Action#DEFER]
/// @param dmarcDomains author domains with a handling of their own, whatever they publish; none by
///   default
/// @param trustedSealers forwarders whose ARC sets are believed; none by default
/// @param adspDiscardable what an ADSP result of `discard` leads to where DMARC does not decide;
///   default [Action#NOTE], never [Action#DEFER]
/// @param dkim which signatures count
/// @param srsGuesses wrong rewritten reverse-paths that one client network may try in an hour, 1 to
///   10,000, default 20
/// @param maxHops Received fields beyond which a message is a loop, 1 to 1,000, default 50
public record ReceptionSettings(
    Map<SpfIdentity, Map<SpfResult, Reaction>> spf,
    DmarcHandling dmarc,
    Action dmarcUnclear,
    Map<DomainName, DmarcPolicy> dmarcDomains,
    Set<DomainName> trustedSealers,
    Action adspDiscardable,
    DkimVerifier.Policy dkim,
    int srsGuesses,
    int maxHops) {
  /// Notes everything, and follows DMARC up to quarantine.
  public static final ReceptionSettings DEFAULTS =
      new ReceptionSettings(
          Map.of(),
          DmarcHandling.QUARANTINE,
          Action.QUARANTINE,
          Map.of(),
          Set.of(),
          Action.NOTE,
          DkimVerifier.Policy.DEFAULT.withBodyLengths(DkimVerifier.BodyLengths.REFUSE_UNSIGNED),
          20,
          50);

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
    if (dmarcUnclear == Action.DEFER) {
      throw new IllegalArgumentException("an unclear author stays unclear");
    }
    spf = Map.copyOf(spf);
    dmarcDomains = Map.copyOf(dmarcDomains);
    trustedSealers = Set.copyOf(trustedSealers);
    if (srsGuesses < 1 || srsGuesses > 10_000) {
      throw new IllegalArgumentException("1 to 10,000 guesses");
    }
    if (maxHops < 1 || maxHops > 1000) {
      throw new IllegalArgumentException("1 to 1,000 hops");
    }
  }

  /// What an SPF result leads to.
  public Reaction spf(SpfIdentity identity, SpfResult result) {
    return spf.getOrDefault(identity, Map.of()).getOrDefault(result, Reaction.of(Action.NOTE));
  }

  /// What becomes of messages that fail DMARC, for those that ask [MessageAuthenticator].
  public DmarcLocalPolicy dmarcPolicy() {
    DmarcLocalPolicy policy =
        switch (dmarc) {
          case NOTE, FOLLOW -> DmarcLocalPolicy.asPublished();
          case QUARANTINE -> DmarcLocalPolicy.neverRejectAlone();
        };
    return policy.except(dmarcDomains);
  }

  /// How messages are to be authenticated.
  ///
  /// @param hostname our own name
  public MessageAuthenticator.Settings authentication(String hostname) {
    return new MessageAuthenticator.Settings(
        hostname,
        MessageAuthenticator.Settings.defaults(hostname).lookUpBudget(),
        dkim,
        dmarcPolicy(),
        trustedSealers);
  }
}
