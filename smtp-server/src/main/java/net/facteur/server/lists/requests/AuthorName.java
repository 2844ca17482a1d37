package net.facteur.server.lists.requests;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.server.smtp.EncodedWords;

/// How the author of a message calls himself.
final class AuthorName {
  private static final int MOST = 100;
  private static final Pattern NAMED = Pattern.compile("\\s*(.{1,500}?)\\s*<[^<>]*>\\s*");

  private AuthorName() {}

  /// The display name of From; an empty text where there is none, or more than one author.
  static String of(MessageHeader header) {
    String field =
        header.first("From").map(HeaderField::unfolded).map(EncodedWords::decoded).orElse("");
    Matcher named = NAMED.matcher(field);
    if (!named.matches() || named.group(1).contains("<")) {
      return "";
    }
    String name = named.group(1);
    if (name.length() >= 2 && name.startsWith("\"") && name.endsWith("\"")) {
      name = name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1");
    }
    // A name that looks like an address would be taken for one.
    return name.length() > MOST || name.contains("@") ? "" : name.strip();
  }
}
