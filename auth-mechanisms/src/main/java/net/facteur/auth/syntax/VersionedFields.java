package net.facteur.auth.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The TXT records of MTA-STS and TLSRPT: a version, then fields with semicolons between them.
///
/// ```
/// record      = version 1*(field-delim field) [field-delim]
/// field-delim = *WSP ";" *WSP
/// field       = name "=" value
/// name        = (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")
/// ```
///
/// Names are compared in their exact case. What a value may hold is for the caller to check; here
/// it is printable ASCII and inner white space.
///
/// @param fields in the order received; a name may stand twice
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-3.1 RFC 8461, section 3.1: MTA-STS TXT
///   Records
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-3 RFC 8460, section 3: Reporting Policy
public record VersionedFields(List<Field> fields) {
  /// Most characters a record may have.
  public static final int MAX_CHARS = 16_384;

  private static final int MAX_FIELDS = 128;
  private static final int MAX_NAME = 32;

  public VersionedFields {
    fields = List.copyOf(fields);
  }

  /// One `name=value`.
  ///
  /// @param value without white space at its ends
  /// @param valueOffset index of the value in the record
  public record Field(String name, String value, int valueOffset) {
    /// The failure that says what the value should have been.
    public <T> Parsed<T> expected(int at, String what) {
      return Parsed.malformed(valueOffset + at, what);
    }
  }

  /// Reads a record.
  ///
  /// @param version what it begins with, such as `v=STSv1`
  public static Parsed<VersionedFields> parse(String text, String version) {
    if (text.length() > MAX_CHARS) {
      return Parsed.malformed(MAX_CHARS, "a record of at most " + MAX_CHARS + " characters");
    }
    var in = new Scanner(text);
    if (!in.take(version)) {
      return in.expected("\"" + version + "\"");
    }
    var fields = new ArrayList<Field>();
    while (true) {
      in.skipWsp();
      if (in.atEnd()) {
        return fields.isEmpty() ? in.expected("\";\" and a field") : done(fields);
      }
      if (!in.take(';')) {
        return in.expected("\";\"");
      }
      in.skipWsp();
      if (in.atEnd() && !fields.isEmpty()) {
        return done(fields);
      }
      if (fields.size() == MAX_FIELDS) {
        return in.expected("at most " + MAX_FIELDS + " fields");
      }
      switch (field(in)) {
        case Parsed.Ok<Field>(Field field) -> fields.add(field);
        case Parsed.Malformed<Field> m -> {
          return m.as();
        }
      }
    }
  }

  /// The one record among several that begins with the version and a semicolon; empty where none or
  /// more than one does.
  public static Optional<String> only(List<String> records, String version) {
    List<String> own = records.stream().filter(text -> begins(text, version)).toList();
    return own.size() == 1 ? Optional.of(own.getFirst()) : Optional.empty();
  }

  private static boolean begins(String text, String version) {
    var in = new Scanner(text);
    if (!in.take(version)) {
      return false;
    }
    in.skipWsp();
    return in.take(';');
  }

  private static Parsed<VersionedFields> done(List<Field> fields) {
    return Parsed.ok(new VersionedFields(fields));
  }

  private static Parsed<Field> field(Scanner in) {
    int start = in.offset();
    if (!Ascii.isAlnum(in.peek())) {
      return in.expected("a field name");
    }
    String name = in.takeWhile(c -> Ascii.isAlnum(c) || c == '_' || c == '-' || c == '.');
    if (name.length() > MAX_NAME) {
      return Parsed.malformed(start + MAX_NAME, "a field name of at most 32 characters");
    }
    if (!in.take('=')) {
      return in.expected("\"=\"");
    }
    int value = in.offset();
    int end;
    do {
      in.skipWhile(c -> Ascii.isVisible(c) && c != ';');
      end = in.offset();
    } while (in.skipWsp() && Ascii.isVisible(in.peek()) && in.peek() != ';');
    return end == value
        ? Parsed.malformed(value, "a value")
        : Parsed.ok(new Field(name, in.text(value, end), value));
  }

  /// The first field of this name; later ones do not count (RFC 8461, section 3.2).
  public Optional<Field> first(String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst();
  }

  /// The first field whose value is none that an extension may have: white space and `=` cannot
  /// stand there.
  ///
  /// @param known the names whose values the caller checks
  public Optional<Parsed.Malformed<VersionedFields>> badExtension(String... known) {
    List<String> own = List.of(known);
    for (Field field : fields) {
      for (int i = 0; i < field.value().length() && !own.contains(field.name()); i++) {
        char c = field.value().charAt(i);
        if (c == '=' || Ascii.isWsp(c)) {
          return Optional.of(
              new Parsed.Malformed<>(field.valueOffset() + i, "a value without \"=\" and spaces"));
        }
      }
    }
    return Optional.empty();
  }
}
