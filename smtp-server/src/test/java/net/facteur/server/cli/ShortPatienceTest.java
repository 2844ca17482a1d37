package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.server.zone.ShortPatience;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShortPatienceTest {
  private final List<DomainName> asked = new ArrayList<>();

  private Resolver counting(Map<String, ?> zone) {
    ZoneResolver inner = ZoneResolver.of(zone);
    return new Resolver() {
      @Override
      public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
        asked.add(name);
        return inner.lookup(name, type);
      }
    };
  }

  private void ask(Resolver dns, String... names) {
    for (String name : names) {
      var _ = dns.lookup(DomainName.of(name), RecordType.TXT);
    }
  }

  private List<String> names() {
    return asked.stream().map(DomainName::text).toList();
  }

  @Test
  void whoeverIsSilentIsAskedNoMore() {
    var dns =
        new ShortPatience(
            counting(Map.of("a.example", "SERVFAIL", "b.example", "SERVFAIL", "com", "SERVFAIL")));
    ask(dns, "a.example", "b.example", "c.example", "d.example");
    assertEquals(List.of("a.example", "b.example", "com"), names());
    assertTrue(dns.lookup(DomainName.of("c.example"), RecordType.A).temporaryFailure());
  }

  @Test
  void aBrokenDomainIsNotTheWholeDns() {
    var dns = new ShortPatience(counting(Map.of("a.example", "SERVFAIL", "b.example", "SERVFAIL")));
    ask(dns, "a.example", "b.example", "c.example", "a.example", "b.example", "d.example");
    assertEquals(
        List.of(
            "a.example", "b.example", "com", "c.example", "a.example", "b.example", "d.example"),
        names());
    assertFalse(dns.lookup(DomainName.of("c.example"), RecordType.A).temporaryFailure());
  }

  @Test
  void recordsAreShownWithoutTheDns(@TempDir Path directory) throws Exception {
    Path conf = directory.resolve("mail.conf");
    Files.writeString(conf, "hostname = mail.example.org\ndomains { \"example.org\" {} }\n");
    Resolver silent =
        new Resolver() {
          @Override
          public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
            asked.add(name);
            return new Answer.Failed<>("time-out");
          }
        };
    CommandRun run = CommandRun.of(conf, _ -> silent, "", "dns", "records");
    assertEquals(Facteur.OK, run.code(), run.err());
    assertTrue(run.out().contains("The DNS gave no answer about"), run.out());
    assertEquals(3, asked.size(), asked::toString);
  }
}
