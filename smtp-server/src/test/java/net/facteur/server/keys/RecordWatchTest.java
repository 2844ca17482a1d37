package net.facteur.server.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.dns.ZoneSigning;
import net.facteur.server.keys.RecordWatch.Holding;
import net.facteur.server.keys.RecordWatch.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordWatchTest {
  private static final DomainName ORG = DomainName.of("example.org");

  private static final ZonePlan PLAN =
      ZonePlan.of(
          new ZonePlan.Facts(
              ORG,
              DomainName.of("mail.example.org"),
              List.of(IpLiteral.parse("192.0.2.25").toOptional().orElseThrow()),
              List.of(),
              List.of(),
              List.of(),
              ZoneSigning.UNSIGNED,
              "dmarc-reports@example.org",
              "tls-reports@example.org",
              "v=STSv1; id=1",
              "letsencrypt.org",
              ZonePlan.Standing.NOTHING,
              List.of()));

  /// Each zone is what one name server holds.
  private static Authorities servers(ZoneResolver... zones) {
    return new Authorities() {
      @Override
      public <T> Survey<T> ask(DomainName name, RecordType<T> type) {
        var said = new ArrayList<Survey.Said<T>>();
        DomainName owner = name;
        for (int i = 0; i < zones.length; i++) {
          for (DomainName target : zones[i].lookup(name, RecordType.CNAME).orEmpty()) {
            owner = target;
          }
          Answer<T> answer = zones[i].lookup(owner, type);
          said.add(
              new Survey.Said<>(
                  "ns" + i,
                  answer.temporaryFailure()
                      ? new Survey.Reply.Silent<>("timeout")
                      : answer.orEmpty().isEmpty()
                          ? new Survey.Reply.Lacks<>()
                          : new Survey.Reply.Holds<>(answer.orEmpty(), Duration.ofHours(1))));
        }
        return new Survey<>(ORG, owner, said, Duration.ZERO, Optional.empty());
      }
    };
  }

  private static State state(String type, String owner, List<Map<String, ?>> zones) {
    return watched(type, owner, zones).state();
  }

  private static RecordWatch.Watched watched(
      String type, String owner, List<Map<String, ?>> zones) {
    ZoneResolver[] held = zones.stream().map(ZoneResolver::of).toArray(ZoneResolver[]::new);
    return new RecordWatch(servers(held))
        .look(PLAN).stream()
            .filter(w -> w.line().type().equals(type) && w.line().owner().text().equals(owner))
            .findFirst()
            .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v=spf1 mx -all                      | true",
        "v=spf1 mx ~all                      | false",
        "google-site-verification=1          | false",
      })
  void aTextCountsAsItIs(String text, boolean there) {
    State state =
        state("TXT", "example.org", List.of(Map.of("example.org", Map.of("TXT", List.of(text)))));
    assertEquals(there, state instanceof State.There, state::toString);
  }

  @Test
  void twoRecordsOfOneKindCountAsNone() {
    Map<String, ?> beside =
        Map.of(
            "example.org", Map.of("TXT", List.of("v=spf1 mx -all", "google-site-verification=1")));
    assertInstanceOf(State.There.class, state("TXT", "example.org", List.of(beside)));
    Map<String, ?> twice =
        Map.of("example.org", Map.of("TXT", List.of("v=spf1 mx -all", "v=spf1 include:x -all")));
    assertInstanceOf(State.Missing.class, state("TXT", "example.org", List.of(twice)));
  }

  @Test
  void everyNameServerHasToHaveIt() {
    Map<String, ?> has =
        Map.of("example.org", Map.of("MX", List.of(List.of(10, "mail.example.org"))));
    Map<String, ?> lacks = Map.of("example.org", Map.of());
    assertInstanceOf(State.There.class, state("MX", "example.org", List.of(has, has)));
    State behind = state("MX", "example.org", List.of(has, lacks));
    assertEquals(new State.Missing("ns0 has it; ns1 does not have it"), behind);
  }

  @Test
  void whatEachNameServerHasInItsPlaceIsTold() {
    Map<String, ?> has =
        Map.of("example.org", Map.of("MX", List.of(List.of(10, "mail.example.org"))));
    Map<String, ?> other =
        Map.of("example.org", Map.of("MX", List.of(List.of(5, "mx.example.net"))));
    Map<String, ?> lacks = Map.of("example.org", Map.of());
    Map<String, ?> silent = Map.of("example.org", "TIMEOUT");
    List<Holding> holdings =
        watched("MX", "example.org", List.of(has, other, lacks, silent)).servers().stream()
            .map(RecordWatch.AtServer::holding)
            .toList();
    assertEquals(
        List.of(
            new Holding.It(),
            new Holding.Another(List.of("5 mx.example.net.")),
            new Holding.Nothing(),
            new Holding.Silent("timeout")),
        holdings);
  }

  @Test
  void aNameThatLeadsToTheRightHostIsThere() {
    Map<String, ?> right =
        Map.of(
            "mta-sts.example.org", Map.of("CNAME", "mail.example.org"),
            "mail.example.org", Map.of("A", List.of("192.0.2.25")));
    assertInstanceOf(State.There.class, state("CNAME", "mta-sts.example.org", List.of(right)));
    Map<String, ?> wrong = Map.of("mta-sts.example.org", Map.of("A", List.of("192.0.2.1")));
    assertInstanceOf(State.Missing.class, state("CNAME", "mta-sts.example.org", List.of(wrong)));
  }

  @Test
  void whatNobodyAnswersIsUnknown() {
    Map<String, ?> silent = Map.of("mail.example.org", "TIMEOUT");
    State state = state("A", "mail.example.org", List.of(silent));
    assertTrue(
        state instanceof State.Unknown unknown && unknown.why().contains("ns0"), state::toString);
  }

  @Test
  void whatSomebodyHasToFillInIsNotAskedFor() {
    assertInstanceOf(State.Unwatched.class, state("CAA", "mail.example.org", List.of()));
  }
}
