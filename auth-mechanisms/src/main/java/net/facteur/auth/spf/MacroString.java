package net.facteur.auth.spf;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;

/// Text with macros: a domain-spec, an explain-string, or the value of an unknown modifier.
///
/// ```
/// domain-spec      = macro-string domain-end
/// domain-end       = ( "." toplabel [ "." ] ) / macro-expand
/// toplabel         = ( *alphanum ALPHA *alphanum ) /
///                    ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
/// explain-string   = *( macro-string / SP )
/// ```
///
/// @param tokens the pieces in order, no two literals beside each other; none in a mechanism that
///   names no domain and so means the current one
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-7 RFC 7208, section 7: Macros
public record MacroString(List<MacroToken> tokens) {
  /// No text at all: in a mechanism, the domain being checked.
  public static final MacroString EMPTY = new MacroString(List.of());

  public MacroString {
    tokens = List.copyOf(tokens);
  }

  public boolean isEmpty() {
    return tokens.isEmpty();
  }

  /// The text as a record writes it.
  public String print() {
    return tokens.stream().map(MacroToken::print).collect(Collectors.joining());
  }

  /// Reads the explanation a domain publishes.
  public static Parsed<MacroString> parseExplanation(String text) {
    return tokens(new Scanner(text), true);
  }

  /// Reads the whole of `in` as the value of an unknown modifier.
  static Parsed<MacroString> parse(Scanner in) {
    return tokens(in, false);
  }

  /// Reads the whole of `in` as a domain-spec.
  static Parsed<MacroString> parseDomainSpec(Scanner in) {
    int start = in.offset();
    return switch (tokens(in, false)) {
      case Parsed.Malformed<MacroString> m -> m;
      case Parsed.Ok<MacroString> ok when ok.value().endsLikeDomain() -> ok;
      case Parsed.Ok<MacroString> _ ->
          Parsed.malformed(
              in.offset() == start ? start : in.offset(), "a domain name or a macro at its end");
    };
  }

  private boolean endsLikeDomain() {
    if (tokens.isEmpty()) {
      return false;
    }
    return switch (tokens.getLast()) {
      case MacroToken.Expand _, MacroToken.Escape _ -> true;
      case MacroToken.Literal(String text) -> endsWithTopLabel(text);
    };
  }

  private static boolean endsWithTopLabel(String text) {
    int end = text.endsWith(".") ? text.length() - 1 : text.length();
    int dot = text.lastIndexOf('.', end - 1);
    if (end == 0 || dot < 0 || dot == end - 1) {
      return false;
    }
    boolean digitsOnly = true;
    for (int i = dot + 1; i < end; i++) {
      char c = text.charAt(i);
      if (!Ascii.isAlnum(c) && c != '-') {
        return false;
      }
      digitsOnly &= Ascii.isDigit(c);
    }
    return !digitsOnly && text.charAt(dot + 1) != '-' && text.charAt(end - 1) != '-';
  }

  private static Parsed<MacroString> tokens(Scanner in, boolean explanation) {
    var tokens = new ArrayList<MacroToken>();
    while (!in.atEnd()) {
      if (in.peek() != '%') {
        String literal =
            in.takeWhile(c -> (Ascii.isVisible(c) || (c == ' ' && explanation)) && c != '%');
        if (literal.isEmpty()) {
          return in.expected("a visible ASCII character");
        }
        tokens.add(new MacroToken.Literal(literal));
        continue;
      }
      switch (macro(in, explanation)) {
        case Parsed.Ok<MacroToken>(MacroToken token) -> tokens.add(token);
        case Parsed.Malformed<MacroToken> m -> {
          return m.as();
        }
      }
    }
    return Parsed.ok(new MacroString(tokens));
  }

  private static Parsed<MacroToken> macro(Scanner in, boolean explanation) {
    for (MacroToken.Escape escape : MacroToken.Escape.values()) {
      if (in.take(escape.print())) {
        return Parsed.ok(escape);
      }
    }
    if (!in.take("%{")) {
      // 7.3: a "%" not followed by "{", "%", "-" or "_" is a syntax error
      in.take('%');
      return in.expected("\"{\", \"%\", \"_\" or \"-\"");
    }
    MacroToken.Letter letter = letter(in.peek());
    if (letter == null || (letter.explanationOnly() && !explanation)) {
      return in.expected("a macro letter");
    }
    boolean urlEscaped = in.next() < 'a';
    int digitsAt = in.offset();
    int parts = parts(in);
    if (parts == 0) {
      // 7.3: if a DIGIT is specified, the value MUST be nonzero
      return Parsed.malformed(digitsAt, "a number of parts above zero");
    }
    boolean reversed = in.take('r') || in.take('R');
    String delimiters = in.takeWhile(c -> ".-+,/_=".indexOf(c) >= 0);
    if (!in.take('}')) {
      return in.expected("\"}\"");
    }
    int kept = parts < 0 ? MacroToken.Expand.ALL_PARTS : parts;
    return Parsed.ok(new MacroToken.Expand(letter, urlEscaped, kept, reversed, delimiters));
  }

  /// The number of parts, at most [MacroToken.Expand#MAX_PARTS], or -1 where none is given.
  private static int parts(Scanner in) {
    if (!Ascii.isDigit(in.peek())) {
      return -1;
    }
    int value = 0;
    while (Ascii.isDigit(in.peek())) {
      value = Math.min(MacroToken.Expand.MAX_PARTS, value * 10 + (in.next() - '0'));
    }
    return value;
  }

  private static MacroToken.@org.jspecify.annotations.Nullable Letter letter(int c) {
    for (MacroToken.Letter letter : MacroToken.Letter.values()) {
      if (letter.sign() == Ascii.lower(c)) {
        return letter;
      }
    }
    return null;
  }
}
