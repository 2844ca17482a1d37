package net.facteur.server.away;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.facteur.server.accounts.UserName;

/// What is answered in place of somebody.
///
/// @param from the first day
/// @param end the first day on which nothing is answered any more; empty until it is taken away
/// @param days after which the same sender is answered again, 1 to [#MAX_DAYS]
/// @param text lines parted by LF, at most [#MAX_TEXT] characters
public record Absence(
    UserName user,
    Kind kind,
    LocalDate from,
    Optional<LocalDate> end,
    int days,
    Optional<String> passOn,
    String text) {
  /// RFC 5230, section 4.1: sites may limit it.
  public static final int MAX_DAYS = 90;

  /// RFC 3834, section 2: 7 days are the usual.
  public static final int USUAL_DAYS = 7;

  /// Characters of a text.
  public static final int MAX_TEXT = 8_000;

  /// Why it is answered.
  public enum Kind {
    /// A user who comes back.
    AWAY,
    /// An address that was a user's who does not.
    LEFT
  }

  /// True on a day on which it answers.
  public boolean counts(LocalDate day) {
    return !day.isBefore(from) && !over(day);
  }

  /// True where it answers no more.
  public boolean over(LocalDate day) {
    return end.filter(last -> !day.isBefore(last)).isPresent();
  }

  /// The last day; empty where there is none.
  public Optional<LocalDate> last() {
    return end.map(over -> over.minusDays(1));
  }

  /// What differs where senders have to hear of it anew.
  String version() {
    return Integer.toHexString(Objects.hash(kind, from, text));
  }

  /// What identifies it as somebody has seen it.
  public String stamp() {
    return Integer.toHexString(lines().hashCode());
  }

  /// A text as people type it: without control characters, and without blank lines around it.
  ///
  /// @return empty where nothing is left, or it is too long
  public static Optional<String> text(String typed) {
    String plain =
        typed
            .replace("\r\n", "\n")
            .replace('\r', '\n')
            .codePoints()
            .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .strip();
    return Optional.of(plain).filter(text -> !text.isEmpty() && text.length() <= MAX_TEXT);
  }

  /// The same where a user has another name.
  Absence renamed(UserName before, UserName after) {
    return new Absence(
        user.equals(before) ? after : user,
        kind,
        from,
        end,
        days,
        passOn.map(to -> to.equals(before.text()) ? after.text() : to),
        text);
  }

  /// Its lines in the file.
  List<String> lines() {
    var lines = new java.util.ArrayList<String>();
    lines.add(
        (kind == Kind.AWAY ? "away " : "left ")
            + user
            + " from="
            + from
            + end.map(day -> " end=" + day).orElse("")
            + " days="
            + days
            + passOn.map(to -> " to=" + to).orElse(""));
    text.lines().forEach(line -> lines.add("| " + line));
    return lines;
  }
}
