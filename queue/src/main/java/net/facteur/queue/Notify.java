package net.facteur.queue;

/// When a sender wants a report about a recipient; none of them stands for `NOTIFY=NEVER`.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3461#section-4.1 RFC 3461, section 4.1: NOTIFY
public enum Notify {
  SUCCESS,
  FAILURE,
  DELAY
}
