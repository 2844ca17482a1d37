/// DANE for SMTP: the recipient's domain says in the DNS which certificates its mail hosts have.
///
/// A TLSA record at `_25._tcp.` and the host's name holds a certificate or a key, or a digest of
/// one: of the host itself (usage 3, DANE-EE) or of a certification authority above it (usage 2,
/// DANE-TA). Where the MX records, the host's addresses and the TLSA records are all proven by
/// DNSSEC, TLS is a must and the host has to show a certificate that fits; nobody on the way can
/// talk the sender out of it. Usages 0 and 1 rely on public certification authorities and are
/// unusable between mail servers (RFC 7672, section 3.1.3).
///
/// [TlsaLookup] finds the records and the name they belong to, [TlsaSet] says which of them can be
/// used, [DaneVerifier] compares a certificate chain with them, and [TlsaRecords] makes the records
/// that our own certificates need.
@NullMarked
package net.facteur.auth.dane;

import org.jspecify.annotations.NullMarked;
