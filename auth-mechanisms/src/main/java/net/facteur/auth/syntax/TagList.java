package net.facteur.auth.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// A list of `tag=value` pairs as DKIM, ARC, ADSP, DMARC, MTA-STS and TLSRPT write them.
///
/// ```
/// tag-list  = tag-spec *( ";" tag-spec ) [ ";" ]
/// tag-spec  = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
/// tag-name  = ALPHA *ALNUMPUNC
/// tag-value = [ tval *( 1*(WSP / FWS) tval ) ]
/// tval      = 1*VALCHAR                  ; %x21-3A / %x3C-7E, and %x80-FF since RFC 8616
/// ```
///
/// Order and the place of every name and value are kept. Names are compared in their exact case
/// (RFC 6376, section 3.2). White space after a final `;` is allowed, since published records have
/// it.
///
/// @param tags in the order received, no name twice
/// @param problems what [#parseLenient] passed over; empty from [#parse]
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.2 RFC 6376, section 3.2: Tag=Value Lists
public record TagList(List<Tag> tags, List<Problem> problems) {
  /// Most characters a list may have.
  public static final int MAX_CHARS = 65_536;

  /// Most tags a list may have.
  public static final int MAX_TAGS = 128;

  public TagList {
    tags = List.copyOf(tags);
    problems = List.copyOf(problems);
  }

  /// One `name=value`.
  ///
  /// @param name as written
  /// @param value as written, inner white space and folds included, none at its ends
  /// @param nameOffset index of the name in the text that was parsed
  /// @param valueOffset index of the value, also where it is empty
  public record Tag(String name, String value, int nameOffset, int valueOffset) {
    /// Index after the value's last character.
    public int valueEnd() {
      return valueOffset + value.length();
    }

    /// The value without any white space or folds, as base64 and lists are read.
    public String withoutWhiteSpace() {
      var out = value.toCharArray();
      int kept = 0;
      for (char c : out) {
        if (c > ' ' || !(Ascii.isWsp(c) || c == '\r' || c == '\n')) {
          out[kept++] = c;
        }
      }
      return kept == out.length ? value : new String(out, 0, kept);
    }
  }

  /// Something that does not follow the grammar and was passed over.
  ///
  /// @param offset where
  /// @param expected what should have stood there
  public record Problem(int offset, String expected) {}

  /// Which names a list may hold.
  public enum Names {
    /// `ALPHA *(ALPHA / DIGIT / "_")`, RFC 6376, section 3.2.
    DKIM,
    /// `(ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")`, RFC 8460 and RFC 8461, section 3.1.
    STS
  }

  /// Reads a list that must follow the grammar throughout, as DKIM and ARC want it: one bad tag, or
  /// a name that stands twice, spoils the whole.
  public static Parsed<TagList> parse(String text) {
    return parse(text, Names.DKIM);
  }

  /// Reads a list whose names follow `names`.
  public static Parsed<TagList> parse(String text, Names names) {
    if (text.length() > MAX_CHARS) {
      return Parsed.malformed(MAX_CHARS, "a tag list of at most " + MAX_CHARS + " characters");
    }
    var tags = new ArrayList<Tag>();
    var seen = new HashSet<String>();
    var in = new Scanner(text);
    do {
      if (!tags.isEmpty() && onlySpaceLeft(in)) {
        break;
      }
      if (tags.size() == MAX_TAGS) {
        return in.expected("at most " + MAX_TAGS + " tags");
      }
      switch (tag(in, names)) {
        case Parsed.Ok<Tag>(Tag tag) -> {
          // RFC 6376, 3.2: tags with duplicate names MUST NOT occur within a single tag-list
          if (!seen.add(tag.name())) {
            return Parsed.malformed(tag.nameOffset(), "a tag name that does not stand twice");
          }
          tags.add(tag);
        }
        case Parsed.Malformed<Tag> m -> {
          return m.as();
        }
      }
    } while (in.take(';'));
    return in.atEnd() ? Parsed.ok(new TagList(tags, List.of())) : in.expected("\";\"");
  }

