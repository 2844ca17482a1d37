package net.facteur.server.notices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Unreported;
import net.facteur.server.files.DurableFile;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;
import net.facteur.server.upkeep.Upkeep;

/// Tells the postmaster of mail that could not be delivered while its sender was told of nothing,
/// because he is forged or the message is quarantined: collected, once a day at most, over restarts
/// too.
public final class WithheldReports implements Upkeep.Chore {
  public static final String FILE_NAME = "withheld-reports";

  private static final Duration DAY = Duration.ofDays(1);

  /// Recipients that are looked for, and those that are listed.
  private static final int MOST = 1000;

  private static final int LISTED = 50;

  private final Path file;
  private final QueueInspector queue;
  private final Notices notices;
  private final InstantSource clock;

  /// @param file holds the moment up to which everything was told
  public WithheldReports(Path file, QueueInspector queue, Notices notices, InstantSource clock) {
    this.file = file;
    this.queue = queue;
    this.notices = notices;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "withheld reports";
  }

  @Override
  public String stamp() {
    return "";
  }

  @Override
  public void advance() throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Optional<Instant> told = told();
    if (told.isEmpty() || told.get().isAfter(now)) {
      keep(now);
    } else if (!now.isBefore(told.get().plus(DAY))) {
      List<Unreported> found = queue.unreported(told.get(), now, MOST);
      // First, so that a crash in between costs one notice rather than sending it again and again.
      keep(now);
      if (!found.isEmpty()) {
        notices.tell(notice(told.get(), found));
      }
    }
  }

  /// @return empty where nothing is known, so that telling begins now
  private Optional<Instant> told() throws IOException {
    try {
      return Optional.of(Instant.parse(Files.readString(file).strip()));
    } catch (NoSuchFileException | DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private void keep(Instant moment) throws IOException {
    DurableFile.secret(file).replace(moment + "\n");
  }

  private static Notices.Notice notice(Instant since, List<Unreported> found) {
    long messages = found.stream().map(Unreported::id).distinct().count();
    Text subject =
        found.size() == MOST
            ? NoticesTexts.SAY.withheldManySubject(messages)
            : NoticesTexts.SAY.withheldSubject(messages);
    var list = new ArrayList<Text>();
    for (Unreported one : found.subList(0, Math.min(found.size(), LISTED))) {
      list.add(
          NoticesTexts.SAY.withheldRecipient(
              StrangerText.of("<" + one.address() + ">").onTerminal(),
              StrangerText.of("<" + one.reversePath() + ">").onTerminal()));
      one.last().ifPresent(last -> list.add(Text.of("    " + StrangerText.of(last).onTerminal())));
      list.add(Text.of("    facteur why " + one.id()));
    }
    if (found.size() > LISTED) {
      list.add(NoticesTexts.SAY.withheldMore(found.size() - LISTED));
    }
    return new Notices.Notice(
        subject,
        Text.paragraphs(
            NoticesTexts.SAY.withheld(since), Text.lines(list), NoticesTexts.SAY.withheldAdvice()));
  }
}
