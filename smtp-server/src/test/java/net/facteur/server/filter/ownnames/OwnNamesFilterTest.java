package net.facteur.server.filter.ownnames;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.filter.SampleMessage;
import net.facteur.server.filter.ownnames.OwnNamesSettings.NameAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnNamesFilterTest {
  private static final SampleMessage FORGED = SampleMessage.PLAIN.author("chair@example.org");
  private static final Map<String, ?> ZONE =
      Map.of(
          "_dmarc.example.org", Map.of("TXT", "v=DMARC1; p=none"),
          "example.org", Map.of("TXT", "v=spf1 ip4:192.0.2.25 -all"),
          "client.example", Map.of("TXT", "v=spf1 ip4:192.0.2.99 -all"));

  @TempDir private Path directory;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-12-01T00:00:00Z"));

  private OwnNameCounts counts() {
    return new OwnNameCounts(directory.resolve("own-names"), now::get);
  }

  private static OwnNamesFilter filter(
      OwnNameCounts counts, NameAction action, String... exceptions) {
    return new OwnNamesFilter(
        new OwnNamesSettings(
            action,
            Stream.of(exceptions).map(text -> NameException.parse(text).orElseThrow()).toList()),
        List.of(DomainName.of("example.org")),
        Set.of(),
        counts);
  }

  private String judge(NameAction action, SampleMessage message, String... exceptions) {
    return message.judgedBy(filter(counts(), action, exceptions)).handling().word();
  }

  @Test
  void aForgedNameOfOursIsNotedPutIntoTheJunkFolderOrRefused() {
    assertEquals("pass", judge(NameAction.NOTE, FORGED));
    assertEquals("junk", judge(NameAction.QUARANTINE, FORGED));
    assertEquals("reject", judge(NameAction.REJECT, FORGED));
    assertEquals("reject", judge(NameAction.REJECT, FORGED.author("x@sub.example.org")));
    assertEquals(
        "reject", judge(NameAction.REJECT, FORGED.author("a@other.example, b@example.org")));
    assertEquals("pass", judge(NameAction.REJECT, SampleMessage.PLAIN));
    assertEquals("pass", judge(NameAction.REJECT, FORGED.outbound()));
  }

  @Test
  void whatPassesDmarcPasses() {
    assertEquals(
        "pass",
        judge(
            NameAction.REJECT, FORGED.sender("chair@example.org").origin("192.0.2.25").zone(ZONE)));
    assertEquals("reject", judge(NameAction.REJECT, FORGED.sender("chair@example.org").zone(ZONE)));
  }

  @Test
  void ourOwnDnsOutOfOrderPutsMailOffRatherThanRefusingIt() {
    assertEquals(
        "defer",
        judge(
            NameAction.REJECT,
            FORGED.zone(Map.of("_dmarc.example.org", "SERVFAIL", "example.org", "SERVFAIL"))));
  }

  @Test
  void exceptionsAreListsServicesAndNetworks() {
    SampleMessage proven = FORGED.zone(ZONE);
    assertEquals("pass", judge(NameAction.REJECT, proven, "spf:client.example"));
    assertEquals("reject", judge(NameAction.REJECT, FORGED, "spf:client.example"));
    assertEquals("pass", judge(NameAction.REJECT, FORGED, "network:192.0.2.0/24"));
    assertEquals("reject", judge(NameAction.REJECT, FORGED, "network:198.51.100.0/24"));
    SampleMessage list = proven.fields("List-Id: Members <members.client.example>\r\n");
    assertEquals("pass", judge(NameAction.REJECT, list, "list:client.example"));
    assertEquals("reject", judge(NameAction.REJECT, list, "list:other.example"));
    assertEquals(
        "reject",
        judge(
            NameAction.REJECT,
            FORGED.fields("List-Id: <members.client.example>\r\n"),
            "list:client.example"),
        "anybody may write a List-Id");
  }

  @Test
  void everySourceIsCountedAndKeptOverARestart() throws IOException {
    OwnNameCounts counts = counts();
    OwnNamesFilter filter = filter(counts, NameAction.NOTE);
    FORGED.judgedBy(filter);
    FORGED.origin("192.0.2.98").judgedBy(filter);
    FORGED.zone(ZONE).sender("chair@example.org").origin("192.0.2.25").judgedBy(filter);
    counts.save();
    Map<OwnNameCounts.Source, OwnNameCounts.Count> read =
        OwnNameCounts.read(directory.resolve("own-names"));
    assertEquals(2, read.size(), read::toString);
    var forged =
        new OwnNameCounts.Source(
            "example.org",
            "192.0.2.0/24",
            "mx.client.example",
            "none:client.example",
            "none",
            "fail");
    assertEquals(2, Optional.ofNullable(read.get(forged)).orElseThrow().messages(), read::toString);
    now.set(now.get().plus(Duration.ofDays(91)));
    OwnNameCounts again = counts();
    FORGED.judgedBy(filter(again, NameAction.NOTE));
    again.save();
    assertEquals(1, OwnNameCounts.read(directory.resolve("own-names")).size());
  }

  @Test
  void whatAStrangerCallsItselfStaysOneWordOfTheFile() throws IOException {
    OwnNameCounts counts = counts();
    var odd =
        new SampleMessage(
            "192.0.2.99",
            "a b\u001b[1m\nc",
            "x@other.example",
            "x@example.org",
            List.of("bob@example.org"),
            "",
            "",
            Map.of(),
            true);
    odd.judgedBy(filter(counts, NameAction.NOTE));
    counts.save();
    assertEquals(1, OwnNameCounts.read(directory.resolve("own-names")).size());
  }

  @Test
  void anExceptionIsWrittenWithItsKind() {
    for (String text :
        List.of("list:a.example", "dkim:a.example", "spf:a.example", "network:192.0.2.0/24")) {
      assertEquals(text, NameException.parse(text).orElseThrow().toString());
    }
    for (String wrong : List.of("", "a.example", "list:", "list:com", "network:x", "from:a.b")) {
      assertTrue(NameException.parse(wrong).isEmpty(), wrong);
    }
    assertFalse(NameException.parse("dkim:a.example").isEmpty());
  }
}
