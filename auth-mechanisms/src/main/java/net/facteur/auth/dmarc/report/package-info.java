/// Aggregate reports of DMARC: what receivers of mail tell the owner of a domain about mail in its
/// name. The model is one for all forms: that of RFC 9990, that of RFC 7489, and those of the wild,
/// of which some leave out half of the elements.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9990 RFC 9990: DMARC Aggregate Reporting
@NullMarked
package net.facteur.auth.dmarc.report;

import org.jspecify.annotations.NullMarked;
