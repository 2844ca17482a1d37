package net.facteur.server.bounces;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import net.facteur.server.mime.Entity;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reports that anybody can send, made to keep a processor busy. Patterns that look at each pair of
/// places in half a megabyte take minutes; the bound is there so that such a test ends.
class HostileReportsTest {
  private static final int OCTETS = 512 << 10;

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\t\r\n", "exceed", "<br", "user ", "To:", "quota exceeded "})
  void readingTakesTimeInProportionToTheSize(String unit) {
    String mail =
        "Subject: failure\r\nContent-Type: text/plain\r\n\r\nundeliverable\r\n"
            + unit.repeat(OCTETS / unit.length());
    Optional<DeliveryReport> read =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> BounceReader.read(Entity.parse(mail.getBytes(ISO_8859_1))));
    assertTrue(read.isEmpty());
  }
}
