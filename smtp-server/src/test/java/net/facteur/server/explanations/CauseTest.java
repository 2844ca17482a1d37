package net.facteur.server.explanations;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.EnhancedStatusCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CauseTest {
  private static final RemoteHost HOST = new RemoteHost("mx.example.net", "192.0.2.9:25", "none");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "550|5.1.1|The email account that you tried to reach does not exist.|NO_USER",
        "452|4.2.2|The recipient's inbox is out of storage space|FULL",
        "550|5.7.26|This mail has been blocked because the sender is"
            + " unauthenticated.|UNAUTHENTICATED",
        "421|4.7.28|Gmail has detected an unusual rate of unsolicited mail originating from your"
            + " IP|TOO_FAST",
        "550|5.1.10|RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP|NO_USER",
        "550|5.7.1|Service unavailable; messages from [192.0.2.1] on our block list"
            + " (S3140)|BLOCKED",
        "421|4.7.0|[TSS04] deferred due to unexpected volume or user complaints|TOO_FAST",
        "550|5.7.1|Client host blocked using zen.spamhaus.org|BLOCKED",
        "450|4.2.0|Recipient address rejected: Greylisted|GREYLISTED",
        "550|5.5.0|mail rejete. Spam detecte|SPAM",
        "552|5.0.0|sorry|FULL",
        "552|5.3.4|sorry|TOO_LARGE",
        "550|5.4.6|sorry|LOOP",
        "550|5.7.9|sorry|REFUSED",
        "550|5.0.0|sorry|UNKNOWN",
      })
  void whatAServerSaysIsUnderstood(String code, String status, String text, Cause cause) {
    assertEquals(cause, cause(failed(code, status, text, true)));
  }

  @Test
  void onlyWhatAServerSaidIsSearchedForTexts() {
    assertEquals(Cause.UNREACHABLE, cause(failed("", "4.4.1", "no route; see dmarc docs", false)));
  }

  private static Cause cause(DeliveryOutcome outcome) {
    return Explanations.shipped().of(outcome).cause();
  }

  private static DeliveryOutcome failed(String code, String status, String text, boolean remote) {
    String[] parts = status.split("\\.", -1);
    if (status.startsWith("4")) {
      return new DeliveryOutcome.Deferred(
          EnhancedStatusCode.of(4, Integer.parseInt(parts[1]), Integer.parseInt(parts[2])),
          code + " " + text,
          remote ? Optional.of(HOST) : Optional.empty(),
          false,
          Optional.empty());
    }
    return new DeliveryOutcome.Failed(
        EnhancedStatusCode.of(
            Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])),
        code + " " + text,
        remote ? Optional.of(HOST) : Optional.empty());
  }
}
