/// ADSP, Author Domain Signing Practices: does a domain say that all its mail is signed?
///
/// Historic since 2013: DMARC took its place and goes before it. Some domains still publish the
/// record, so it is read and noted, and by default nothing is done because of it: `discardable`
/// never knew mailing lists either. Nothing else in this library needs this package.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5617 RFC 5617: DomainKeys Identified Mail (DKIM) Author
///   Domain Signing Practices (ADSP)
@NullMarked
package net.facteur.auth.adsp;

import org.jspecify.annotations.NullMarked;
