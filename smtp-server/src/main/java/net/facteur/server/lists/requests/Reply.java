package net.facteur.server.lists.requests;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.server.lists.answers.Matter.About;
import net.facteur.server.lists.answers.Matter.Verdict;

/// What somebody answers by mail: the first word of the first line that is not quoted, in English
/// or French; a reason may follow, behind it or on further lines.
sealed interface Reply {
  /// An answer.
  ///
  /// @param reason what follows the word; may be empty
  record Said(Verdict verdict, String reason) implements Reply {}

  /// None that is understood.
  record Unclear() implements Reply {}

  /// Lines that are looked at, and characters of a reason.
  int MOST_LINES = 30;

  int MOST_REASON = 1000;

  Set<String> YES =
      Set.of(
          "yes",
          "y",
          "ok",
          "approve",
          "approved",
          "accept",
          "oui",
          "o",
          "approuver",
          "approuve",
          "accepter",
          "accepte",
          "valider",
          "valide",
          "d'accord");
  Set<String> NO =
      Set.of(
          "no",
          "n",
          "reject",
          "rejected",
          "refuse",
          "deny",
          "non",
          "refuser",
          "rejeter",
          "rejete",
          "refus");
  Set<String> DISCARD =
      Set.of("discard", "drop", "delete", "spam", "jeter", "supprimer", "ignorer", "jette");

  /// @param about to confirm, any answer will do: the token came to that address and no other
  static Reply of(List<String> lines, About about) {
    if (about instanceof About.Confirmation) {
      return new Said(Verdict.YES, "");
    }
    List<String> own =
        lines.stream()
            .limit(MOST_LINES)
            .map(String::strip)
            .takeWhile(line -> !line.startsWith(">") && !line.equals("--"))
            .filter(line -> !line.isEmpty())
            .toList();
    if (own.isEmpty()) {
      return new Unclear();
    }
    String[] words = own.getFirst().split("[\\s,.:;!]+", 2);
    String word = Wish.plain(words[0]).toLowerCase(Locale.ROOT);
    String rest = words.length > 1 ? words[1].strip() : "";
    String reason =
        rest.isEmpty()
            ? own.stream()
                .skip(1)
                .filter(line -> !attribution(line))
                .collect(Collectors.joining(" "))
            : rest;
    String cut = reason.substring(0, Math.min(reason.length(), MOST_REASON)).strip();
    if (YES.contains(word)) {
      return new Said(Verdict.YES, "");
    }
    if (NO.contains(word)) {
      return new Said(Verdict.NO, cut);
    }
    return DISCARD.contains(word) ? new Said(Verdict.DISCARD, "") : new Unclear();
  }

  /// What mail programs put above a quotation: `On 1 December, the list wrote:`.
  private static boolean attribution(String line) {
    return line.endsWith(":") && (line.contains("@") || line.matches("(?i)(on|le|am) .*"));
  }
}
