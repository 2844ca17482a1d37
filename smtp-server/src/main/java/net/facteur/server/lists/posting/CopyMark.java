package net.facteur.server.lists.posting;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Optional;
import net.facteur.auth.message.HeaderField;
import net.facteur.queue.QueueId;
import net.facteur.server.accounts.UserName;
import net.facteur.server.lists.ListSecret;

/// The first field of a post in the queue, by which its copies are known when they leave. It goes
/// then. Nobody else can write one, and none counts in another message.
public final class CopyMark {
  /// Carries the mark.
  public static final String FIELD = "X-List-Copy";

  private static final String PURPOSE = "copy";
  private static final byte[] START = (FIELD + ": ").getBytes(US_ASCII);

  private CopyMark() {}

  static HeaderField of(UserName list, QueueId post, ListSecret secret) {
    return HeaderField.of(FIELD, " " + secret.tag(PURPOSE, list.text(), post.text()) + " " + list);
  }

  /// What stands behind it.
  ///
  /// @param header whose first field is the mark
  record Found(UserName list, byte[] header) {}

  static Optional<Found> find(byte[] header, QueueId post, ListSecret secret) {
    if (header.length < START.length
        || !Arrays.equals(header, 0, START.length, START, 0, START.length)) {
      return Optional.empty();
    }
    int end = START.length;
    while (end < header.length && header[end] != '\n') {
      end++;
    }
    String[] words =
        new String(header, START.length, end - START.length, US_ASCII).strip().split(" ", 2);
    if (words.length != 2) {
      return Optional.empty();
    }
    byte[] rest = Arrays.copyOfRange(header, Math.min(end + 1, header.length), header.length);
    return UserName.parse(words[1])
        .filter(list -> secret.proves(words[0], PURPOSE, list.text(), post.text()))
        .map(list -> new Found(list, rest));
  }
}
