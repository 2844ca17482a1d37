/// Submission: what a user's mail program sends through ports 587 and 465.
///
/// A submitted message is checked (may this user send as this address?), completed (Date,
/// Message-ID; Bcc removed), signed by the domain's active selector, and queued. Only then is the
/// client told 250.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6409 RFC 6409: Message Submission for Mail
@NullMarked
package net.facteur.server.submission;

import org.jspecify.annotations.NullMarked;
