package net.facteur.auth.dmarc;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.TagList;

/// Understands the tags of one record. RFC 9989, section 4.8: syntax errors after the version are
/// discarded in favor of defaults.
final class DmarcRecordReader {
  private static final Set<String> REMOVED = Set.of("pct", "rf", "ri");
  private static final Set<String> KNOWN =
      Set.of("v", "p", "sp", "np", "t", "psd", "adkim", "aspf", "fo", "rua", "ruf");

  private final String text;
  private final TagList tags;
  private final List<String> remarks = new ArrayList<>();

  DmarcRecordReader(String text) {
    this.text = text;
    this.tags = TagList.parseLenient(text);
  }

  Parsed<DmarcRecord.Reading> read() {
    if (!startsWithVersion()) {
      return Parsed.malformed(0, "v=DMARC1");
    }
    tags.problems().forEach(p -> remarks.add("ignored at " + p.offset() + ": no " + p.expected()));
    tags.tags().forEach(this::remarkOnName);
    List<ReportUri> rua = uris("rua");
    Optional<DmarcPolicy> p = value("p").flatMap(DmarcPolicy::of);
    Optional<DmarcPolicy> sp = value("sp").flatMap(DmarcPolicy::of);
    Optional<DmarcPolicy> np = value("np").flatMap(DmarcPolicy::of);
    // 4.10.1: no valid p, or an sp or np that is not valid
    if (p.isEmpty()
        || sp.isPresent() != value("sp").isPresent()
        || np.isPresent() != value("np").isPresent()) {
      p = rua.isEmpty() ? Optional.empty() : Optional.of(DmarcPolicy.NONE);
      sp = Optional.empty();
      np = Optional.empty();
      remarks.add(
          "p is missing or one of p, sp and np is not valid: "
              + (rua.isEmpty() ? "the record does not apply" : "taken as p=none"));
    }
    var record =
        new DmarcRecord(
            p,
            sp,
            np,
            oneOf("t", t -> List.of("y", "n").contains(t) ? Optional.of(t) : Optional.empty())
                .equals(Optional.of("y")),
            oneOf("adkim", DmarcRecordReader::mode).orElse(AlignmentMode.RELAXED),
            oneOf("aspf", DmarcRecordReader::mode).orElse(AlignmentMode.RELAXED),
            oneOf("psd", DmarcRecordReader::psd).orElse(PsdFlag.UNDECLARED),
            oneOf("fo", DmarcRecordReader::failureOptions).orElse(List.of(FailureOption.ALL_FAIL)),
            rua,
            uris("ruf"));
    return Parsed.ok(new DmarcRecord.Reading(record, remarks));
  }

  /// The version must be the first tag, and its value is case-sensitive.
  private boolean startsWithVersion() {
    if (tags.tags().isEmpty()) {
      return false;
    }
    TagList.Tag first = tags.tags().getFirst();
    for (int i = 0; i < first.nameOffset(); i++) {
      if (!Ascii.isWsp(text.charAt(i))) {
        return false;
      }
    }
    return Ascii.equalsIgnoreCase(first.name(), "v") && first.value().equals("DMARC1");
  }

  private void remarkOnName(TagList.Tag tag) {
    String name = Ascii.lower(tag.name());
    if (REMOVED.contains(name)) {
      remarks.add("ignored: the tag " + name + " was removed from DMARC");
    } else if (!KNOWN.contains(name)) {
      remarks.add("ignored: unknown tag " + tag.name());
    }
  }

  private Optional<String> value(String name) {
    return tags.tags().stream()
        .filter(tag -> Ascii.equalsIgnoreCase(tag.name(), name))
        .map(TagList.Tag::value)
        .findFirst();
  }

  private <T> Optional<T> oneOf(String name, Function<String, Optional<T>> meaning) {
    Optional<String> value = value(name).map(Ascii::lower);
    Optional<T> understood = value.flatMap(meaning);
    if (value.isPresent() && understood.isEmpty()) {
      remarks.add("ignored: the value of " + name + " is not valid");
    }
    return understood;
  }

  private static Optional<AlignmentMode> mode(String value) {
    return switch (value) {
      case "r" -> Optional.of(AlignmentMode.RELAXED);
      case "s" -> Optional.of(AlignmentMode.STRICT);
      default -> Optional.empty();
    };
  }

  private static Optional<PsdFlag> psd(String value) {
    return switch (value) {
      case "y" -> Optional.of(PsdFlag.YES);
      case "n" -> Optional.of(PsdFlag.NO);
      case "u" -> Optional.of(PsdFlag.UNDECLARED);
      default -> Optional.empty();
    };
  }

  /// dmarc-fo: each option once, and not both `0` and `1`.
  private static Optional<List<FailureOption>> failureOptions(String value) {
    var options = EnumSet.noneOf(FailureOption.class);
    for (String word : value.split(":", -1)) {
      Optional<FailureOption> option =
          switch (word) {
            case "0" -> Optional.of(FailureOption.ALL_FAIL);
            case "1" -> Optional.of(FailureOption.ANY_FAIL);
            case "d" -> Optional.of(FailureOption.DKIM);
            case "s" -> Optional.of(FailureOption.SPF);
            default -> Optional.empty();
          };
      if (option.isEmpty() || !options.add(option.get())) {
        return Optional.empty();
      }
    }
    boolean both = options.containsAll(Set.of(FailureOption.ALL_FAIL, FailureOption.ANY_FAIL));
    return both ? Optional.empty() : Optional.of(List.copyOf(options));
  }

  private List<ReportUri> uris(String name) {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    var uris = new ArrayList<ReportUri>();
    for (String entry : value.get().split(",", -1)) {
      if (uris.size() == DmarcRecord.MAX_URIS) {
        remarks.add("ignored: all but the first " + DmarcRecord.MAX_URIS + " URIs of " + name);
        break;
      }
      switch (ReportUri.parse(Ascii.trim(entry))) {
        case Parsed.Ok<ReportUri>(ReportUri uri) -> uris.add(uri);
        case Parsed.Malformed<ReportUri>(int _, String expected) ->
            remarks.add("ignored: an entry of " + name + " is no URI, expected " + expected);
      }
    }
    return List.copyOf(uris);
  }
}
