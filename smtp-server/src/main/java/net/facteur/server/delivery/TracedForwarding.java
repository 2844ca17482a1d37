package net.facteur.server.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.Recipient;
import net.facteur.server.routing.ForwardTrace;
import net.facteur.server.routing.NextHop;

/// Writes the trace of the addresses here that pass a message on, before the message leaves for
/// another host. Those to whom the sender wrote himself get it without.
public final class TracedForwarding implements DeliveryAgent {
  private final DeliveryAgent agent;
  private final ForwardTrace trace;

  /// @param agent carries the mail
  public TracedForwarding(DeliveryAgent agent, ForwardTrace trace) {
    this.agent = agent;
    this.trace = trace;
  }

  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    boolean forwarded = attempt.recipients().stream().anyMatch(r -> !r.forwarders().isEmpty());
    if (!forwarded || !leaves(attempt.destination())) {
      return agent.deliver(attempt);
    }
    var groups = new LinkedHashMap<List<MailAddress>, List<Recipient>>();
    for (Recipient recipient : attempt.recipients()) {
      groups.computeIfAbsent(recipient.forwarders(), _ -> new ArrayList<>()).add(recipient);
    }
    var outcomes = new HashMap<Recipient, DeliveryOutcome>();
    groups.forEach(
        (forwarders, recipients) ->
            outcomes.putAll(agent.deliver(traced(attempt, forwarders, recipients))));
    return outcomes;
  }

  private static boolean leaves(Destination destination) {
    return NextHop.parse(destination).toOptional().map(NextHop::foreign).orElse(false);
  }

  private DeliveryAttempt traced(
      DeliveryAttempt attempt, List<MailAddress> forwarders, List<Recipient> recipients) {
    DeliveryAttempt some = attempt.with(recipients);
    return forwarders.isEmpty()
        ? some
        : some.with(new Traced(attempt.content(), trace.fields(forwarders, attempt.received())));
  }

  /// A message with more fields on top. Signatures do not cover them.
  private static final class Traced implements MessageContent {
    private final MessageContent content;
    private final byte[] header;

    Traced(MessageContent content, byte[] fields) {
      byte[] below = content.header();
      this.content = content;
      this.header = Arrays.copyOf(fields, fields.length + below.length);
      System.arraycopy(below, 0, header, fields.length, below.length);
    }

    @Override
    public byte[] header() {
      return header;
    }

    @Override
    public InputStream openBody() throws IOException {
      return content.openBody();
    }

    @Override
    public long bodySize() {
      return content.bodySize();
    }
  }
}
