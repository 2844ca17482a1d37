package net.facteur.server.filter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.message.HeaderField;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;

/// What a filter says of a message.
///
/// @param handling what becomes of it
/// @param recipients what becomes of it for single recipients, if that is milder or stricter: a
///   [Handling.Pass] keeps it out of their junk folder, a [Handling.Junk] puts it there. It counts
///   only if the message is taken at all
/// @param removed names of fields that only we write, in lower case: the message loses those that
///   it came with
/// @param fields fields that it gets
/// @param facts what its history says
/// @param rewritten what the message has become; fields are taken away and added after that
public record Verdict(
    Handling handling,
    Map<MailAddress, Handling> recipients,
    Set<String> removed,
    List<HeaderField> fields,
    List<Fact> facts,
    Optional<Rewritten> rewritten) {
  /// Nothing to say.
  public static final Verdict PASS = of(Handling.Pass.PLAIN);

  public Verdict {
    for (Handling one : recipients.values()) {
      switch (one) {
        case Handling.Pass _, Handling.Junk _ -> {}
        case Handling.Hold _, Handling.Quarantine _, Handling.Defer _, Handling.Reject _ ->
            throw new IllegalArgumentException("not for one recipient alone: " + one);
      }
    }
    recipients = Map.copyOf(recipients);
    removed = Set.copyOf(removed);
    fields = List.copyOf(fields);
    facts = List.copyOf(facts);
  }

  /// A verdict that leaves body and envelope alone.
  public Verdict(
      Handling handling,
      Map<MailAddress, Handling> recipients,
      Set<String> removed,
      List<HeaderField> fields,
      List<Fact> facts) {
    this(handling, recipients, removed, fields, facts, Optional.empty());
  }

  /// A verdict for all recipients, without a trace in the message.
  public static Verdict of(Handling handling) {
    return new Verdict(handling, Map.of(), Set.of(), List.of(), List.of());
  }

  /// A verdict that only mail of strangers shows: what users send leaves without these fields.
  public static Verdict shownInbound(
      FilteredMessage message,
      Handling handling,
      Set<String> removed,
      List<HeaderField> fields,
      List<Fact> facts) {
    return switch (message.direction()) {
      case INBOUND -> new Verdict(handling, Map.of(), removed, fields, facts);
      case OUTBOUND -> new Verdict(handling, Map.of(), Set.of(), List.of(), facts);
    };
  }

  /// Both together: the stricter handling, and what either writes. For a single recipient the first
  /// one who has something to say of him counts.
  public Verdict and(Verdict other) {
    var single = new HashMap<>(other.recipients);
    single.putAll(recipients);
    var names = new HashSet<>(removed);
    names.addAll(other.removed);
    var written = new ArrayList<>(fields);
    written.addAll(other.fields);
    var history = new ArrayList<>(facts);
    history.addAll(other.facts);
    return new Verdict(
        handling.or(other.handling),
        single,
        names,
        written,
        history,
        other.rewritten.or(() -> rewritten));
  }

  /// The same with another handling.
  public Verdict with(Handling other) {
    return new Verdict(other, recipients, removed, fields, facts, rewritten);
  }

  /// True if the header stays as it is, apart from what [#rewritten] says.
  public boolean changesNothing() {
    return removed.isEmpty() && fields.isEmpty();
  }

  /// What becomes of the message for one recipient, if it is taken.
  public Handling handling(MailAddress recipient) {
    return recipients.getOrDefault(recipient, handling);
  }

  /// True for a field that the message loses.
  public boolean removes(HeaderField field) {
    return !removed.isEmpty() && removed.contains(field.name().toLowerCase(Locale.ROOT));
  }
}
