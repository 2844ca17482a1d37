/// The server's own certificates: read from PEM files, served by name, and replaced while running.
///
/// [ServerCertificates] holds one TLS context per certificate. A client that names a host (SNI)
/// gets the certificate of that name, every other client the first one. The files are looked at
/// every few seconds; a pair that is complete, valid and matching replaces the old one for the next
/// handshake, and a pair that is not leaves the old one in service and a line in the log. A
/// [SwapGuard] has the last word, so that a certificate whose TLSA record is not in the DNS yet
/// stays out.
///
/// [CertificateAuthority] issues certificates for trials and tests; nothing trusts it unless told
/// to.
@NullMarked
package net.facteur.server.tls;

import org.jspecify.annotations.NullMarked;
