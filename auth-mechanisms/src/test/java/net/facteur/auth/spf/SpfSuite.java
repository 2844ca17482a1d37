package net.facteur.auth.spf;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Reads test suites in the form of the openspf.org suite: YAML documents of tests and their zone.
final class SpfSuite {
  private SpfSuite() {}

  record Case(
      String name,
      String client,
      String helo,
      String mailFrom,
      List<String> results,
      String explanation,
      String header,
      String receiver,
      Resolver zone) {
    SpfRequest request() {
      return SpfRequest.mailFrom(
          IpLiteral.parse(client).toOptional().orElseThrow(), helo, mailFrom);
    }
  }

  static List<Case> load(String resource) {
    // later keys win, as in the tool the mailzone suite was written for
    var settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
    var cases = new ArrayList<Case>();
    try (InputStream in =
        Objects.requireNonNull(
            SpfSuite.class.getResourceAsStream("/conformance/spf/" + resource))) {
      for (Object document : new Load(settings).loadAllFromInputStream(in)) {
        addDocument((Map<?, ?>) document, cases);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return cases;
  }

  private static void addDocument(Map<?, ?> document, List<Case> cases) {
    Resolver zone = zone((Map<?, ?>) required(document, "zonedata"));
    ((Map<?, ?>) required(document, "tests"))
        .forEach((name, test) -> cases.add(testCase(name.toString(), (Map<?, ?>) test, zone)));
  }

  private static Case testCase(String name, Map<?, ?> test, Resolver zone) {
    Object result = test.get("result");
    List<String> results =
        result instanceof List<?> list
            ? list.stream().map(Object::toString).toList()
            : List.of(String.valueOf(result));
    return new Case(
        name,
        text(test.get("host")),
        text(test.get("helo")),
        text(test.get("mailfrom")),
        results,
        text(test.get("explanation")),
        text(test.get("header")),
        text(test.get("receiver")),
        zone);
  }

  private static Object required(Map<?, ?> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  /// The zone with the suite's two customs: SPF data is served as TXT where the name has no TXT of
  /// its own, and names that begin with `error.` and are not there time out.
  private static Resolver zone(Map<?, ?> zonedata) {
    var names = new HashMap<String, Object>();
    zonedata.forEach((name, records) -> names.put(name.toString(), types((List<?>) records)));
    var zone = ZoneResolver.of(names);
    return new Resolver() {
      @Override
      public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
        Answer<T> answer = zone.lookup(name, type);
        return answer instanceof Answer.NxDomain<T> && name.text().startsWith("error.")
            ? new Answer.Failed<>("TIMEOUT")
            : answer;
      }
    };
  }

  private static Map<String, Object> types(List<?> records) {
    var types = new HashMap<String, Object>();
    for (Object record : records) {
      if (record instanceof Map<?, ?> map) {
        map.forEach((type, value) -> values(types, type.toString()).add(value));
      } else {
        types.put("*", record);
      }
    }
    Object spf = types.remove("SPF");
    if (spf != null) {
      types.putIfAbsent("TXT", spf);
    }
    if (List.of("NONE").equals(types.get("TXT"))) {
      types.remove("TXT");
    }
    return types;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> values(Map<String, Object> types, String type) {
    return (List<Object>) types.computeIfAbsent(type, _ -> new ArrayList<>());
  }
}
