package net.facteur.auth.syntax;

import java.util.function.IntPredicate;

/// A cursor over protocol text that never loses its place: [#offset()] is always an index into the
/// text as received.
///
/// It reads one `char` per octet, knows ASCII only, allocates one copy of its text and the pieces
/// it hands out, and throws for no input. Not safe for use by several threads.
public final class Scanner {
  private final String text;

  /// The characters from `start` to before `end`: loops over an array are quicker than `charAt`.
  private final char[] chars;

  private final int start;
  private final int end;
  private int offset;

  /// A cursor at the first character of `text`.
  public Scanner(String text) {
    this(text, 0, text.length());
  }

  /// A cursor over `text` from `start` to before `end`; offsets stay those of the whole text.
  public Scanner(String text, int start, int end) {
    if (start < 0 || end < start || end > text.length()) {
      throw new IndexOutOfBoundsException("[" + start + ", " + end + ") of " + text.length());
    }
    this.text = text;
    this.chars = new char[end - start];
    text.getChars(start, end, chars, 0);
    this.start = start;
    this.offset = start;
    this.end = end;
  }

  /// Index of the next character in the whole text.
  public int offset() {
    return offset;
  }

  /// Index after the last character that may be read.
  public int end() {
    return end;
  }

  /// Moves to `offset`, usually back to a place left before.
  public void seek(int to) {
    if (to < start || to > end) {
      throw new IndexOutOfBoundsException(to);
    }
    offset = to;
  }

  public boolean atEnd() {
    return offset >= end;
  }

  /// The next character without taking it, or -1 at the end.
  public int peek() {
    return peek(0);
  }

  /// The character `ahead` places further on, or -1 past the end.
  public int peek(int ahead) {
    int at = offset + ahead;
    return at >= start && at < end ? chars[at - start] : -1;
  }

  /// Takes the next character, or -1 at the end.
  public int next() {
    return offset < end ? chars[offset++ - start] : -1;
  }

  /// Takes `c` if it stands here.
  public boolean take(char c) {
    if (peek() != c) {
      return false;
    }
    offset++;
    return true;
  }

  /// Takes `word` if it stands here in exactly this case.
  public boolean take(String word) {
    if (end - offset < word.length() || !text.startsWith(word, offset)) {
      return false;
    }
    offset += word.length();
    return true;
  }

  /// Takes `word` if it stands here in any ASCII case.
  public boolean takeIgnoreCase(String word) {
    if (end - offset < word.length() || !Ascii.regionMatchesIgnoreCase(text, offset, word)) {
      return false;
    }
    offset += word.length();
    return true;
  }

  /// Takes the longest run of characters that `accepts` takes; may be empty.
  public String takeWhile(IntPredicate accepts) {
    int from = offset;
    skipWhile(accepts);
    return text.substring(from, offset);
  }

  /// Skips the longest run of characters that `accepts` takes.
  ///
  /// @return true where there was any
  public boolean skipWhile(IntPredicate accepts) {
    int from = offset;
    while (offset < end && accepts.test(chars[offset - start])) {
      offset++;
    }
    return offset > from;
  }

  /// Skips the longest run of characters that may stand in the value of a tag (`tval`, and 8-bit
  /// octets by RFC 8616, section 5). Signatures consist of them, so this loop is a hot one.
  void skipTagValue() {
    char[] all = chars;
    int at = offset - start;
    while (at < all.length && isTagValue(all[at])) {
      at++;
    }
    offset = at + start;
  }

  static boolean isTagValue(int c) {
    return c > ' ' && c != ';' && c != 0x7f && c <= 0xff;
  }

  /// The text from `from` to here.
  public String since(int from) {
    return text.substring(from, offset);
  }

  /// The text from `from` to before `to`, wherever the cursor is.
  public String text(int from, int to) {
    return text.substring(from, to);
  }

  /// Skips `*WSP`.
  ///
  /// @return true where there was any
  public boolean skipWsp() {
    int from = offset;
    while (Ascii.isWsp(peek())) {
      offset++;
    }
    return offset > from;
  }

  /// Skips `[FWS]`, obsolete repeated folds included: white space, and CRLFs that white space
  /// follows.
  ///
  /// @return true where there was any
  /// @spec https://www.rfc-editor.org/rfc/rfc5322#section-3.2.2 RFC 5322, section 3.2.2: Folding
  ///   White Space and Comments
  public boolean skipFws() {
    int from = offset;
    while (true) {
      if (Ascii.isWsp(peek())) {
        offset++;
      } else if (peek() == '\r' && peek(1) == '\n' && Ascii.isWsp(peek(2))) {
        offset += 3;
      } else {
        return offset > from;
      }
    }
  }

  /// Takes `1*DIGIT`. On failure nothing is taken.
  ///
  /// @param maxDigits how many digits may stand here, leading zeros included
  /// @param max the largest value
  /// @return the value from 0 to `max`
  public Parsed<Long> number(int maxDigits, long max) {
    int from = offset;
    long value = 0;
    while (Ascii.isDigit(peek())) {
      int digit = peek() - '0';
      // compared this way round so that nothing overflows
      if (offset - from >= maxDigits || digit > max || value > (max - digit) / 10) {
        int at = offset;
        offset = from;
        return Parsed.malformed(at, "a number of at most " + max);
      }
      value = value * 10 + digit;
      offset++;
    }
    return offset == from ? expected("a digit") : Parsed.ok(value);
  }

  /// The failure that says what should stand here.
  public <T> Parsed<T> expected(String what) {
    return Parsed.malformed(offset, what);
  }
}
