package net.facteur.auth.dns;

import java.util.List;

/// What became of DNSSEC here.
///
/// @param mode what is in force
/// @param detail why, in a sentence without a full stop
/// @param rootKeys the tags of the keys that sign the root, empty where they could not be learnt
/// @param anchors the tags of the trust anchors
public record DnssecStatus(
    Mode mode, String detail, List<Integer> rootKeys, List<Integer> anchors) {
  public DnssecStatus {
    rootKeys = List.copyOf(rootKeys);
    anchors = List.copyOf(anchors);
  }

  /// What is in force.
  public enum Mode {
    /// Every answer is validated here.
    VALIDATING,
    /// Every answer is validated here, and fails: no key of the root is among the trust anchors.
    ROOT_KEYS_UNKNOWN,
    /// The AD bit of a resolver on this machine is believed.
    TRUSTING_AD,
    /// The resolvers pass no signatures on, so nothing is secure and there is no DANE.
    UNAVAILABLE,
    /// Switched off, so nothing is secure and there is no DANE.
    OFF;

    /// As people and programs are told.
    public String word() {
      return switch (this) {
        case VALIDATING -> "validating";
        case ROOT_KEYS_UNKNOWN -> "root-keys-unknown";
        case TRUSTING_AD -> "trusting-ad";
        case UNAVAILABLE -> "unavailable";
        case OFF -> "off";
      };
    }
  }
}
