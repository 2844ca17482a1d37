package net.facteur.server.mailbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.UUID;

/// What the name of a delivered copy begins with: the same whenever this message goes to this
/// recipient, so that who was killed before the record finds what is there.
public final class DeliveredName {
  private DeliveredName() {}

  /// @param received when the message was taken
  /// @param id of the message in the queue
  /// @param reversePath without brackets; empty for the null path
  /// @param originalRecipient ORCPT, in xtext; empty where there was none
  public static String of(
      Instant received, String id, String reversePath, String address, String originalRecipient) {
    String which = String.join("\0", reversePath, address, originalRecipient);
    return received.getEpochSecond()
        + ".Q"
        + id
        + "R"
        + Long.toHexString(UUID.nameUUIDFromBytes(which.getBytes(UTF_8)).getMostSignificantBits())
        + ".";
  }
}
