package net.facteur.server.delivery;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/// What hosts reply, from their octets to what is kept of it.
public final class RepliesFuzz {
  private static final Watchdog WATCHDOG = new Watchdog(Duration.ofHours(1));

  private RepliesFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try (var wire =
        new CommandChannel(
            () -> {}, new ByteArrayInputStream(input), OutputStream.nullOutputStream(), WATCHDOG)) {
      while (true) {
        check(wire.reply(Duration.ofMinutes(1)));
      }
    } catch (IOException _) {
      // the end of the input, or what is no reply
    }
  }

  private static void check(Reply reply) {
    String text = reply.text();
    if (reply.code() < 200
        || reply.code() > 599
        || reply.lines().isEmpty()
        || reply.lines().size() > CommandChannel.LINES_MAX
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new AssertionError("kept: " + text);
    }
    reply.status();
    Capabilities announced = Capabilities.of(reply.lines());
    if (announced.size() < 0 || announced.maxRecipients() < 1 || announced.maxMessages() < 1) {
      throw new AssertionError("limits: " + announced);
    }
  }
}
