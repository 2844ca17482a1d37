package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import org.junit.jupiter.api.Test;

class FirstAnswerTest {
  private static final DomainName ORG = DomainName.of("example.org");

  @Test
  void aNameServerThatIsSilentIsAskedOnce() {
    var never = new CountDownLatch(1);
    var asked = new AtomicInteger();
    var dns =
        new FirstAnswer(
            new Resolver() {
              @Override
              public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
                asked.incrementAndGet();
                try {
                  never.await();
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
                return new Answer.Failed<>("too late");
              }
            },
            Duration.ofMillis(200));
    for (int i = 0; i < 3; i++) {
      assertEquals(
          new Answer.Failed<>("the name servers do not answer"), dns.lookup(ORG, RecordType.TXT));
    }
    assertEquals(1, asked.get());
    assertTrue(dns.silent());
    never.countDown();
  }

  @Test
  void whatWasHeardIsPassedOn() {
    var dns =
        new FirstAnswer(
            ZoneResolver.of(Map.of("example.org", Map.of("TXT", "here"), "b.example", "SERVFAIL")),
            Duration.ofMinutes(1));
    assertInstanceOf(Answer.Records.class, dns.lookup(ORG, RecordType.TXT));
    assertTrue(dns.lookup(DomainName.of("b.example"), RecordType.TXT).temporaryFailure());
    assertFalse(dns.silent());
  }
}
