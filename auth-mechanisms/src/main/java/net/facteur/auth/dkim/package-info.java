/// DomainKeys Identified Mail: signing and verifying that a domain stands behind a message.
///
/// A signer hashes the body, writes the hash and the list of signed header fields into a
/// DKIM-Signature field, and signs those fields together with that field itself. A verifier reads
/// the field ([net.facteur.auth.dkim.DkimSignature]), fetches the public key from the DNS
/// ([net.facteur.auth.dkim.DkimKeyRecord]), computes the same hashes and checks. Since mail is
/// changed on its way (lines refolded, white space altered), header and body are brought into a
/// canonical form first ([net.facteur.auth.dkim.Canonicalization]).
///
/// Everything works on raw octets in one pass. Header fields are held, being few and bounded; the
/// body streams through a [net.facteur.auth.dkim.BodyPass], which computes every hash that any
/// signature wants and keeps nothing. [net.facteur.auth.dkim.DkimVerifier] and
/// [net.facteur.auth.dkim.DkimSigner] are the doors.
///
/// ## What DKIM2 would share
///
/// The successor that the IETF is working on keeps keys, key records, algorithms, the header
/// canonicalization and the streamed body hash, and changes what is signed and why: every hop signs
/// with the envelope, and says how it changed the message. So what is likely to be shared stands
/// apart from DKIM-Signature: `BodyPass`, `HeaderCanonicalizer`, `DkimKeyRecord`, `DkimPublicKey`,
/// `DkimPrivateKey`, `DkimCrypto` and `KeyCheck` know nothing of that field but its `DkimSignature`
/// record, and a second field would bring its own record, its own selection of header fields beside
/// `FieldIndex`, and its own order of checks beside `SignatureCheck`.
@NullMarked
package net.facteur.auth.dkim;

import org.jspecify.annotations.NullMarked;
