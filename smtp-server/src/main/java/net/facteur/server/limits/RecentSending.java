package net.facteur.server.limits;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import net.facteur.server.smtp.EncodedWords;

/// What an account sent lately, and from where, for whoever has to judge it. Guards itself.
final class RecentSending {
  private static final int SAMPLES = 3;
  private static final int ADDRESSES = 20;
  private static final int RECIPIENTS = 3;
  private static final int SUBJECT = 200;

  private final Deque<Incident.Sample> samples = new ArrayDeque<>();
  private final SequencedSet<String> addresses = new LinkedHashSet<>();

  synchronized void add(Sending sending) {
    String subject = sending.subject().orElse("");
    samples.addFirst(
        new Incident.Sample(
            EncodedWords.decoded(subject.substring(0, Math.min(subject.length(), SUBJECT))),
            sending.outside().stream().limit(RECIPIENTS).toList(),
            Math.max(0, sending.outside().size() - RECIPIENTS)));
    if (samples.size() > SAMPLES) {
      samples.removeLast();
    }
    addresses.addFirst(sending.from().getHostAddress());
    if (addresses.size() > ADDRESSES) {
      addresses.removeLast();
    }
  }

  synchronized List<Incident.Sample> samples() {
    return List.copyOf(samples);
  }

  synchronized List<String> addresses() {
    return List.copyOf(addresses);
  }
}
