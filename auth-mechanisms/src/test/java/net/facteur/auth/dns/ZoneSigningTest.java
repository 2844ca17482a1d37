package net.facteur.auth.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZoneSigningTest {
  private static final Duration TTL = Duration.ofMinutes(5);

  /// @param zones names with an SOA record, and how it looks; what is not there does not exist
  private record Zones(Map<String, String> zones) implements Resolver {
    @Override
    @SuppressWarnings("unchecked") // nothing but SOA is asked for
    public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
      T soa = (T) new SoaRecord(DomainName.of("ns.example.org"), 1, TTL);
      return switch (zones.getOrDefault(name.text(), "none")) {
        case "signed" -> new Answer.Records<>(List.of(soa), name, true, TTL);
        case "plain" -> new Answer.Records<>(List.of(soa), name, false, TTL);
        case "silent" -> new Answer.Failed<>("time-out");
        case "bogus" -> new Answer.Bogus<>("no signature");
        default -> new Answer.NxDomain<>(false, TTL);
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    // the zone, the root, and what is said of the zone
    "signed, signed, SIGNED",
    "plain, signed, UNSIGNED",
    // the resolver passes no signatures on, or does not answer about the root
    "plain, plain, UNSEEN",
    "plain, silent, UNSEEN",
    "plain, none, UNSEEN",
    "silent, signed, UNSEEN",
    "bogus, signed, UNSEEN",
    // the domain is not there yet
    "none, signed, UNSEEN"
  })
  void whatCannotBeSeenIsNotCalledUnsigned(String zone, String root, ZoneSigning expected) {
    var zones = new Zones(Map.of("example.org", zone, "", root, "org", "signed"));
    for (String name : new String[] {"example.org", "mail.example.org", "a.b.example.org"}) {
      assertEquals(expected, ZoneSigning.of(zones, DomainName.of(name)), name);
    }
  }
}
