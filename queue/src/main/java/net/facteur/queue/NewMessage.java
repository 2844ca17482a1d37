package net.facteur.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A message for the queue to take over.
///
/// @param id made by the caller, since the Received field names it
/// @param received when the server took it
/// @param header the whole header section with its final empty line, ours included; not copied
/// @param body the body, owned by the queue once it is handed over
/// @param envelopes one for each reverse-path, at least one
/// @param traits what MAIL declared
/// @param origin where it came from, in a few words for people and logs, such as `submission alice
///   [192.0.2.7]`, `reception mx.example.net [192.0.2.9]`, `report about ID`
/// @param facts what happened to it so far; the first 10 are kept. With a [Fact#HELD] among them,
///   all its recipients are held
/// @param account who answers for it, as the accounts name him, so that what somebody sent can be
///   found; empty where nobody here does
public record NewMessage(
    QueueId id,
    Instant received,
    byte[] header,
    StagedBody body,
    List<Envelope> envelopes,
    MessageTraits traits,
    String origin,
    List<Fact> facts,
    Optional<String> account) {
  private static final int MOST_FACTS = 10;

  public NewMessage {
    facts = List.copyOf(facts.subList(0, Math.min(facts.size(), MOST_FACTS)));
    envelopes = List.copyOf(envelopes);
    if (envelopes.isEmpty()) {
      throw new IllegalArgumentException("a message needs an envelope");
    }
  }

  /// A message that no account answers for.
  public NewMessage(
      QueueId id,
      Instant received,
      byte[] header,
      StagedBody body,
      List<Envelope> envelopes,
      MessageTraits traits,
      String origin,
      List<Fact> facts) {
    this(id, received, header, body, envelopes, traits, origin, facts, Optional.empty());
  }

  /// True where it is kept back until somebody releases it.
  public boolean held() {
    return facts.stream().anyMatch(fact -> fact.what().equals(Fact.HELD));
  }

  /// A message of which nothing more is known.
  public NewMessage(
      QueueId id,
      Instant received,
      byte[] header,
      StagedBody body,
      List<Envelope> envelopes,
      MessageTraits traits,
      String origin) {
    this(id, received, header, body, envelopes, traits, origin, List.of());
  }
}
