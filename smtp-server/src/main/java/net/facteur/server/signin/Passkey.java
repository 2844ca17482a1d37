package net.facteur.server.signin;

import java.time.Instant;
import java.util.Optional;

/// A key pair in a device of a user, whose public half is here.
///
/// @param id of the credential, as base64url
/// @param label what the user calls the device; the user chose it
/// @param host the relying party that it was made for: a browser shows it to no other
/// @param handle what the device calls the user, as base64url
/// @param credential the attested credential data of WebAuthn, as base64url: authenticator, id and
///   public key
/// @param counter signatures that the device has counted; 0 where it does not count
/// @param backupEligible the device may give it to others of the same user
/// @param backedUp it has
/// @param used when it was used last
/// @spec https://www.w3.org/TR/webauthn-3/#credential-record Web Authentication, section 4:
///   Credential Record
public record Passkey(
    String id,
    String label,
    String host,
    String handle,
    String credential,
    long counter,
    boolean backupEligible,
    boolean backedUp,
    Instant added,
    Optional<Instant> used) {
  /// How many a user may have.
  public static final int MOST = 20;

  /// Characters of a label.
  public static final int LONGEST_LABEL = 60;

  /// The same after it was used.
  Passkey used(long count, boolean nowBackedUp, Instant at) {
    return new Passkey(
        id,
        label,
        host,
        handle,
        credential,
        count,
        backupEligible,
        nowBackedUp,
        added,
        Optional.of(at));
  }
}
