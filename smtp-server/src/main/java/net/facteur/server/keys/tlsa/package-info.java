/// The keys of certificates, and how one takes the place of the other without a moment in which
/// senders that hold us to our TLSA records would refuse to deliver.
///
/// A renewed certificate comes from `tls.certificate`, from the staging directory, or from our own
/// ACME client. It is copied aside ([net.facteur.server.keys.tlsa.CertificateStore]), the `3 1 1`
/// record of its key is brought into the DNS beside the one in service, and only when every name
/// server of the zone has held it for two TTLs is the certificate put in service; later the old
/// record goes ([net.facteur.server.keys.tlsa.TlsaRoll]). Each step is one line of a journal, and
/// which certificate is in service is nothing but the sum of these lines
/// ([net.facteur.server.keys.tlsa.CertificateKeys]), also after a restart. A host without TLSA
/// records has nothing to wait for.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7671#section-8.1 RFC 7671, section 8.1: Key Rollover
///   with Fixed TLSA Parameters
@NullMarked
package net.facteur.server.keys.tlsa;

import org.jspecify.annotations.NullMarked;
