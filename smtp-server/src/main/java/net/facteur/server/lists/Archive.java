package net.facteur.server.lists;

import java.time.Duration;
import java.util.Optional;

/// What is kept of the posts of a list.
public sealed interface Archive {
  /// Nothing.
  record None() implements Archive {}

  /// A Maildir.
  ///
  /// @param keep how long a post is kept, whole days; empty for ever
  record Maildir(Optional<Duration> keep) implements Archive {}

  /// The words of the file: `none`, `maildir` or `maildir 365d`.
  default String words() {
    return switch (this) {
      case None() -> "none";
      case Maildir(Optional<Duration> keep) ->
          "maildir" + keep.map(time -> " " + time.toDays() + "d").orElse("");
    };
  }

  /// Reads what [#words] writes.
  static Optional<Archive> parse(String words) {
    if (words.equals("none")) {
      return Optional.of(new None());
    }
    if (words.equals("maildir")) {
      return Optional.of(new Maildir(Optional.empty()));
    }
    return words.startsWith("maildir ")
        ? days(words.substring("maildir ".length())).map(keep -> new Maildir(Optional.of(keep)))
        : Optional.empty();
  }

  /// Reads a number of days, such as `365d`, up to 9,999.
  static Optional<Duration> days(String text) {
    return text.matches("[1-9][0-9]{0,3}d")
        ? Optional.of(Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1))))
        : Optional.empty();
  }
}
