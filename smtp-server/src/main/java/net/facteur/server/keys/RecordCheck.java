package net.facteur.server.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Parsed;

/// Compares what every authoritative server holds with the keys of a selector.
final class RecordCheck {
  private final Authorities authorities;

  RecordCheck(Authorities authorities) {
    this.authorities = authorities;
  }

  /// What a selector's records should look like.
  enum Expected {
    /// The public keys.
    KEYS,
    /// An empty `p=`.
    REVOKED
  }

  /// What was found.
  ///
  /// @param agreed every server holds what was expected
  /// @param published for each key some server holds what was expected
  /// @param answered of a key that is not published some server said what it holds
  /// @param nowhere no server holds anything
  /// @param negativeTtl how long caches may go on denying that the records exist
  /// @param explanation one line for people
  /// @param surveys what was heard about each key
  record Finding(
      boolean agreed,
      boolean published,
      boolean answered,
      boolean nowhere,
      Duration negativeTtl,
      String explanation,
      Map<KeyType, Survey<TxtRecord>> surveys) {}

  Finding look(KeyName name, Map<KeyType, DkimPrivateKey> keys, Expected expected) {
    boolean agreed = true;
    boolean published = true;
    boolean answered = false;
    boolean nowhere = true;
    Duration negativeTtl = Duration.ZERO;
    List<String> explanations = new ArrayList<>();
    var surveys = new EnumMap<KeyType, Survey<TxtRecord>>(KeyType.class);
    for (KeyType type : inOrder(keys.keySet())) {
      Survey<TxtRecord> survey = authorities.ask(name.owner(type), RecordType.TXT);
      Predicate<List<TxtRecord>> right = right(keys.get(type), expected);
      agreed &= survey.all(right);
      boolean held = survey.any(right);
      published &= held;
      answered |=
          !held
              && survey.servers().stream()
                  .anyMatch(said -> !(said.reply() instanceof Survey.Reply.Silent<TxtRecord>));
      nowhere &= survey.nowhere();
      negativeTtl = longer(negativeTtl, survey.negativeTtl());
      if (!survey.all(right)) {
        explanations.add(name.owner(type) + ": " + survey.explain(right));
      }
      surveys.put(type, survey);
    }
    return new Finding(
        agreed,
        published,
        answered,
        nowhere,
        negativeTtl,
        String.join(". ", explanations),
        Map.copyOf(surveys));
  }

  static List<KeyType> inOrder(Set<KeyType> types) {
    return List.of(KeyType.values()).stream().filter(types::contains).toList();
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Predicate<List<TxtRecord>> right(
      @org.jspecify.annotations.Nullable DkimPrivateKey key, Expected expected) {
    // RFC 6376, 3.6.2.2: TXT RRs MUST be unique for a particular selector name
    return values ->
        key != null && values.size() == 1 && fits(values.getFirst().text(), key, expected);
  }

  private static boolean fits(String text, DkimPrivateKey key, Expected expected) {
    return switch (DkimKeyRecord.parse(text)) {
      case Parsed.Malformed<DkimKeyRecord> _ -> false;
      case Parsed.Ok<DkimKeyRecord>(DkimKeyRecord record) ->
          switch (expected) {
            case REVOKED -> record.revoked();
            case KEYS ->
                !record.revoked()
                    && record.servesMail()
                    && record.allows(key.algorithm().hash())
                    && record.key().toOptional().filter(key::matches).isPresent();
          };
    };
  }
}
