package net.facteur.server.providers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.syntax.Ascii;

/// The table of big providers, and the rule for all others. Immutable, and cheap to ask.
public final class Providers {
  private static final String TABLE_NAME = "providers.txt";

  /// Second labels under which countries register names, so that `mx.example.co.uk` belongs to
  /// `example.co.uk`. The list of all such places has thousands; a name that is missed is taken for
  /// a provider that it shares with others of its country, and no more comes of that than that they
  /// are counted and slowed together.
  private static final Set<String> SECOND =
      Set.of(
          "ac", "asso", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "ltd", "mil", "ne",
          "net", "nom", "or", "org", "plc", "sch");

  private final Map<String, Provider> byName = new HashMap<>();
  private final Map<String, Provider> byHost = new HashMap<>();
  private final Map<String, Provider> byDomain = new HashMap<>();

  private Providers(List<String> lines) {
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        read(line);
      }
    }
  }

  /// The shipped table.
  public static Providers shipped() {
    return Shipped.TABLE;
  }

  /// Read once.
  private static final class Shipped {
    private static final Providers TABLE = new Providers(lines());

    private static List<String> lines() {
      try (InputStream in = Providers.class.getResourceAsStream(TABLE_NAME)) {
        if (in == null) {
          throw new IllegalStateException("the jar has no " + TABLE_NAME);
        }
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void read(String line) {
    String[] parts = line.split("\\|", -1);
    if (parts.length != 4) {
      throw new IllegalStateException("four parts are wanted in: " + line);
    }
    var provider = new Provider(parts[0].strip(), parts[1].strip());
    once(byName, provider.name(), provider);
    words(parts[2]).forEach(host -> once(byHost, host, provider));
    words(parts[3]).forEach(domain -> once(byDomain, domain, provider));
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
  }

  private static void once(Map<String, Provider> map, String key, Provider provider) {
    if (map.put(key, provider) != null) {
      throw new IllegalStateException(key + " stands twice among the providers");
    }
  }

  /// The big ones.
  public Collection<Provider> all() {
    return List.copyOf(byName.values());
  }

  /// A big one by its name.
  public Optional<Provider> named(String name) {
    return Optional.ofNullable(byName.get(Ascii.lower(name)));
  }

  /// A provider that was written down by its name: of the table, or another.
  ///
  /// @return empty where the text can be no name
  public Optional<Provider> recalled(String name) {
    return named(name).or(() -> plain(name));
  }

  /// Whose a mail exchanger is.
  ///
  /// @param host its name, as an MX record has it, or an IP address
  public Provider of(String host) {
    String name = Ascii.lower(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    for (String end = name; !end.isEmpty(); end = parent(end)) {
      Provider known = byHost.get(end);
      if (known != null) {
        return known;
      }
    }
    return plain(registered(name)).orElse(Provider.OTHER);
  }

  /// A smarthost: each is a provider of its own, whoever runs it.
  public Provider smarthost(String host) {
    return plain(Ascii.lower(host)).orElse(Provider.OTHER);
  }

  /// Who is known to take the mail of a domain, without having met its hosts.
  public Optional<Provider> ofDomain(String domain) {
    return Optional.ofNullable(byDomain.get(Ascii.lower(domain)));
  }

  private static Optional<Provider> plain(String name) {
    return name.isEmpty()
            || name.length() > Provider.MOST
            || name.startsWith(".")
            || name.chars().anyMatch(c -> c <= ' ' || c > '~')
        ? Optional.empty()
        : Optional.of(new Provider(name, name));
  }

  private static String parent(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1);
  }

  /// The domain that a host stands under, as somebody can have registered it; an IP address is
  /// itself.
  private static String registered(String host) {
    if (host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))) {
      return host;
    }
    String[] labels = host.split("\\.", -1);
    int wanted = 2;
    if (labels.length > 2
        && labels[labels.length - 1].length() == 2
        && SECOND.contains(labels[labels.length - 2])) {
      wanted = 3;
    }
    int from = Math.max(0, labels.length - wanted);
    return String.join(".", List.of(labels).subList(from, labels.length));
  }
}
