package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.server.LetterWiring;
import net.facteur.server.config.Settings;
import net.facteur.server.files.DurableFile;
import net.facteur.server.language.Lines;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices.Notice;
import net.facteur.server.queue.StoreSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows the letter of this week, or has it sent.
@Command(name = "letter")
final class LetterCommand implements Callable<Integer> {
  private static final LetterTexts SAY = LetterTexts.SAY;
  private static final int COLUMNS = 76;

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Option(names = "--send")
  private boolean send;

  LetterCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = option.read(workplace);
    if (send) {
      want(LetterWiring.wanted(settings));
      print(SAY.letterWanted());
      return Facteur.OK;
    }
    StoreSettings.Place place = StoreSettings.Place.from(settings);
    Optional<ClosedPlace> closed = ClosedPlace.before(place.directory(), true);
    if (place.shared().isEmpty() && closed.isPresent()) {
      throw new ClosedPlaceException(SAY.letterClosed(), closed.get());
    }
    try (QueueReader queue = QueueReader.open(settings, workplace.clock())) {
      Notice letter =
          LetterWiring.letter(
                  settings, workplace.resolver(settings), queue.inspector(), workplace.clock())
              .at(workplace.clock().instant());
      workplace.out().println(workplace.bold(workplace.say(letter.subject())));
      workplace.out().println();
      print(letter.text());
    } catch (NoSuchFileException e) {
      throw new CommandFailedException(
          QueueTexts.SAY.queueMissing(e.getFile()), CliTexts.SAY.serverMakesIt());
    }
    return Facteur.OK;
  }

  /// The running server sends it within seconds, or else the next one that runs.
  private static void want(Path file) throws IOException {
    Optional<ClosedPlace> closed = ClosedPlace.before(file, true);
    if (closed.isPresent()) {
      throw new ClosedPlaceException(SAY.letterClosed(), closed.get());
    }
    ClosedPlace.followNoLinkOfOthers(file);
    DurableFile.secret(file).replace("");
  }

  private void print(Text text) {
    workplace
        .out()
        .println(
            option.typed(
                workplace,
                text.in(workplace.language(), sentence -> Lines.broken(sentence, COLUMNS))));
  }
}
