package net.facteur.auth.dkim;

import java.util.List;

/// Writes tags of a header field, folded so that no line has more than 78 columns as far as the
/// values can be cut.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1 RFC 5322, section 2.1.1: Line Length
///   Limits
final class FoldedTags {
  private static final int COLUMNS = 78;
  private static final String FOLD = "\r\n\t";

  /// A tab is counted as eight columns, as a terminal shows it.
  private static final int FOLD_COLUMNS = 8;

  private final StringBuilder out = new StringBuilder();
  private int column;

  /// @param column where the value begins
  FoldedTags(int column) {
    this.column = column;
  }

  /// A tag that stays in one piece.
  void tag(String name, String value) {
    begin(name.length() + value.length() + 2);
    put(name + "=" + value);
  }

  /// A tag whose value may be folded before each `separator`-ended item.
  void list(String name, List<String> items, String separator) {
    begin(name.length() + items.getFirst().length() + 3);
    put(name + "=");
    for (int i = 0; i < items.size(); i++) {
      String item = i < items.size() - 1 ? items.get(i) + separator : items.get(i);
      if (i > 0 && column + item.length() + 1 > COLUMNS) {
        fold();
      }
      put(item);
    }
  }

  /// The last tag, whose value may be folded anywhere and has no `;` behind it.
  void last(String name, String value) {
    // the same room whatever the value, so that what stands before it does not change
    begin(name.length() + 25);
    put(name + "=");
    for (int at = 0; at < value.length(); ) {
      if (column >= COLUMNS) {
        fold();
      }
      int end = Math.min(value.length(), at + COLUMNS - column);
      put(value.substring(at, end));
      at = end;
    }
  }

  /// Ends the tag before and makes room for one of this length with its `;`.
  private void begin(int length) {
    if (!out.isEmpty()) {
      put(";");
    }
    if (column + 1 + length > COLUMNS) {
      fold();
    } else {
      put(" ");
    }
  }

  private void fold() {
    out.append(FOLD);
    column = FOLD_COLUMNS;
  }

  private void put(String text) {
    out.append(text);
    column += text.length();
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
