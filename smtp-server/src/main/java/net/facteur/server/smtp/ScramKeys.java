package net.facteur.server.smtp;

/// What a server keeps of a user's password for SCRAM-SHA-256. Arrays are not copied and must not
/// be changed.
///
/// @param user the account's own spelling
/// @param salt at least 8 octets
/// @param iterations at least 4,096
/// @param storedKey 32 octets
/// @param serverKey 32 octets
/// @spec https://www.rfc-editor.org/rfc/rfc5802#section-3 RFC 5802, section 3: SCRAM Algorithm
///   Overview
public record ScramKeys(
    String user, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
  @Override
  public String toString() {
    return "ScramKeys[" + user + "]";
  }
}
