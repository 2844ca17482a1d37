package net.facteur.server.cli;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.server.Version;
import net.facteur.server.backup.Backup;
import net.facteur.server.backup.Backup.Made;
import net.facteur.server.backup.BackupSettings;
import net.facteur.server.backup.Keep;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.journal.Deed;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "backup")
final class BackupCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";
  private static final int SHOWN = 20;

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Parameters(arity = "0..1", paramLabel = "PLACE")
  private @Nullable String place;

  @Option(names = "--mail")
  private boolean mail;

  @Option(names = "--to", paramLabel = "RECIPIENT")
  private List<String> to = List.of();

  @Option(names = "--keep", paramLabel = "7d,4w,12m")
  private @Nullable String keep;

  @Option(names = "--scheduled")
  private boolean scheduled;

  @Option(names = "--json")
  private boolean json;

  BackupCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    Optional<Keep> kept = kept();
    for (String recipient : to) {
      if (!BackupSettings.isRecipient(recipient)) {
        throw CommandFailedException.notUnderstood(
            SAY.notRecipient(StrangerText.of(recipient).onTerminal()), SAY.typeRecipient());
      }
    }
    Settings settings = option.readRight(workplace, workplace.err());
    if (scheduled && place == null && BackupSettings.from(settings).directory().isEmpty()) {
      return Facteur.OK; // nobody has asked for one
    }
    Backup.Wish wish = wish(settings, kept);
    Path data = DataDirectory.from(settings).path();
    Optional<ClosedPlace> closed = ClosedPlace.before(data, true);
    if (closed.isPresent()) {
      throw new ClosedPlaceException(SAY.dataClosed(), closed.get());
    }
    try {
      ClosedPlace.followNoLinkOfOthers(data);
      Made made =
          new Backup(settings, Version.PRESENT.text(), workplace.clock(), this::progress)
              .make(wish);
      new CommandDeed(Deed.Kind.BACKED_UP, made.where().map(Path::toString).orElse(STANDARD_OUTPUT))
          .write(settings, workplace);
      tell(wish, made);
      return made.leftOut().isEmpty() ? Facteur.OK : Facteur.INCOMPLETE;
    } catch (IOException e) {
      endProgress();
      throw new CommandFailedException(
          SAY.failed(FileTrouble.text(e)), CommandFailedException.NOTHING);
    }
  }

  private Optional<Keep> kept() {
    String text = keep;
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(
        Keep.parse(text)
            .orElseThrow(
                () ->
                    CommandFailedException.notUnderstood(
                        SAY.notKeep(StrangerText.of(text).onTerminal()), SAY.typeKeep())));
  }

  private Backup.Wish wish(Settings settings, Optional<Keep> kept) {
    BackupSettings usual = BackupSettings.from(settings);
    List<String> recipients = to.isEmpty() ? usual.to() : to;
    String named = place;
    if (named == null) {
      Path directory =
          usual
              .directory()
              .orElseThrow(() -> new CommandFailedException(SAY.noPlace(), SAY.namePlace()));
      return new Backup.Wish(
          new Backup.To.Directory(directory),
          recipients,
          mail || usual.mail(),
          kept.or(() -> Optional.of(usual.keep())));
    }
    Backup.To where = where(named);
    if (kept.isPresent() && !(where instanceof Backup.To.Directory)) {
      throw CommandFailedException.notUnderstood(SAY.keepWhere(named), SAY.typeDirectory());
    }
    return new Backup.Wish(where, recipients, mail, kept);
  }

  private static Backup.To where(String named) {
    if (named.equals(STANDARD_OUTPUT)) {
      return new Backup.To.Stream(new FileOutputStream(FileDescriptor.out));
    }
    Path path = Path.of(named);
    return named.endsWith("/") || Files.isDirectory(path)
        ? new Backup.To.Directory(path)
        : new Backup.To.File(path);
  }

  private void progress(long files, long octets) {
    if (workplace.colours()) {
      workplace.err().print("\r" + workplace.say(SAY.progress(files, octets >> 20)));
      workplace.err().flush();
    }
  }

  private void endProgress() {
    if (workplace.colours()) {
      workplace.err().println();
    }
  }

  private void tell(Backup.Wish wish, Made made) {
    endProgress();
    if (json) {
      var line = new LinkedHashMap<String, Object>();
      line.put("archive", made.where().map(Path::toString).orElse(STANDARD_OUTPUT));
      line.put("taken", made.taken().toString());
      line.put("files", made.files());
      line.put("octets", made.octets());
      line.put("queued", made.messages());
      line.put("encrypted", !wish.recipients().isEmpty());
      line.put("mail", wish.mail());
      line.put("removed", made.removed());
      line.put("left-out", made.leftOut());
      words(made).println(StrangerText.inJson(new JsonMapper().writeValueAsString(line)));
      return;
    }
    PrintWriter out = words(made);
    String where = made.where().map(Path::toString).orElse(workplace.say(SAY.madeStream()));
    out.println(
        workplace.green("ok")
            + ": "
            + workplace.say(SAY.made(where, made.files(), made.octets() >> 20, made.messages())));
    if (made.removed() > 0) {
      out.println(workplace.say(SAY.removed(made.removed())));
    }
    if (!wish.mail()) {
      out.println(workplace.say(SAY.noMail()));
    }
    if (wish.recipients().isEmpty()) {
      out.println(workplace.say(SAY.unencrypted()));
    }
    if (!made.leftOut().isEmpty()) {
      out.println(workplace.red(workplace.say(SAY.leftOutSome(made.leftOut().size()))));
      made.leftOut().stream().limit(SHOWN).forEach(each -> out.println("  " + each));
    }
    made.where()
        .ifPresent(path -> out.println(option.typed(workplace, workplace.say(SAY.tryIt(path)))));
  }

  /// Standard output may be the archive.
  private PrintWriter words(Made made) {
    return made.where().isPresent() ? workplace.out() : workplace.err();
  }
}
