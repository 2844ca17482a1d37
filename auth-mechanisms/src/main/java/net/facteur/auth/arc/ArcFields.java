package net.facteur.auth.arc;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.facteur.auth.dkim.Canonicalization;
import net.facteur.auth.dkim.DkimSignature;
import net.facteur.auth.dkim.RelatedSignature;
import net.facteur.auth.dkim.SigningAlgorithm;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;
import net.facteur.auth.syntax.TagList;

/// Reads the three kinds of fields.
final class ArcFields {
  private static final int MAX_SIGNED_FIELDS = 1000;

  private ArcFields() {}

  /// A seal and what it says of the chain before it.
  record Seal(RelatedSignature signature, ChainStatus claimed) {}

  /// The instance of any ARC field.
  static Parsed<Integer> instance(HeaderField field) {
    if (field.is(ArcSet.RESULTS)) {
      return resultsInstance(field.value());
    }
    return switch (TagList.parse(field.value())) {
      case Parsed.Malformed<TagList> m -> m.as();
      case Parsed.Ok<TagList>(TagList tags) -> number(tags.value("i").orElse(""));
    };
  }

  /// arc-info = instance [CFWS] ";" authres-payload
  private static Parsed<Integer> resultsInstance(String value) {
    var in = new Scanner(value);
    in.skipFws();
    if (!in.takeIgnoreCase("i")) {
      return in.expected("i=");
    }
    in.skipFws();
    if (!in.take('=')) {
      return in.expected("\"=\"");
    }
    in.skipFws();
    String digits = in.takeWhile(Ascii::isDigit);
    in.skipFws();
    return in.peek() == ';' ? number(digits) : in.expected("\";\"");
  }

  /// RFC 8617, 4.2.1: instance tag values can range from 1-50 (inclusive).
  private static Parsed<Integer> number(String text) {
    var in = new Scanner(text);
    return switch (in.number(2, ArcSet.MAX_SETS)) {
      case Parsed.Ok<Long>(Long n) when n > 0 && in.atEnd() -> Parsed.ok(n.intValue());
      case Parsed.Ok<Long> _, Parsed.Malformed<Long> _ ->
          Parsed.malformed(0, "an instance from 1 to " + ArcSet.MAX_SETS);
    };
  }

  /// RFC 8617, 4.1.2: as a DKIM-Signature, but `v` is ignored and `i` is the instance.
  static Parsed<RelatedSignature> messageSignature(HeaderField field) {
    return switch (TagList.parse(field.value())) {
      case Parsed.Malformed<TagList> m -> m.as();
      case Parsed.Ok<TagList>(TagList tags) -> {
        Optional<List<String>> names = tags.value("h").map(ArcFields::names);
        if (names.isEmpty() || names.get().size() > MAX_SIGNED_FIELDS) {
          yield Parsed.malformed(0, "the tag h=");
        }
        // an ARC-Seal must not be covered, since it is made after this signature
        if (names.get().stream().anyMatch(name -> Ascii.equalsIgnoreCase(name, ArcSet.SEAL))) {
          yield Parsed.malformed(0, "no ARC-Seal in h=");
        }
        yield DkimSignature.parse(asDkim(tags))
            .map(signature -> new RelatedSignature(field, withFields(signature, names.get())));
      }
    };
  }

  private static String asDkim(TagList tags) {
    var text = new StringBuilder("v=1; h=from");
    for (TagList.Tag tag : tags.tags()) {
      if (!List.of("v", "i", "h").contains(tag.name())) {
        text.append("; ").append(tag.name()).append('=').append(tag.value());
      }
    }
    return text.toString();
  }

  private static List<String> names(String value) {
    return java.util.Arrays.stream(
            new TagList.Tag("h", value, 0, 0).withoutWhiteSpace().split(":", -1))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static DkimSignature withFields(DkimSignature s, List<String> names) {
    return new DkimSignature(
        s.algorithm(),
        s.signature(),
        s.bodyHash(),
        s.canonicalization(),
        s.domain(),
        names,
        Optional.empty(),
        s.bodyLength(),
        s.queries(),
        s.selector(),
        s.timestamp(),
        s.expiration(),
        s.copies(),
        s.others());
  }

  /// RFC 8617, 4.1.3: only `i`, `a`, `b`, `cv`, `d`, `s` and `t`, and `h` is an error.
  static Parsed<Seal> seal(HeaderField field) {
    return switch (TagList.parse(field.value())) {
      case Parsed.Malformed<TagList> m -> m.as();
      case Parsed.Ok<TagList>(TagList tags) -> {
        Optional<SigningAlgorithm> algorithm = tags.value("a").flatMap(SigningAlgorithm::of);
        Optional<String> signature = tags.get("b").map(TagList.Tag::withoutWhiteSpace);
        Optional<DomainName> domain = tags.value("d").flatMap(ArcFields::domain);
        Optional<DomainName> selector = tags.value("s").flatMap(ArcFields::domain);
        Optional<ChainStatus> claimed = tags.value("cv").flatMap(ChainStatus::of);
        boolean right =
            algorithm.isPresent()
                && signature.isPresent()
                && domain.isPresent()
                && selector.isPresent()
                && claimed.isPresent()
                && tags.get("h").isEmpty()
                && tags.value("t").map(ArcFields::isNumber).orElse(true);
        yield right
            ? Parsed.ok(
                new Seal(
                    new RelatedSignature(
                        field,
                        asDkim(algorithm.get(), signature.get(), domain.get(), selector.get())),
                    claimed.get()))
            : Parsed.malformed(0, "a seal with a, b, cv, d and s, and without h");
      }
    };
  }

  private static DkimSignature asDkim(
      SigningAlgorithm algorithm, String signature, DomainName domain, DomainName selector) {
    return new DkimSignature(
        algorithm,
        signature,
        "",
        Canonicalization.RELAXED,
        domain,
        List.of(),
        Optional.empty(),
        OptionalLong.empty(),
        List.of(),
        selector,
        OptionalLong.empty(),
        OptionalLong.empty(),
        List.of(),
        List.of());
  }

  private static Optional<DomainName> domain(String text) {
    return DomainName.parse(text).toOptional().filter(name -> !name.isRoot());
  }

  private static boolean isNumber(String text) {
    var in = new Scanner(text);
    return in.skipWhile(Ascii::isDigit) && in.atEnd();
  }
}
