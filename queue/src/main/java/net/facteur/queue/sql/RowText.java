package net.facteur.queue.sql;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Notify;
import net.facteur.queue.ReversePath;

/// How values stand in text columns, so that people can read them and nothing is lost.
final class RowText {
  private RowText() {}

  static ReversePath reversePath(String text) {
    return text.isEmpty() ? ReversePath.Null.NULL : new ReversePath.Of(address(text));
  }

  /// The inverse of [MailAddress#text].
  ///
  /// @throws IllegalArgumentException where no address was ever written so
  static MailAddress address(String text) {
    if (!text.startsWith("\"")) {
      int at = text.lastIndexOf('@');
      return at < 0
          ? new MailAddress(text, "")
          : new MailAddress(text.substring(0, at), text.substring(at + 1));
    }
    var local = new StringBuilder();
    int i = 1;
    while (i < text.length() && text.charAt(i) != '"') {
      if (text.charAt(i) == '\\') {
        i++;
      }
      if (i < text.length()) {
        local.append(text.charAt(i));
      }
      i++;
    }
    if (i >= text.length()) {
      throw new IllegalArgumentException("a quoted local part does not end");
    }
    String rest = text.substring(i + 1);
    if (rest.isEmpty()) {
      return new MailAddress(local.toString(), "");
    }
    if (!rest.startsWith("@")) {
      throw new IllegalArgumentException("something other than a domain follows a local part");
    }
    return new MailAddress(local.toString(), rest.substring(1));
  }

  static Optional<String> notifyOn(Optional<Set<Notify>> wishes) {
    return wishes.map(
        set -> {
          var out = new StringBuilder();
          for (Notify wish : Notify.values()) {
            if (set.contains(wish)) {
              out.append(out.isEmpty() ? "" : ",").append(wish.name());
            }
          }
          return out.toString();
        });
  }

  static Optional<Set<Notify>> notifyOn(String text) {
    Set<Notify> wishes = EnumSet.noneOf(Notify.class);
    if (!text.isEmpty()) {
      for (String word : text.split(",", -1)) {
        wishes.add(Notify.valueOf(word));
      }
    }
    return Optional.of(wishes);
  }

  /// A line for each; an address holds no line ends.
  static Optional<String> addresses(List<MailAddress> addresses) {
    return addresses.isEmpty()
        ? Optional.empty()
        : Optional.of(addresses.stream().map(MailAddress::text).collect(Collectors.joining("\n")));
  }

  static List<MailAddress> addresses(String text) {
    return text.lines().map(RowText::address).toList();
  }

  static Optional<String> facts(List<Fact> facts) {
    return facts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            facts.stream().map(f -> f.what() + " " + f.detail()).collect(Collectors.joining("\n")));
  }

  /// What cannot be understood is left out.
  static List<Fact> facts(String text) {
    var facts = new ArrayList<Fact>();
    for (String line : text.split("\n", -1)) {
      int space = line.indexOf(' ');
      if (space > 0 && line.chars().limit(space).allMatch(c -> c >= 'a' && c <= 'z')) {
        facts.add(new Fact(line.substring(0, space), line.substring(space + 1)));
      }
    }
    return facts;
  }

  /// What a peer said, without the one character that some engines cannot keep.
  static String line(String text) {
    return text.replace('\0', '?');
  }
}
