package net.facteur.server.delivery;

import net.facteur.server.report.TlsReporter;

/// Everything about TLS that a delivery needs.
///
/// @param policy decides before a connection
/// @param client does the handshake
/// @param verifier looks at the certificates
/// @param reporter is told how it went
public record OutboundTls(
    TlsPolicy policy, ClientTls client, PeerVerifier verifier, TlsReporter reporter) {}
