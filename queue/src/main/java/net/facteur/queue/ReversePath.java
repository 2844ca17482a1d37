package net.facteur.queue;

/// Where reports about a message go (the envelope sender).
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.2 RFC 5321, section 4.1.1.2: MAIL
public sealed interface ReversePath {
  /// The empty path `<>` of reports, which nobody may answer with a report.
  enum Null implements ReversePath {
    NULL;

    @Override
    public String text() {
      return "";
    }

    @Override
    public String toString() {
      return "<>";
    }
  }

  /// The path of a sender who can be told.
  record Of(MailAddress address) implements ReversePath {
    @Override
    public String text() {
      return address.text();
    }

    @Override
    public String toString() {
      return "<" + text() + ">";
    }
  }

  /// The address without angle brackets, empty for the null path.
  String text();
}
