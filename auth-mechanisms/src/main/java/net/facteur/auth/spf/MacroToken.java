package net.facteur.auth.spf;

/// A piece of a macro-string.
///
/// ```
/// macro-string     = *( macro-expand / macro-literal )
/// macro-expand     = ( "%{" macro-letter transformers *delimiter "}" )
///                    / "%%" / "%_" / "%-"
/// macro-literal    = %x21-24 / %x26-7E
/// macro-letter     = "s" / "l" / "o" / "d" / "i" / "p" / "h" / "c" / "r" / "t" / "v"
/// transformers     = *DIGIT [ "r" ]
/// delimiter        = "." / "-" / "+" / "," / "/" / "_" / "="
/// ```
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-7.1 RFC 7208, section 7.1: Formal
///   Specification
public sealed interface MacroToken {
  /// The token as a record writes it.
  String print();

  /// Text that stands for itself; in an explain-string spaces too.
  record Literal(String text) implements MacroToken {
    @Override
    public String print() {
      return text;
    }
  }

  /// `%%`, `%_` or `%-`.
  enum Escape implements MacroToken {
    PERCENT("%%", "%"),
    SPACE("%_", " "),
    URL_SPACE("%-", "%20");

    private final String written;
    private final String meaning;

    Escape(String written, String meaning) {
      this.written = written;
      this.meaning = meaning;
    }

    /// What it expands to.
    public String meaning() {
      return meaning;
    }

    @Override
    public String print() {
      return written;
    }
  }

  /// `%{...}`.
  ///
  /// @param letter what is expanded
  /// @param urlEscaped the letter stood in upper case: the value is URL-escaped
  /// @param parts how many right-hand parts are kept, from 1; [#ALL_PARTS] where not given
  /// @param reversed the parts are put in reverse order first
  /// @param delimiters what the value is split at; empty for the dot
  record Expand(Letter letter, boolean urlEscaped, int parts, boolean reversed, String delimiters)
      implements MacroToken {
    /// Stands for every part.
    public static final int ALL_PARTS = 0;

    /// Larger numbers of parts mean the same as this one: no value has more.
    public static final int MAX_PARTS = 100_000;

    @Override
    public String print() {
      char sign = letter.sign();
      return "%{"
          + (urlEscaped ? (char) (sign - 32) : sign)
          + (parts == ALL_PARTS ? "" : parts)
          + (reversed ? "r" : "")
          + delimiters
          + "}";
    }
  }

  /// The values a macro may stand for.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7208#section-7.2 RFC 7208, section 7.2: Macro
  ///   Definitions
  enum Letter {
    SENDER('s'),
    LOCAL_PART('l'),
    SENDER_DOMAIN('o'),
    DOMAIN('d'),
    IP('i'),
    VALIDATED_NAME('p'),
    IP_VERSION('v'),
    HELO('h'),
    /// In explanations only.
    READABLE_IP('c'),
    /// In explanations only.
    RECEIVER('r'),
    /// In explanations only.
    TIME('t');

    private final char sign;

    Letter(char sign) {
      this.sign = sign;
    }

    /// The letter in lower case.
    public char sign() {
      return sign;
    }

    boolean explanationOnly() {
      return switch (this) {
        case READABLE_IP, RECEIVER, TIME -> true;
        case SENDER, LOCAL_PART, SENDER_DOMAIN, DOMAIN, IP, VALIDATED_NAME, IP_VERSION, HELO ->
            false;
      };
    }
  }
}
