package net.facteur.server.quarantine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueId;

/// The quarantine in names and values, for people and programs; with or without a running server.
///
/// @param keep how long each message may be released
public record QuarantineView(QuarantineStore store, Duration keep) {
  /// Octets of a body that are shown.
  private static final int SHOWN = 16 << 10;

  /// Tells of each message that may still be released, the oldest first.
  void list(Consumer<Map<String, Object>> out) throws IOException {
    store.each(
        message -> {
          if (message.open()) {
            out.accept(row(message));
          }
        });
  }

  /// Tells of one message, with its header and the beginning of its body.
  void show(KeptMessage message, Consumer<Map<String, Object>> out) throws IOException {
    Map<String, Object> shown = life(message);
    if (!message.settled()) {
      MessageContent content = store.content(message);
      shown.put("header", new String(content.header(), StandardCharsets.UTF_8));
      try (InputStream in = content.openBody()) {
        shown.put("body", new String(in.readNBytes(SHOWN), StandardCharsets.UTF_8));
      }
      shown.put("cut", content.bodySize() > SHOWN);
    }
    out.accept(shown);
  }

  /// Tells of the messages that somebody means.
  ///
  /// @param text an id, an address of the envelope, or a Message-ID
  /// @return false where there is none
  public boolean why(String text, int limit, Consumer<Map<String, Object>> out) throws IOException {
    if (QueueId.isQueueId(text)) {
      Optional<KeptMessage> one = store.find(new QueueId(text));
      one.map(this::life).ifPresent(out);
      return one.isPresent();
    }
    int found = 0;
    for (QueueId id : store.ids().reversed()) {
      Optional<KeptMessage> one = store.readable(id).filter(message -> means(message, text));
      if (one.isPresent()) {
        out.accept(life(one.get()));
        found++;
      }
      if (found == limit) {
        break;
      }
    }
    return found > 0;
  }

  private static boolean means(KeptMessage message, String text) {
    return message.glance().messageId().equals(text)
        || message.reversePath().text().equalsIgnoreCase(text)
        || message.recipients().stream()
            .map(KeptRecipient::address)
            .map(MailAddress::text)
            .anyMatch(text::equalsIgnoreCase);
  }

  private Map<String, Object> row(KeptMessage message) {
    var row = new LinkedHashMap<String, Object>();
    row.put("id", message.id().text());
    row.put("received", time(message.received()));
    row.put("cause", KeptFile.word(message.handling().cause()));
    row.put("reason", message.handling().reason());
    row.put("size", message.size());
    row.put("direction", message.inbound() ? "inbound" : "outbound");
    row.put("from", message.glance().from());
    row.put("subject", message.glance().subject());
    row.put("reverse-path", message.reversePath().text());
    row.put(
        "to",
        message.recipients().stream()
            .filter(one -> one.fate().open())
            .map(one -> one.address().text())
            .toList());
    row.put("until", time(message.received().plus(keep)));
    return row;
  }

  /// What became of a message.
  private Map<String, Object> life(KeptMessage message) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("quarantined", time(message.received()));
    shown.put("id", message.id().text());
    shown.put("cause", KeptFile.word(message.handling().cause()));
    shown.put("reason", message.handling().reason());
    shown.put("size", message.size());
    shown.put("direction", message.inbound() ? "inbound" : "outbound");
    shown.put("origin", message.origin());
    shown.put("from", message.glance().from());
    shown.put("subject", message.glance().subject());
    if (!message.glance().messageId().isEmpty()) {
      shown.put("message-id", message.glance().messageId());
    }
    shown.put("reverse-path", message.reversePath().text());
    shown.put("until", time(message.received().plus(keep)));
    shown.put("facts", message.facts().stream().map(QuarantineView::fact).toList());
    var recipients = new ArrayList<Map<String, Object>>();
    message.recipients().forEach(one -> recipients.add(recipient(one)));
    shown.put("recipients", recipients);
    return shown;
  }

  private static Map<String, Object> fact(Fact fact) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("what", fact.what());
    shown.put("detail", fact.detail());
    return shown;
  }

  private static Map<String, Object> recipient(KeptRecipient one) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("to", one.address().text());
    shown.put("state", one.fate().word());
    switch (one.fate()) {
      case Fate.Kept _ -> {}
      case Fate.Wished(Instant at, String by, boolean _) -> by(shown, at, by);
      case Fate.Dropped(Instant at, String by) -> by(shown, at, by);
      case Fate.Expired(Instant at) -> shown.put("at", time(at));
      case Fate.Releasing(QueueId as, Instant at, String by) -> {
        by(shown, at, by);
        shown.put("as", as.text());
      }
      case Fate.Released(QueueId as, Instant at, String by) -> {
        by(shown, at, by);
        shown.put("as", as.text());
      }
    }
    return shown;
  }

  private static void by(Map<String, Object> shown, Instant at, String by) {
    shown.put("at", time(at));
    shown.put("by", by);
  }

  /// To the second, as logs have it.
  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// Finds a message by what was typed.
  Optional<KeptMessage> named(String id) throws IOException {
    return QueueId.isQueueId(id) ? store.find(new QueueId(id)) : Optional.empty();
  }
}
