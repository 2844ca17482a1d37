package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.server.journal.Deed;
import net.facteur.server.journal.Journal;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "journal")
final class JournalCommand implements Callable<Integer> {
  private static final WebTexts SAY = WebTexts.SAY;
  private static final int MOST = 100_000;

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Option(names = "--since", paramLabel = "DATE|DAYS")
  private @Nullable String since;

  @Option(names = "--json")
  private boolean json;

  JournalCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    Instant from = since == null ? Instant.EPOCH : since(since);
    Path file = Journal.file(option.readRight(workplace, workplace.err()));
    Optional<ClosedPlace> closed = ClosedPlace.before(file, false);
    if (closed.isPresent()) {
      throw new ClosedPlaceException(SAY.journalClosed(), closed.get());
    }
    ClosedPlace.followNoLinkOfOthers(file);
    List<Deed> deeds = new Journal(file, workplace.clock()).newest(from, _ -> true, MOST);
    if (deeds.isEmpty() && !json) {
      workplace.out().println(workplace.say(SAY.journalEmpty()));
      return Facteur.OK;
    }
    var table = Table.of(workplace, SAY.journalColumns());
    for (Deed deed : deeds) {
      if (json) {
        workplace.out().println(json(deed));
      } else {
        table.add(
            deed.at().toString(), shown(deed.by()), shown(deed.from()), workplace.say(deed.text()));
      }
    }
    if (!json) {
      table.print(workplace);
    }
    return Facteur.OK;
  }

  private static String shown(String text) {
    return StrangerText.of(text).onTerminal();
  }

  private static String json(Deed deed) {
    var line = new LinkedHashMap<String, Object>();
    line.put("at", deed.at().toString());
    line.put("by", deed.by());
    line.put("way", deed.way().name().toLowerCase(Locale.ROOT));
    line.put("from", deed.from());
    line.put("did", deed.kind());
    line.put("on", deed.on());
    return StrangerText.inJson(new JsonMapper().writeValueAsString(line));
  }

  /// A day, such as `2026-12-01`, or days before now, such as `7d`.
  private Instant since(String text) {
    if (text.matches("[1-9][0-9]{0,3}d")) {
      long days = Long.parseLong(text.substring(0, text.length() - 1));
      return workplace.clock().instant().minus(Duration.ofDays(days));
    }
    try {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException _) {
      throw CommandFailedException.notUnderstood(SAY.journalNoSince(text), SAY.journalTypeSince());
    }
  }
}
