package net.facteur.server.keys;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.notices.Notices;

/// A person edits the zone: the records are sent to the postmaster, all of one round in one message
/// for each domain, and again each week while they are missing.
public final class AssistedPublisher implements Publisher {
  private static final Duration REMINDER = Duration.ofDays(7);

  private final Notices notices;
  private final InstantSource clock;
  private final Map<Wanted, Instant> told = new HashMap<>();

  /// What is to be told at the end of the round.
  private final Map<DomainName, List<Wanted>> round = new LinkedHashMap<>();

  /// What a person is to do with records.
  private enum Chore {
    ADD,
    CHANGE,
    ADD_TLSA,
    REMOVE_TLSA;

    static Chore of(Wanted wanted) {
      return switch (wanted) {
        case Wanted.Text text -> text.before().isPresent() ? CHANGE : ADD;
        case Wanted.Tlsa tlsa -> tlsa.there() ? ADD_TLSA : REMOVE_TLSA;
      };
    }
  }

  public AssistedPublisher(Notices notices, InstantSource clock) {
    this.notices = notices;
    this.clock = clock;
  }

  @Override
  public synchronized Result ensure(Wanted wanted) {
    Instant now = clock.instant();
    Instant last = told.get(wanted);
    if (last == null || !now.isBefore(last.plus(REMINDER))) {
      told.put(wanted, now);
      round.computeIfAbsent(wanted.domain(), _ -> new ArrayList<>()).add(wanted);
    }
    return new Result.Handed("the record was sent to the postmaster");
  }

  @Override
  public synchronized void roundEnds() {
    round.forEach((domain, wishes) -> notices.tell(notice(domain, wishes)));
    round.clear();
  }

  private static Notices.Notice notice(DomainName domain, List<Wanted> wishes) {
    var chores = new EnumMap<Chore, List<Wanted>>(Chore.class);
    wishes.forEach(w -> chores.computeIfAbsent(Chore.of(w), _ -> new ArrayList<>()).add(w));
    var texts = new ArrayList<String>();
    chores.forEach((chore, records) -> texts.add(text(chore, domain, records)));
    Chore first = chores.keySet().iterator().next();
    return new Notices.Notice(
        chores.size() == 1
            ? subject(first, domain, wishes.size())
            : "Change " + wishes.size() + " DNS records of " + domain,
        String.join("\n\n", texts));
  }

  private static String subject(Chore chore, DomainName domain, int count) {
    String dns = count == 1 ? "a DNS record" : count + " DNS records";
    String tlsa = count == 1 ? "a TLSA record" : count + " TLSA records";
    return switch (chore) {
          case ADD -> "Add " + dns + " to ";
          case CHANGE -> "Change " + dns + " of ";
          case ADD_TLSA -> "Add " + tlsa + " for ";
          case REMOVE_TLSA -> "Remove " + tlsa + " of ";
        }
        + domain;
  }

  private static String text(Chore chore, DomainName domain, List<Wanted> wishes) {
    boolean one = wishes.size() == 1;
    String these = one ? "this record" : "these records";
    String goesOn =
        "Nothing has to be restarted: Facteur asks the name servers of the zone, and goes on by"
            + " itself\nwhen all of them have "
            + (one ? "the record" : "the records")
            + ". ";
    String lines = lines(wishes);
    return switch (chore) {
      case ADD ->
          "Please add "
              + these
              + " to the DNS of "
              + domain
              + ":\n\n"
              + lines
              + forms(wishes)
              + "\n"
              + goesOn
              + "Until then the old key signs.\n";
      case CHANGE ->
          "Please change "
              + these
              + " in the DNS of "
              + domain
              + ":\n\n"
              + lines
              + forms(wishes)
              + (one
                  ? "\nIt takes the place of the record of the same name, whose key is no longer"
                      + " used.\n"
                  : "\nThey take the place of the records of the same names, whose keys are no"
                      + " longer used.\n");
      case ADD_TLSA ->
          "Please add "
              + these
              + " to the DNS, beside those of the same name:\n\n"
              + lines
              + "\nIt is for the key of the next certificate. "
              + goesOn
              + "Until then\nthe old certificate stays in service.\n";
      case REMOVE_TLSA ->
          "Please remove "
              + these
              + " from the DNS, and leave the others of the same name:\n\n"
              + lines
              + (one ? "\nIts key is" : "\nTheir keys are")
              + " no longer in service.\n";
    };
  }

  /// As they stand in a zone file.
  private static String lines(List<Wanted> wishes) {
    var text = new StringBuilder();
    for (Wanted wanted : wishes) {
      List<String> lines =
          switch (wanted) {
            case Wanted.Text record -> RecordText.bind(record.owner(), record.text());
            case Wanted.Tlsa record -> record.lines();
          };
      lines.forEach(line -> text.append(line).append('\n'));
    }
    return text.toString();
  }

  /// As the form of a provider asks for them.
  private static String forms(List<Wanted> wishes) {
    var text = new StringBuilder();
    for (Wanted wanted : wishes) {
      if (wanted instanceof Wanted.Text(var _, DomainName owner, var record, var _)) {
        text.append("\nIn a web form: type TXT, name ")
            .append(owner)
            .append(", and this value on one line:\n\n")
            .append(record.text())
            .append('\n');
      }
    }
    return text.toString();
  }
}
