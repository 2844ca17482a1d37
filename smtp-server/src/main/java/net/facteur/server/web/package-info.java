/// The web stack under everything that HTTPS and plain HTTP serve: our domains' MTA-STS policies,
/// DKIM keys that were made public, and the answers to challenges of ACME.
///
/// [WebServer] listens where the settings say and picks the certificate by the name that the client
/// asks for. [WebConnection] takes one request after the other from Netty's HTTP decoder, within
/// [WebLimits]; [Reading] says what is asked of which host; [Routes] finds the [Route]; its
/// [Handler] answers a [Request] with a [Response] on a virtual thread, so it may wait for a disk.
/// What every answer says to browsers stands in [Response]. The routes themselves are listed in one
/// place, where the server is wired.
///
/// Pages for people go through one more door: a package gives [Pages] a path and a [View], which
/// answers a [Visit] with a [Page] made of [Html]; [Layout] puts it between what all pages have.
///
/// Netty was chosen by measurement (adr 0010): the mail listeners' certificates, their choice by
/// name and their exchange while running are Netty's too.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112 RFC 9112: HTTP/1.1
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-3.2 RFC 8461, section 3.2: MTA-STS Policies
@NullMarked
package net.facteur.server.web;

import org.jspecify.annotations.NullMarked;
