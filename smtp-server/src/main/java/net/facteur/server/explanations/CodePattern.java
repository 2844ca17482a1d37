package net.facteur.server.explanations;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Parsed;

/// Codes that fit: `550`, `5.7.26`, `550 5.7.1`, `5.7.606-649`, `4.7.*`.
///
/// @param code of the reply; 0 for any
/// @param category of the status; 0 for any status at all
/// @param from the first detail that fits
/// @param to the last one
record CodePattern(int code, int category, int subject, int from, int to) {
  private static final int LAST = 999;
  private static final Pattern FORM =
      Pattern.compile(
          "([245][0-9]{2})?(?:"
              + " ?([245])\\.([0-9]{1,3})\\.(?:(\\*)|([0-9]{1,3})(?:-([0-9]{1,3}))?))?");

  static Parsed<CodePattern> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      return Parsed.malformed(0, "550, 5.7.1, 550 5.7.1, 5.7.606-649 or 4.7.*");
    }
    int code = number(parts.group(1), 0);
    if (parts.group(2) == null) {
      return Parsed.ok(new CodePattern(code, 0, 0, 0, LAST));
    }
    int from = number(parts.group(5), 0);
    int to = parts.group(4) != null ? LAST : number(parts.group(6), from);
    return to < from
        ? Parsed.malformed(0, "a span that does not end before it begins")
        : Parsed.ok(
            new CodePattern(code, number(parts.group(2), 0), number(parts.group(3), 0), from, to));
  }

  private static int number(String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  boolean fits(SaidReply reply) {
    return (code == 0 || code == reply.code())
        && (category == 0
            || (category == reply.status().category()
                && subject == reply.status().subject()
                && from <= reply.status().detail()
                && reply.status().detail() <= to));
  }
}