  /// Reads what can be read, as DMARC wants it: tags that break the grammar are passed over, of
  /// tags with one name the first counts, and both are told in [#problems].
  ///
  /// Whether the first tag is the right version is for the caller to see.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.8 RFC 9989, section 4.8: Formal
  ///   Definition
  public static TagList parseLenient(String text) {
    var tags = new ArrayList<Tag>();
    var problems = new ArrayList<Problem>();
    var seen = new HashSet<String>();
    int end = Math.min(text.length(), MAX_CHARS);
    for (int start = 0; start < end && tags.size() + problems.size() < MAX_TAGS; ) {
      int semicolon = text.indexOf(';', start);
      int stop = semicolon < 0 || semicolon > end ? end : semicolon;
      var in = new Scanner(text, start, stop);
      if (!onlySpaceLeft(in)) {
        switch (tag(in, Names.DKIM)) {
          case Parsed.Ok<Tag>(Tag tag) when !in.atEnd() ->
              problems.add(new Problem(in.offset(), "a printable character"));
          case Parsed.Ok<Tag>(Tag tag) when !seen.add(tag.name()) ->
              problems.add(new Problem(tag.nameOffset(), "a tag name that does not stand twice"));
          case Parsed.Ok<Tag>(Tag tag) -> tags.add(tag);
          case Parsed.Malformed<Tag>(int offset, String expected) ->
              problems.add(new Problem(offset, expected));
        }
      }
      start = stop + 1;
    }
    return new TagList(tags, problems);
  }

  private static boolean onlySpaceLeft(Scanner in) {
    int here = in.offset();
    in.skipFws();
    if (in.atEnd()) {
      return true;
    }
    in.seek(here);
    return false;
  }

  private static Parsed<Tag> tag(Scanner in, Names names) {
    in.skipFws();
    int nameOffset = in.offset();
    if (!startsName(in.peek(), names)) {
      return in.expected("a tag name");
    }
    while (continuesName(in.peek(), names)) {
      in.next();
    }
    String name = in.since(nameOffset);
    if (names == Names.STS && name.length() > 32) {
      return Parsed.malformed(nameOffset + 32, "a tag name of at most 32 characters");
    }
    in.skipFws();
    if (!in.take('=')) {
      return in.expected("\"=\"");
    }
    in.skipFws();
    int valueOffset = in.offset();
    int valueEnd;
    do {
      in.skipTagValue();
      valueEnd = in.offset();
    } while (in.skipFws() && Scanner.isTagValue(in.peek()));
    return Parsed.ok(new Tag(name, in.text(valueOffset, valueEnd), nameOffset, valueOffset));
  }

  private static boolean startsName(int c, Names names) {
    return switch (names) {
      case DKIM -> Ascii.isAlpha(c);
      case STS -> Ascii.isAlnum(c);
    };
  }

  private static boolean continuesName(int c, Names names) {
    return switch (names) {
      case DKIM -> Ascii.isAlnum(c) || c == '_';
      case STS -> Ascii.isAlnum(c) || c == '_' || c == '-' || c == '.';
    };
  }

  /// The tag of this name in this case.
  public Optional<Tag> get(String name) {
    for (int i = 0; i < tags.size(); i++) {
      if (tags.get(i).name().equals(name)) {
        return Optional.of(tags.get(i));
      }
    }
    return Optional.empty();
  }

  /// The value of the tag of this name in this case.
  public Optional<String> value(String name) {
    return get(name).map(Tag::value);
  }

  /// The list on one line, `a=b; c=d`. Parsed again it gives the same names and values.
  public String print() {
    var out = new StringBuilder();
    for (Tag tag : tags) {
      out.append(out.isEmpty() ? "" : "; ").append(tag.name()).append('=').append(tag.value());
    }
    return out.toString();
  }
}
