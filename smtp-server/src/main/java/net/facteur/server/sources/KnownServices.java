package net.facteur.server.sources;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.net.AddressBlock;

/// The services that are known. The table is `services.conf` beside this class.
public final class KnownServices {
  private static final String FILE_NAME = "services.conf";

  private final List<KnownService> services;

  KnownServices(List<KnownService> services) {
    this.services = List.copyOf(services);
  }

  private static final class Shipped {
    static final KnownServices SERVICES = read();
  }

  /// Those of the table, which is read once.
  public static KnownServices shipped() {
    return Shipped.SERVICES;
  }

  private static KnownServices read() {
    try (InputStream in =
            Objects.requireNonNull(KnownServices.class.getResourceAsStream(FILE_NAME));
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      Config table = ConfigFactory.parseReader(reader, ConfigParseOptions.defaults());
      return new KnownServices(
          table.root().keySet().stream()
              .sorted()
              .map(id -> service(id, table.getConfig(id)))
              .toList());
    } catch (IOException e) {
      throw new IllegalStateException("the table of services cannot be read", e);
    }
  }

  private static KnownService service(String id, Config row) {
    return new KnownService(
        id,
        row.getString("name"),
        KnownService.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        all(row, "signs", DomainName::of),
        all(row, "bounces", DomainName::of),
        all(row, "hosts", DomainName::of),
        all(row, "networks", KnownServices::network),
        row.hasPath("spf") ? Optional.of(DomainName.of(row.getString("spf"))) : Optional.empty(),
        row.getString("where"),
        row.getString("page"));
  }

  private static AddressBlock network(String text) {
    return switch (AddressBlock.parse(text)) {
      case Parsed.Ok<AddressBlock>(AddressBlock block) -> block;
      case Parsed.Malformed<AddressBlock> wrong ->
          throw new IllegalArgumentException(text + ": " + wrong);
    };
  }

  private static <T> List<T> all(Config row, String key, Function<String, T> reading) {
    return row.hasPath(key) ? row.getStringList(key).stream().map(reading).toList() : List.of();
  }

  /// All of them, sorted by their ids.
  public List<KnownService> all() {
    return services;
  }

  /// The one that the networks say.
  Optional<KnownService> at(InetAddress address) {
    return first(service -> service.owns(address));
  }

  /// The one whose signature it is.
  Optional<KnownService> signing(DomainName domain) {
    return first(service -> service.signsAs(domain));
  }

  /// The one whose reverse-path it is.
  Optional<KnownService> bouncing(DomainName domain) {
    return first(service -> service.bouncesTo(domain));
  }

  /// The one whose host it is.
  ///
  /// @param name one that leads back to the address of the host
  Optional<KnownService> hosting(DomainName name) {
    return first(service -> service.hosts(name));
  }

  private Optional<KnownService> first(Predicate<KnownService> is) {
    return services.stream().filter(is).findFirst();
  }
}
