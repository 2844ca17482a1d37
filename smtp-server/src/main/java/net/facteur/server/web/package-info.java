/// The few things that a mail server has to say over the web: its domains' MTA-STS policies, DKIM
/// keys that were made public, and the answers to challenges of ACME.
///
/// [WebServer] listens where the settings say, picks the certificate by the name that the client
/// asks for, and answers the paths of [SitePages] and no others. It is built on Netty's HTTP codec,
/// since the mail listeners' certificates, their choice by name and their exchange while running
/// are Netty's too, and since every connection gets one deadline for all it does; the JDK's small
/// web server has neither.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-3.2 RFC 8461, section 3.2: MTA-STS Policies
@NullMarked
package net.facteur.server.web;

import org.jspecify.annotations.NullMarked;
