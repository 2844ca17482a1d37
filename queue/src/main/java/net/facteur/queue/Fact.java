package net.facteur.queue;

/// Something that happened to a message before it was queued, for whoever asks later where it is.
///
/// @param what one word: `received`, `checked`, `signed`, `unsigned`, [#REPORTS], [#HELD]
/// @param detail a line for people; control characters become spaces, and 2,000 characters are kept
public record Fact(String what, String detail) {
  /// Why the sender is told of nothing, whatever he asked for.
  public static final String REPORTS = "reports";

  /// Why the message is kept back from the beginning, until somebody releases it.
  public static final String HELD = "held";

  private static final int LONGEST = 2000;

  public Fact {
    if (!isWord(what)) {
      throw new IllegalArgumentException("a fact begins with a word");
    }
    detail = cleaned(detail);
  }

  private static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 'a' || text.charAt(i) > 'z') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static String cleaned(String text) {
    var out = new StringBuilder(text.substring(0, Math.min(text.length(), LONGEST)));
    for (int i = 0; i < out.length(); i++) {
      if (Character.isISOControl(out.charAt(i))) {
        out.setCharAt(i, ' ');
      }
    }
    return out.toString();
  }
}
