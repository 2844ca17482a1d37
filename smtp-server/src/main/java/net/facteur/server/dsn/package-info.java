/// Delivery status notifications: what the sender is told when mail is late, lost, or arrived.
///
/// A report is a `multipart/report` of three parts: plain words for people, fields for programs,
/// and the message or its header. It goes out under the null reverse-path, so that no report is
/// ever made about a report. Everything that a peer said is cleaned before it is repeated: no line
/// breaks, no control characters, bounded length.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3464 RFC 3464: Delivery Status Notifications
@NullMarked
package net.facteur.server.dsn;

import org.jspecify.annotations.NullMarked;
