/// Mail programs that set themselves up: whoever types an address and a password there needs to
/// know no host, no port and no login name.
///
/// [AutoconfigSettings] says which [MailService]s there are, [MailServices] which of them a program
/// is told. Each family of programs asks in its own way, and gets the same: Thunderbird reads a
/// [ClientConfig], Outlook asks [Autodiscover], Apple's take an [AppleProfile] with a signature,
/// and [Pacc] is a draft that may become what all of them ask. [ServiceRecords] are what a zone
/// says of it. [SetupPage] says it to people. [AutoconfigRoutes] brings all of that to the web.
///
/// What is said depends on the domain alone, so that nobody learns whether an address exists. What
/// strangers send is read by StAX without DTD, from a body that the web bounds.
///
/// @spec https://datatracker.ietf.org/doc/draft-ietf-mailmaint-autoconfig/
///   draft-ietf-mailmaint-autoconfig: Mail Autoconfig
/// @spec https://www.rfc-editor.org/rfc/rfc6186 RFC 6186: Use of SRV Records for Locating Email
///   Submission/Access Services
@NullMarked
package net.facteur.server.autoconfig;

import org.jspecify.annotations.NullMarked;
