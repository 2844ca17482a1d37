package net.facteur.auth;

import java.net.InetAddress;

/// What the SMTP transaction tells about a message. All text is as the client sent it and may be
/// anything.
///
/// @param client the address of the SMTP client
/// @param helo the name given with HELO or EHLO
/// @param reversePath the reverse-path without angle brackets; empty for the null reverse-path
public record AuthenticationRequest(InetAddress client, String helo, String reversePath) {}
