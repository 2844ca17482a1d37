package net.facteur.auth.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.facteur.auth.syntax.Parsed;

/// A resolver over a fixed zone that is the whole world: for tests, samples, and checks made
/// without a network.
///
/// A name that is not in the zone does not exist, unless something below it does; then, and where
/// the name holds other types only, there is no data. Wildcards work. Every question is counted.
///
/// The map form is `{name: {type: [values]}}`, with values in presentation form (`"10
/// mail.example.com"`) or cut into their parts (`[10, "mail.example.com"]`); one value need not
/// stand in a list. A TXT value is the bare text, or a list of character-strings, or quoted as in a
/// master file. The word `SERVFAIL` or `TIMEOUT` in place of a name's map, or of a type's values,
/// makes every such look-up fail, `NXDOMAIN` says that there is no such name; under the type `*` it
/// stands for all types not listed.
public final class ZoneResolver implements Resolver {
  /// Most CNAMEs followed for one question.
  public static final int MAX_CNAMES = 8;

  private static final int MAX_REMEMBERED = 10_000;
  private static final Duration NEGATIVE_TTL = Duration.ofSeconds(ZoneData.DEFAULT_TTL);

  private final ZoneData zone;
  private final boolean secure;
  private final AtomicInteger lookups = new AtomicInteger();
  private final List<Question> asked = new ArrayList<>();

  /// What was asked for.
  public record Question(DomainName name, RecordType<?> type) {}

  private ZoneResolver(ZoneData zone, boolean secure) {
    this.zone = zone;
    this.secure = secure;
  }

  /// Reads the map form.
  public static Parsed<ZoneResolver> parse(Map<String, ?> zone) {
    return ZoneData.read(zone).map(data -> new ZoneResolver(data, false));
  }

  /// A zone known to be right, in the map form.
  ///
  /// @throws IllegalArgumentException where it is not
  public static ZoneResolver of(Map<String, ?> zone) {
    return switch (parse(zone)) {
      case Parsed.Ok<ZoneResolver>(ZoneResolver resolver) -> resolver;
      case Parsed.Malformed<ZoneResolver>(int _, String expected) ->
          throw new IllegalArgumentException(expected);
    };
  }

  /// Reads a master file; `$INCLUDE` and `$GENERATE` are refused.
  ///
  /// @param origin what relative names are relative to until the first `$ORIGIN`
  /// @spec https://www.rfc-editor.org/rfc/rfc1035#section-5 RFC 1035, section 5: Master Files
  public static Parsed<ZoneResolver> parseMaster(String text, DomainName origin) {
    return ZoneData.readMaster(text, origin).map(data -> new ZoneResolver(data, false));
  }

  /// The same zone with every answer marked as validated.
  public ZoneResolver secured() {
    return new ZoneResolver(zone, true);
  }

  /// How many questions were asked so far.
  public int lookups() {
    return lookups.get();
  }

  /// The questions in the order asked, the first 10,000.
  public List<Question> asked() {
    synchronized (asked) {
      return List.copyOf(asked);
    }
  }

  @Override
  public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
    lookups.incrementAndGet();
    synchronized (asked) {
      if (asked.size() < MAX_REMEMBERED) {
        asked.add(new Question(name, type));
      }
    }
    DomainName at = name;
    var visited = new HashSet<DomainName>();
    while (visited.size() <= MAX_CNAMES) {
      if (!visited.add(at)) {
        return new Answer.Failed<>("CNAME loop at " + at);
      }
      ZoneData.Found found = zone.find(at, type.code());
      if (type.code() != RecordType.CNAME.code()
          && found instanceof ZoneData.Found.NothingOfType
          && zone.find(at, RecordType.CNAME.code()) instanceof ZoneData.Found.Data alias) {
        at = RecordType.CNAME.data().cast(alias.values().getFirst());
        continue;
      }
      return answer(found, at, type);
    }
    return new Answer.Failed<>("more than " + MAX_CNAMES + " CNAMEs from " + name);
  }

  private <T> Answer<T> answer(ZoneData.Found found, DomainName owner, RecordType<T> type) {
    return switch (found) {
      case ZoneData.Found.Data(List<Object> values, long ttl) ->
          new Answer.Records<>(
              values.stream().map(type.data()::cast).toList(),
              owner,
              secure,
              Duration.ofSeconds(ttl));
      case ZoneData.Found.NothingOfType() -> new Answer.NoData<>(owner, secure, NEGATIVE_TTL);
      case ZoneData.Found.NoName() -> new Answer.NxDomain<>(secure, NEGATIVE_TTL);
      case ZoneData.Found.Failure(String reason) -> new Answer.Failed<>(reason);
    };
  }
}
