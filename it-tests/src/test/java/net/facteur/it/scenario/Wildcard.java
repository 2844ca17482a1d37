package net.facteur.it.scenario;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A text in which `*` stands for anything, also for nothing and for line ends, and `\*` for an
/// asterisk.
public record Wildcard(String text) {
  private static final String ANYTHING = ".*";

  private String expression() {
    return Arrays.stream(text.split("(?<!\\\\)\\*", -1))
        .map(part -> Pattern.quote(part.replace("\\*", "*")))
        .collect(Collectors.joining(ANYTHING));
  }

  private static boolean matches(String expression, String value) {
    return Pattern.compile(expression, Pattern.DOTALL).matcher(value).matches();
  }

  /// Whether the whole value is so.
  public boolean is(String value) {
    return matches(expression(), value);
  }

  /// Whether the value begins so.
  public boolean begins(String value) {
    return matches(expression() + ANYTHING, value);
  }

  /// Whether a part of the value is so.
  public boolean within(String value) {
    return matches(ANYTHING + expression() + ANYTHING, value);
  }

  @Override
  public String toString() {
    return text;
  }
}
