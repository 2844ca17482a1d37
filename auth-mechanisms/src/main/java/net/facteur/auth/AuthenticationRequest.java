package net.facteur.auth;

import java.net.InetAddress;
import java.util.Optional;

/// What the SMTP transaction tells about a message. All text is as the client sent it and may be
/// anything.
///
/// @param client the address of the SMTP client
/// @param helo the name given with HELO or EHLO
/// @param reversePath the reverse-path without angle brackets; empty for the null reverse-path
/// @param withoutSpf why SPF has nothing to go by, such as that a gateway does not say who handed
///   it the message; empty where the client is the one to check
public record AuthenticationRequest(
    InetAddress client, String helo, String reversePath, Optional<String> withoutSpf) {
  /// Of a client that SPF is checked for.
  public AuthenticationRequest(InetAddress client, String helo, String reversePath) {
    this(client, helo, reversePath, Optional.empty());
  }
}
