/// Filters that speak the milter protocol of Sendmail and Postfix, version 6.
///
/// Each milter is asked at MAIL and at each RCPT, while the client can still be told, and about the
/// message after authentication, one after the other, each of them seeing what those before it
/// changed. A connection serves one transaction. [MilterLayer] stands before reception or
/// submission, [Milters] is the filter behind it; they share what is under way. Fields, body and
/// envelope may be changed; users' mail is signed after that.
///
/// The protocol has no document but the sources of libmilter (`mfdef.h`, `mfapi.h`).
@NullMarked
package net.facteur.server.filter.milter;

import org.jspecify.annotations.NullMarked;
