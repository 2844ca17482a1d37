package net.facteur.auth.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.TagList;

/// Gathers what is found about one signature until the outcome is known.
final class Findings {
  /// Longest text taken over from a field that could not be read whole.
  private static final int MAX_TEXT = 320;

  private final Optional<DomainName> domain;
  private final Optional<String> selector;
  private final Optional<String> algorithm;
  private final Optional<String> auid;
  private final String prefix;
  private final List<DkimOutcome.Step> steps = new ArrayList<>();

  private DkimResult result = DkimResult.NEUTRAL;
  private String reason = "not concluded";
  private int keyBits;
  private boolean testing;
  private Optional<DkimOutcome.BodyLength> bodyLength = Optional.empty();

  /// Takes what the field says of itself, as far as it can be read.
  Findings(HeaderField field) {
    this(TagList.parseLenient(field.value()));
  }

  Findings(TagList tags) {
    domain = tags.value("d").flatMap(DkimNames::domain);
    selector = tags.value("s").flatMap(DkimNames::name).map(DomainName::text);
    algorithm = tags.value("a").filter(Findings::isShortAndPlain);
    auid =
        tags.value("i")
            .flatMap(Auid::parse)
            .or(
                () ->
                    tags.get("i").isPresent() ? Optional.empty() : domain.map(d -> new Auid("", d)))
            .map(Auid::toString)
            .filter(text -> text.length() <= MAX_TEXT);
    String signature = tags.get("b").map(TagList.Tag::withoutWhiteSpace).orElse("");
    prefix = signature.substring(0, Math.min(8, signature.length()));
  }

  /// Takes what a signature says that could be read whole.
  Findings(DkimSignature signature) {
    domain = Optional.of(signature.domain());
    selector = Optional.of(signature.selector().text());
    algorithm = Optional.of(signature.algorithm().word());
    auid = Optional.of(signature.auid().toString()).filter(text -> text.length() <= MAX_TEXT);
    prefix = signature.prefix();
  }

  private Findings(Findings other) {
    domain = other.domain;
    selector = other.selector;
    algorithm = other.algorithm;
    auid = other.auid;
    prefix = other.prefix;
    steps.addAll(other.steps);
  }

  private static boolean isShortAndPlain(String text) {
    return text.length() <= MAX_TEXT && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  /// The same findings, to go on from here more than once.
  Findings copy() {
    return new Findings(this);
  }

  void good(String what, String finding) {
    steps.add(new DkimOutcome.Step(what, true, finding));
  }

  /// The check that decides against the signature.
  void bad(String what, DkimResult verdict, String why) {
    steps.add(new DkimOutcome.Step(what, false, why));
    result = verdict;
    reason = why;
  }

  /// The check that decides for the signature.
  void pass(String what, String why) {
    good(what, why);
    result = DkimResult.PASS;
    reason = why;
  }

  /// @return `condition`, noted
  boolean check(String what, boolean condition, String finding, DkimResult verdict, String why) {
    if (condition) {
      good(what, finding);
    } else {
      bad(what, verdict, why);
    }
    return condition;
  }

  void keyBits(int bits) {
    keyBits = bits;
  }

  void testing(boolean flag) {
    testing = flag;
  }

  void bodyLength(DkimOutcome.BodyLength length) {
    bodyLength = Optional.of(length);
  }

  DkimOutcome outcome() {
    return new DkimOutcome(
        result,
        domain,
        selector,
        algorithm,
        auid,
        prefix,
        reason,
        keyBits,
        testing,
        bodyLength,
        steps);
  }
}
