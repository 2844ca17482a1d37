package net.facteur.auth.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.TagList;

/// Reads DKIM-Signature fields, strictly: "being liberal in what you accept is definitely a bad
/// strategy in this security context" (RFC 6376, section 6.1.1).
final class SignatureParser {
  private final TagList tags;

  /// The first thing found wrong; nothing after it counts.
  private Optional<Parsed.Malformed<DkimSignature>> wrong = Optional.empty();

  private SignatureParser(TagList tags) {
    this.tags = tags;
  }

  static Parsed<DkimSignature> parse(String value) {
    return switch (TagList.parse(value)) {
      case Parsed.Ok<TagList>(TagList tags) -> parse(tags);
      case Parsed.Malformed<TagList> m -> m.as();
    };
  }

  static Parsed<DkimSignature> parse(TagList tags) {
    return new SignatureParser(tags).parse();
  }

  private Parsed<DkimSignature> parse() {
    // RFC 6376, 6.1.1: PERMFAIL (incompatible version)
    required("v", v -> v.equals("1") ? Optional.of(v) : Optional.empty(), "version 1");
    var algorithm = required("a", SigningAlgorithm::of, "a known signing algorithm");
    var signature = base64("b");
    var bodyHash = base64("bh");
    var canonicalization =
        optional("c", Canonicalization::of, "simple or relaxed, for header and body");
    var domain = required("d", DkimNames::domain, "a domain name");
    var fields = required("h", SignatureParser::fieldNames, "names of header fields");
    var agent = optional("i", Auid::parse, "an address, or @ and a domain");
    var length = number("l", 76);
    // RFC 6376, 3.5: unrecognized query methods MUST be ignored
    var queries =
        optional(
            "q",
            q -> DkimNames.colonList(q).filter(DkimSignature::asksDns),
            "the query method dns/txt");
    var selector = required("s", DkimNames::name, "a selector");
    var timestamp = number("t", 76);
    var expiration = number("x", 76);
    var copies = optional("z", SignatureParser::copies, "copied header fields");
    if (wrong.isEmpty() && expiresBeforeItIsMade(timestamp, expiration)) {
      fail(tags.get("x").orElseThrow(), "a time after that in t=");
    }
    if (wrong.isPresent()) {
      return wrong.get();
    }
    return Parsed.ok(
        new DkimSignature(
            algorithm.orElseThrow(),
            signature.orElseThrow(),
            bodyHash.orElseThrow(),
            canonicalization.orElse(Canonicalization.SIMPLE),
            domain.orElseThrow(),
            fields.orElseThrow(),
            agent,
            length,
            queries.orElse(List.of()),
            selector.orElseThrow(),
            timestamp,
            expiration,
            copies.orElse(List.of()),
            others()));
  }

  // RFC 6376, 3.5: the value of x= MUST be greater than that of t= if both are present
  private static boolean expiresBeforeItIsMade(OptionalLong t, OptionalLong x) {
    return t.isPresent()
        && x.isPresent()
        && x.getAsLong() <= t.getAsLong()
        && x.getAsLong() != DkimSignature.HUGE;
  }

  private <T> Optional<T> required(
      String name, Function<String, Optional<T>> read, String expected) {
    return read(demanded(name), tag -> read.apply(tag.value()), expected);
  }

  private <T> Optional<T> optional(
      String name, Function<String, Optional<T>> read, String expected) {
    return read(tags.get(name), tag -> read.apply(tag.value()), expected);
  }

  private Optional<TagList.Tag> demanded(String name) {
    Optional<TagList.Tag> tag = tags.get(name);
    if (tag.isEmpty() && wrong.isEmpty()) {
      wrong = Optional.of(new Parsed.Malformed<>(0, "the tag " + name + "="));
    }
    return tag;
  }

  private <T> Optional<T> read(
      Optional<TagList.Tag> tag, Function<TagList.Tag, Optional<T>> read, String expected) {
    if (tag.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value = read.apply(tag.get());
    if (value.isEmpty()) {
      fail(tag.get(), expected);
    }
    return value;
  }

  private void fail(TagList.Tag tag, String expected) {
    if (wrong.isEmpty()) {
      wrong =
          Optional.of(
              new Parsed.Malformed<>(tag.valueOffset(), expected + " in " + tag.name() + "="));
    }
  }

  private Optional<String> base64(String name) {
    return read(
        demanded(name),
        tag ->
            Optional.of(tag.withoutWhiteSpace())
                .filter(text -> !text.isEmpty() && Base64Text.decode(text).isPresent()),
        "base64");
  }

  private OptionalLong number(String name, int maxDigits) {
    Optional<Long> number = optional(name, text -> digits(text, maxDigits), "a decimal number");
    return number.isPresent() ? OptionalLong.of(number.get()) : OptionalLong.empty();
  }

  /// RFC 6376, section 3.5: values longer than a program can hold count as infinite.
  private static Optional<Long> digits(String text, int maxDigits) {
    if (text.isEmpty() || text.length() > maxDigits) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!Ascii.isDigit(text.charAt(i))) {
        return Optional.empty();
      }
      int digit = text.charAt(i) - '0';
      value = value > (DkimSignature.HUGE - digit) / 10 ? DkimSignature.HUGE : value * 10 + digit;
    }
    return Optional.of(value);
  }

  private static Optional<List<String>> fieldNames(String value) {
    return DkimNames.colonList(value)
        .filter(names -> names.size() <= DkimSignature.MAX_SIGNED_FIELDS);
  }

  private static String withoutWhiteSpace(String value) {
    return new TagList.Tag("z", value, 0, 0).withoutWhiteSpace();
  }

  // RFC 6376, 3.5, z=: white space may stand anywhere and MUST be removed before decoding
  private static Optional<List<DkimSignature.CopiedField>> copies(String value) {
    var copies = new ArrayList<DkimSignature.CopiedField>();
    for (String copy : withoutWhiteSpace(value).split("\\|", -1)) {
      int colon = copy.indexOf(':');
      Optional<List<String>> name = DkimNames.colonList(colon < 0 ? "" : copy.substring(0, colon));
      Optional<String> text = QuotedPrintable.decode(copy.substring(colon + 1));
      if (name.isEmpty() || text.isEmpty()) {
        return Optional.empty();
      }
      copies.add(new DkimSignature.CopiedField(name.get().getFirst(), text.get()));
    }
    return Optional.of(copies);
  }

  private List<DkimKeyRecord.OtherTag> others() {
    var others = new ArrayList<DkimKeyRecord.OtherTag>();
    for (TagList.Tag tag : tags.tags()) {
      if (!isKnown(tag.name())) {
        others.add(new DkimKeyRecord.OtherTag(tag.name(), tag.value()));
      }
    }
    return others;
  }

  private static boolean isKnown(String name) {
    return switch (name) {
      case "v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x", "z" -> true;
      default -> false;
    };
  }
}
