package net.facteur.auth.dmarc;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.facteur.auth.dns.DomainName;

/// What this site does with a message, given what the author domain asks for.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-5.4 RFC 9989, section 5.4: Policy
///   Enforcement Considerations
@FunctionalInterface
public interface DmarcLocalPolicy {
  /// Decides on a message that fails. Where it passes, nobody asks.
  ///
  /// @param failed its disposition is what the domain asks for, `t=y` applied
  DmarcOutcome.Disposition decide(DmarcOutcome.Evaluated failed);

  /// Follows the author domain to the letter. A site that rejects this way loses mail from mailing
  /// lists, and RFC 9989 forbids it where nothing else speaks against the message.
  static DmarcLocalPolicy asPublished() {
    return DmarcOutcome.Evaluated::disposition;
  }

  /// Never rejects for DMARC alone: `reject` becomes `quarantine`.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9989#section-7.4 RFC 9989, section 7.4:
  ///   Interoperability Considerations
  static DmarcLocalPolicy neverRejectAlone() {
    return failed ->
        switch (failed.disposition().handling()) {
          // 7.4: MUST treat as if the policy were quarantine, without other knowledge
          case REJECT ->
              overridden(
                  failed,
                  DmarcPolicy.QUARANTINE,
                  DmarcOutcome.PolicyOverride.Type.LOCAL_POLICY,
                  "no rejection on p=reject alone");
          case NONE, QUARANTINE -> failed.disposition();
        };
  }

  /// This policy but for the listed author domains and all below them, the longest name first.
  ///
  /// @param handlings what to do with mail from these domains that fails
  default DmarcLocalPolicy except(Map<DomainName, DmarcPolicy> handlings) {
    Map<DomainName, DmarcPolicy> listed = Map.copyOf(handlings);
    return failed -> {
      for (int n = failed.authorDomain().labelCount(); n > 0; n--) {
        DmarcPolicy handling = listed.get(failed.authorDomain().suffix(n));
        if (handling != null) {
          return overridden(
              failed,
              handling,
              DmarcOutcome.PolicyOverride.Type.LOCAL_POLICY,
              "listed author domain");
        }
      }
      return decide(failed);
    };
  }

  /// This policy but for messages that a trusted forwarder found to pass before it changed them.
  ///
  /// @param foundToPass author domains that such a forwarder, proven by its seal, vouches for
  default DmarcLocalPolicy trusting(Set<DomainName> foundToPass) {
    Set<DomainName> vouchedFor = Set.copyOf(foundToPass);
    return failed ->
        vouchedFor.contains(failed.authorDomain())
            ? overridden(
                failed,
                DmarcPolicy.NONE,
                DmarcOutcome.PolicyOverride.Type.TRUSTED_FORWARDER,
                "passed before a trusted forwarder changed it")
            : decide(failed);
  }

  private static DmarcOutcome.Disposition overridden(
      DmarcOutcome.Evaluated failed,
      DmarcPolicy handling,
      DmarcOutcome.PolicyOverride.Type type,
      String comment) {
    return handling == failed.disposition().handling()
        ? failed.disposition()
        : new DmarcOutcome.Disposition(
            handling, List.of(new DmarcOutcome.PolicyOverride(type, comment)));
  }
}
