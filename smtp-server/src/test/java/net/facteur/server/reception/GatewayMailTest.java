package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.Fact;
import net.facteur.server.smtp.SmtpReply;
import org.junit.jupiter.api.Test;

/// Mail that 192.0.2.9, a gateway of ours, hands on.
class GatewayMailTest {
  private static final String SETTINGS =
      "reception { gateways = [192.0.2.9], spf.mailfrom { fail = reject }, dmarc = follow }";

  private static final String FROM_HOME =
      "Received: from mx.plain.example (x [203.0.113.5]) by gw.example.org with ESMTP; now\r\n";
  private static final String FROM_A_THIEF =
      "Received: from thief.example (x [203.0.113.66]) by gw.example.org with ESMTP; now\r\n";
  private static final String UNREADABLE = "Received: from somewhere by gw.example.org; now\r\n";

  private final ReceptionBench bench = new ReceptionBench();

  GatewayMailTest() {
    bench.zone.putAll(
        Map.of(
            "plain.example",
            Map.of("TXT", List.of("v=spf1 ip4:203.0.113.5 -all")),
            "mx.plain.example",
            Map.of("TXT", List.of("v=spf1 ip4:203.0.113.5 -all")),
            "strict.example",
            Map.of("TXT", List.of("v=spf1 ip4:203.0.113.5 -all")),
            "_dmarc.strict.example",
            Map.of("TXT", List.of("v=DMARC1; p=reject"))));
  }

  private SmtpReply receive(int lastOctet, String domain, String received) {
    return bench.receive(
        ReceptionBench.settings(SETTINGS),
        lastOctet,
        domain,
        received + "From: alice@" + domain + "\r\n\r\n");
  }

  private String verdict() {
    return bench.header().fields().getFirst().unfolded();
  }

  private List<String> told() {
    return bench.queued.getFirst().facts().stream()
        .filter(fact -> fact.what().equals("handed"))
        .map(Fact::detail)
        .toList();
  }

  @Test
  void spfIsForWhomTheGatewayNames() {
    assertEquals(250, receive(9, "plain.example", FROM_HOME).code());
    assertEquals("maildir:bob@example.org", bench.destination());
    assertTrue(verdict().contains("spf=pass"), verdict());
    assertTrue(verdict().contains("smtp.helo=mx.plain.example"), verdict());
    assertEquals(
        List.of("on by a gateway, from [203.0.113.5] calling itself \"mx.plain.example\""), told());
  }

  @Test
  void whatAStrangerWritesBelowIsNotBelieved() {
    assertEquals(250, receive(9, "plain.example", FROM_A_THIEF + FROM_HOME).code());
    assertTrue(verdict().contains("spf=fail"), verdict());
    assertEquals("junk:bob@example.org", bench.destination());
  }

  @Test
  void whatAGatewayHasTakenIsNotGivenBack() {
    assertEquals(550, receive(66, "plain.example", "").code());
    assertEquals(250, receive(9, "strict.example", FROM_A_THIEF).code());
    assertTrue(verdict().contains("dmarc=fail"), verdict());
    assertEquals("junk:bob@example.org", bench.destination());
  }

  @Test
  void withoutANameNothingIsHeldAgainstTheMail() {
    assertEquals(250, receive(9, "plain.example", UNREADABLE + FROM_HOME).code());
    assertEquals("maildir:bob@example.org", bench.destination());
    String reason = "reason=\"the Received field of the gateway [192.0.2.9] names no address\"";
    assertTrue(verdict().contains("spf=none"), verdict());
    assertTrue(verdict().contains(reason), verdict());
    assertEquals(
        List.of("on by a gateway; the Received field of the gateway [192.0.2.9] names no address"),
        told());
  }

  @Test
  void dmarcThenGoesByDkimAlone() {
    assertEquals(250, receive(9, "strict.example", UNREADABLE + FROM_HOME).code());
    assertTrue(verdict().contains("spf=none"), verdict());
    assertTrue(verdict().contains("dmarc=fail"), verdict());
    assertEquals("junk:bob@example.org", bench.destination());
  }

  @Test
  void strangersAreCheckedThemselves() {
    assertEquals(550, receive(8, "plain.example", FROM_HOME).code());
  }

  @Test
  void guessesOfReturnPathsAreNotCountedAgainstAGateway() {
    var service =
        bench.service(
            ReceptionBench.settings(SETTINGS + "\nsrs.guesses-per-hour = 1"), Optional.empty());
    for (int i = 0; i < 3; i++) {
      assertEquals(550, guess(service, 9).code());
    }
    assertEquals(550, guess(service, 8).code());
    assertEquals(451, guess(service, 8).code());
  }

  private static SmtpReply guess(ReceptionService service, int lastOctet) {
    return ReceptionBench.recipient(service, lastOctet, "SRS0=aaaa=BB=x.example=y", "example.org");
  }
}
