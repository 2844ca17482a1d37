package net.facteur.server.keys;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// A person edits the zone: the record is sent to the postmaster, and again each week while it is
/// missing.
public final class AssistedPublisher implements Publisher {
  private static final Duration REMINDER = Duration.ofDays(7);
  private static final String GOES_ON =
      "Nothing has to be restarted: Facteur asks the name servers of the zone, and goes on by"
          + " itself\nwhen all of them have the record. ";

  private final Notices notices;
  private final InstantSource clock;
  private final Map<Wanted, Instant> told = new HashMap<>();

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
      notices.tell(notice(wanted));
    }
    return new Result.Handed("the record was sent to the postmaster");
  }

  private static Notices.Notice notice(Wanted wanted) {
    return switch (wanted) {
      case Wanted.Text text -> notice(text);
      case Wanted.Tlsa tlsa -> notice(tlsa);
    };
  }

  private static Notices.Notice notice(Wanted.Text wanted) {
    var text = new StringBuilder();
    text.append(
        wanted.before().isPresent()
            ? "Please change this record in the DNS of "
            : "Please add this record to the DNS of ");
    text.append(wanted.domain()).append(":\n\n");
    RecordText.bind(wanted.owner(), wanted.text()).forEach(l -> text.append(l).append('\n'));
    text.append("\nIn a web form: type TXT, name ")
        .append(wanted.owner())
        .append(", and this value on one line:\n\n")
        .append(wanted.text().text())
        .append("\n\n")
        .append(
            wanted.before().isPresent()
                ? "It takes the place of the record of the same name, whose key is no longer"
                    + " used.\n"
                : GOES_ON + "Until then the old key signs.\n");
    return new Notices.Notice(
        (wanted.before().isPresent() ? "Change a DNS record of " : "Add a DNS record to ")
            + wanted.domain(),
        text.toString());
  }

  private static Notices.Notice notice(Wanted.Tlsa wanted) {
    String lines = String.join("\n", wanted.lines());
    return wanted.there()
        ? new Notices.Notice(
            "Add a TLSA record for " + wanted.domain(),
            "Please add this record to the DNS, beside those of the same name:\n\n"
                + lines
                + "\n\nIt is for the key of the next certificate. "
                + GOES_ON
                + "Until then\nthe old certificate stays in service.\n")
        : new Notices.Notice(
            "Remove a TLSA record of " + wanted.domain(),
            "Please remove this record from the DNS, and leave the others of the same"
                + " name:\n\n"
                + lines
                + "\n\nIts key is no longer in service.\n");
  }
}
