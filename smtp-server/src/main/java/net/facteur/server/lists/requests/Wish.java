package net.facteur.server.lists.requests;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What somebody wants of a list, in words of his own. The subject is read first, then the first
/// line that is not empty; French words count as well as English ones, with accents or without.
enum Wish {
  JOIN,
  LEAVE,
  HELP,
  /// Nothing that is understood.
  UNCLEAR;

  private static final int MOST_LINES = 20;
  private static final Pattern WORDS = Pattern.compile("[a-z]+(?:'[a-z]+)?");
  private static final Pattern REPLY =
      Pattern.compile(
          "^(?:\\s*(?:re|aw|tr|fwd?|rv|sv|ref)\\s*(?:\\[\\d+])?:)+", Pattern.CASE_INSENSITIVE);

  private static final Set<String> JOINING =
      Set.of(
          "subscribe",
          "sub",
          "join",
          "signup",
          "abonner",
          "abonne",
          "abonnement",
          "inscrire",
          "inscription",
          "inscris",
          "adherer",
          "rejoindre",
          "s'abonner",
          "s'inscrire",
          "m'abonner",
          "m'inscrire",
          "souscrire");
  private static final Set<String> LEAVING =
      Set.of(
          "unsubscribe",
          "unsub",
          "leave",
          "signoff",
          "remove",
          "stop",
          "desabonner",
          "desabonne",
          "desabonnement",
          "desinscrire",
          "desinscription",
          "desinscris",
          "quitter",
          "resilier",
          "retirer",
          "partir",
          "arreter",
          "m'enlever");
  private static final Set<String> HELPING =
      Set.of("help", "aide", "info", "commands", "commandes", "?");

  /// Verbs that stand for themselves behind a pronoun: `me desabonner`, `se desinscrire`.
  private static final Set<String> SKIPPED =
      Set.of(
          "please",
          "svp",
          "merci",
          "de",
          "bien",
          "vouloir",
          "je",
          "veux",
          "souhaite",
          "me",
          "se",
          "d'",
          "s'",
          "i",
          "want",
          "to",
          "veuillez",
          "bonjour",
          "hello",
          "la",
          "the");

  /// Reads a wish.
  ///
  /// @param subject decoded; may be empty
  /// @param lines of the text
  static Wish of(String subject, List<String> lines) {
    Wish said = of(REPLY.matcher(subject).replaceFirst(""));
    if (said != UNCLEAR) {
      return said;
    }
    return lines.stream()
        .limit(MOST_LINES)
        .map(String::strip)
        // A quoted line is what the list itself wrote.
        .filter(line -> !line.isEmpty() && !line.startsWith(">"))
        .findFirst()
        .map(Wish::of)
        .orElse(UNCLEAR);
  }

  /// The first word that says something decides: `unsubscribe me from subscribe-list`.
  private static Wish of(String line) {
    String plain = plain(line);
    if (plain.strip().equals("?")) {
      return HELP;
    }
    Matcher word = WORDS.matcher(plain);
    while (word.find()) {
      String each = word.group();
      if (LEAVING.contains(each) || LEAVING.contains(each.replaceFirst("^[a-z]'", ""))) {
        return LEAVE;
      }
      if (JOINING.contains(each) || JOINING.contains(each.replaceFirst("^[a-z]'", ""))) {
        return JOIN;
      }
      if (HELPING.contains(each)) {
        return HELP;
      }
      if (!SKIPPED.contains(each)) {
        return UNCLEAR;
      }
    }
    return UNCLEAR;
  }

  static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFD)
        .replaceAll("\\p{M}", "")
        .replace('\u2019', '\'')
        .replaceAll("(?<=[a-zA-Z])-(?=[a-zA-Z])", "")
        .toLowerCase(Locale.ROOT);
  }
}
