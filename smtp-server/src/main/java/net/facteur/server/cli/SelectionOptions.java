package net.facteur.server.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.facteur.server.admin.QueueSelection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which messages, or recipients of them, a queue command means.
final class SelectionOptions {
  private static final QueueTexts SAY = QueueTexts.SAY;

  @Parameters(arity = "0..*", paramLabel = "ID")
  private List<String> ids = List.of();

  @Option(names = "--from", paramLabel = "ADDRESS")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "ADDRESS")
  private @Nullable String to;

  @Option(names = "--domain", paramLabel = "DOMAIN")
  private @Nullable String domain;

  @Option(names = "--destination", paramLabel = "HOP")
  private @Nullable String destination;

  @Option(names = "--state", paramLabel = "STATE")
  private @Nullable String state;

  @Option(names = "--older-than", paramLabel = "AGE")
  private @Nullable String olderThan;

  @Option(names = "--newer-than", paramLabel = "AGE")
  private @Nullable String newerThan;

  QueueSelection selection() {
    if (state != null && !List.of("queued", "held", "damaged").contains(state)) {
      throw CommandFailedException.notUnderstood(SAY.queueNoState(state), SAY.queueStates());
    }
    return new QueueSelection(
        ids,
        Optional.ofNullable(from).map(SelectionOptions::bare),
        Optional.ofNullable(to).map(SelectionOptions::bare),
        Optional.ofNullable(domain),
        Optional.ofNullable(destination),
        Optional.ofNullable(state),
        Optional.ofNullable(olderThan).map(SelectionOptions::age),
        Optional.ofNullable(newerThan).map(SelectionOptions::age));
  }

  private static String bare(String address) {
    return address.startsWith("<") && address.endsWith(">")
        ? address.substring(1, address.length() - 1)
        : address;
  }

  private static Duration age(String text) {
    int last = text.length() - 1;
    long unit =
        text.isEmpty()
            ? 0
            : switch (text.charAt(last)) {
              case 's' -> 1;
              case 'm' -> 60;
              case 'h' -> 3600;
              case 'd' -> 86_400;
              default -> 0;
            };
    String number = text.substring(0, Math.max(last, 0));
    boolean digits = number.chars().allMatch(c -> c >= '0' && c <= '9');
    if (unit == 0 || number.isEmpty() || number.length() > 6 || !digits) {
      throw CommandFailedException.notUnderstood(SAY.queueNoAge(text), SAY.queueAges());
    }
    return Duration.ofSeconds(Long.parseLong(number) * unit);
  }
}
