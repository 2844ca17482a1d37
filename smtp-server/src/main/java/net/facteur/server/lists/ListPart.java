package net.facteur.server.lists;

/// The addresses of a list.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2142#section-6 RFC 2142, section 6: Mailing List
///   Administration Mailbox (`LIST-request`)
public enum ListPart {
  /// Where posts go: the address of the list.
  POSTS(""),
  /// Subscribe, unsubscribe, help.
  REQUEST("-request"),
  /// The people who answer for it.
  OWNER("-owner"),
  /// Reports on mail that did not arrive; the tag says whose.
  BOUNCES("-bounces"),
  /// Whoever writes there leaves; the tag says who.
  UNSUBSCRIBE("-unsubscribe");

  private final String suffix;

  ListPart(String suffix) {
    this.suffix = suffix;
  }

  /// What stands behind the local part of the list.
  public String suffix() {
    return suffix;
  }
}
