package net.facteur.server.cli;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.backup.Archives;
import net.facteur.server.backup.BackupLog;
import net.facteur.server.backup.BackupSettings;
import net.facteur.server.backup.BackupTexts;
import net.facteur.server.backup.MailboxRestore;
import net.facteur.server.backup.Part;
import net.facteur.server.backup.Rehearsal;
import net.facteur.server.backup.Restorable;
import net.facteur.server.backup.Restorable.Restored;
import net.facteur.server.backup.Restorable.Summary;
import net.facteur.server.backup.Roots;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.host.HostSettings;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.setup.SetupTexts;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "restore")
final class RestoreCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  private static final Duration MONTH = Duration.ofDays(30);

  /// A start takes seconds; one that brings a large queue up to date takes more.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Parameters(arity = "0..1", paramLabel = "ARCHIVE")
  private String place = "";

  @Option(names = "--only", split = ",", paramLabel = "PART")
  private List<String> only = List.of();

  @Option(names = "--mailbox", paramLabel = "NAME@DOMAIN")
  private @Nullable String mailbox;

  @Option(
      names = {"-i", "--identity"},
      paramLabel = "FILE")
  private @Nullable Path identity;

  @Option(names = "--go")
  private boolean go;

  @Option(names = "--look")
  private boolean look;

  @Option(names = "--rehearse")
  private boolean rehearse;

  @Option(names = "--with", paramLabel = "PROGRAM")
  private @Nullable Path next;

  @Option(names = "--scheduled")
  private boolean scheduled;

  @Option(names = "--resume")
  private boolean resume;

  @Option(names = {"-y", "--yes"})
  private boolean yes;

  @Option(names = "--json")
  private boolean json;

  RestoreCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    Set<Part> parts = parts();
    try {
      if (scheduled && !due()) {
        return Facteur.OK;
      }
      if (place.isEmpty()) {
        place = newest();
      }
      if (resume) {
        return resumed(Path.of(place));
      }
      Optional<Path> spooled = spooled();
      try {
        return restore(spooled.orElse(Path.of(place)), parts);
      } finally {
        if (spooled.isPresent()) {
          Files.deleteIfExists(spooled.get());
        }
      }
    } catch (IOException e) {
      throw new CommandFailedException(
          SAY.notRestored(FileTrouble.text(e)), CommandFailedException.NOTHING);
    }
  }

  private Set<Part> parts() {
    var parts = EnumSet.noneOf(Part.class);
    for (String word : only) {
      parts.add(
          Part.of(word.toLowerCase(Locale.ROOT))
              .orElseThrow(
                  () ->
                      CommandFailedException.notUnderstood(
                          SAY.noPart(StrangerText.of(word).onTerminal()),
                          SAY.typeParts(
                              EnumSet.allOf(Part.class).stream()
                                  .map(Part::word)
                                  .collect(Collectors.joining(", "))))));
    }
    return parts;
  }

  /// A stream is read twice, so it goes to the disk first.
  private Optional<Path> spooled() throws IOException {
    if (!place.equals(STANDARD_INPUT)) {
      return Optional.empty();
    }
    Path file =
        Path.of(System.getProperty("java.io.tmpdir", "/tmp"))
            .resolve("facteur-restore-" + ProcessHandle.current().pid());
    DurableFile.secret(file).fill(workplace.in()::transferTo);
    return Optional.of(file);
  }

  private Integer resumed(Path data) throws IOException {
    Optional<List<Path>> kept = Restorable.resume(data);
    if (kept.isEmpty()) {
      throw new CommandFailedException(SAY.nothingToResume(data), CommandFailedException.NOTHING);
    }
    ok(SAY.resumed());
    kept.get().forEach(path -> say(SAY.keptAside(path)));
    return Facteur.OK;
  }

  private Integer restore(Path file, Set<Part> parts) throws IOException {
    long free =
        Optional.ofNullable(file.toAbsolutePath().getParent())
            .orElse(file)
            .toFile()
            .getTotalSpace();
    Restorable backup = Restorable.check(file, Optional.ofNullable(identity), free, this::progress);
    endProgress();
    Summary its = backup.summary();
    if (look) {
      tell(backup, its);
      return Facteur.OK;
    }
    if (rehearse) {
      return rehearsed(file, backup, its);
    }
    if (mailbox != null) {
      return mailbox(backup, mailbox);
    }
    boolean settingsToo = parts.isEmpty() || parts.contains(Part.SETTINGS);
    Path settings = settingsToo ? target(its) : option.file(workplace);
    Roots places =
        settingsToo
            ? backup.places(settings)
            : Roots.from(option.readRight(workplace, workplace.err()));
    refuseWhileRunning(places.data());
    if (!json) {
      tell(backup, its);
    }
    if (!yes && !agreed(settings, places)) {
      say(SAY.nothingDone());
      return Facteur.PROBLEM;
    }
    Restored restored = backup.restore(places, settings, parts, go, workplace.clock());
    Optional<Settings> fresh = loaded(settings);
    Optional<String> schema = Optional.empty();
    if (restored.dump().isPresent() && fresh.isPresent()) {
      Optional<StoreSettings.Shared> shared = StoreSettings.from(fresh.get()).shared();
      if (shared.isPresent()) {
        schema =
            Optional.of(
                backup.intoDatabase(
                    restored.dump().get(), shared.get().postgres(), go, workplace.clock()));
        Files.deleteIfExists(restored.dump().get());
      }
    }
    if (fresh.isPresent()) {
      new CommandDeed(Deed.Kind.RESTORED, file.getFileName() + " " + its.taken())
          .write(fresh.get(), workplace);
    }
    if (json) {
      var line = new LinkedHashMap<String, Object>();
      line.put("taken", its.taken().toString());
      line.put("settings", settings.toString());
      line.put("data", places.data().toString());
      line.put("held", restored.held());
      line.put("kept", restored.kept().stream().map(Path::toString).toList());
      line.put("elsewhere", restored.elsewhere());
      line.put("gone-addresses", restored.addresses());
      workplace.out().println(StrangerText.inJson(new JsonMapper().writeValueAsString(line)));
      return Facteur.OK;
    }
    report(its, settings, places, restored, schema, fresh);
    return Facteur.OK;
  }

  /// The settings file of the archive, unless another one is named.
  private Path target(Summary its) {
    return option.named().orElse(its.settings());
  }

  private Optional<Settings> loaded(Path settings) {
    return switch (workplace.namelessLoader().load(settings)) {
      case LoadedSettings.Good(Settings read) -> Optional.of(read);
      case LoadedSettings.Wrong _ -> Optional.empty();
    };
  }

  private void refuseWhileRunning(Path data) {
    if (ControlClient.answers(data.resolve("control.socket"))) {
      throw new CommandFailedException(SAY.serverRuns(), SAY.stopIt());
    }
  }

  /// Whether the settings want a rehearsal, and the last one is a month ago.
  private boolean due() throws IOException {
    Settings settings = option.readRight(workplace, workplace.err());
    BackupSettings its = BackupSettings.from(settings);
    return rehearse
        && its.rehearse()
        && its.to().isEmpty()
        && its.directory().isPresent()
        && BackupLog.of(settings)
            .last(BackupLog.Kind.REHEARSAL)
            .filter(line -> line.at().plus(MONTH).isAfter(workplace.clock().instant()))
            .isEmpty();
  }

  /// The newest backup of the settings, for who only tries it.
  private String newest() throws IOException {
    if (!rehearse && !look) {
      throw CommandFailedException.notUnderstood(SAY.noArchiveNamed(), SAY.nameArchive());
    }
    Settings settings = option.readRight(workplace, workplace.err());
    Path directory =
        BackupSettings.from(settings)
            .directory()
            .orElseThrow(
                () ->
                    CommandFailedException.notUnderstood(SAY.noArchiveNamed(), SAY.nameArchive()));
    return new Archives(directory, HostSettings.from(settings).name().text())
        .newest()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    SAY.noArchive(directory), CommandFailedException.NOTHING))
        .toString();
  }

  private int rehearsed(Path file, Restorable backup, Summary its) throws IOException {
    if (!json) {
      tell(backup, its);
    }
    Path other = next;
    Path top =
        Path.of(System.getProperty("java.io.tmpdir", "/tmp"))
            .resolve("facteur-rehearsal-" + ProcessHandle.current().pid());
    List<Rehearsal.Step> steps =
        new Rehearsal(
                backup,
                workplace.namelessLoader(),
                other == null ? self() : List.of(other.toString()),
                other == null,
                PATIENCE,
                workplace.clock())
            .run(top);
    boolean well = steps.stream().allMatch(Rehearsal.Step::good);
    if (Files.exists(option.file(workplace))) {
      Settings settings = option.readRight(workplace, workplace.err());
      if (Files.isDirectory(DataDirectory.from(settings).path())) {
        Rehearsal.note(settings, file, steps, workplace.clock());
      }
    }
    if (json) {
      var line = new LinkedHashMap<String, Object>();
      line.put("archive", file.toString());
      line.put("taken", its.taken().toString());
      line.put("good", well);
      line.put(
          "steps",
          steps.stream()
              .map(step -> Map.of("good", step.good(), "what", workplace.say(step.what())))
              .toList());
      workplace.out().println(StrangerText.inJson(new JsonMapper().writeValueAsString(line)));
      return well ? Facteur.OK : Facteur.PROBLEM;
    }
    for (Rehearsal.Step step : steps) {
      workplace
          .out()
          .println(
              (step.good() ? workplace.green("ok") : workplace.red("!!"))
                  + ": "
                  + workplace.say(step.what()));
    }
    say(well ? SAY.rehearsedWell() : SAY.rehearsedBadly());
    return well ? Facteur.OK : Facteur.PROBLEM;
  }

  /// This very program.
  private static List<String> self() {
    return List.of(
        Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path", ""),
        Facteur.class.getName());
  }

  private int mailbox(Restorable backup, String user) throws IOException {
    Settings settings = option.readRight(workplace, workplace.err());
    Optional<MailboxRestore.Back> back =
        new MailboxRestore(backup, Roots.from(settings).mail()).restore(user);
    if (back.isEmpty()) {
      throw new CommandFailedException(
          SAY.noMailbox(StrangerText.of(user).onTerminal()), SAY.seeMailboxes());
    }
    new CommandDeed(Deed.Kind.RESTORED, user).write(settings, workplace);
    ok(SAY.mailboxBack(user, back.get().back(), back.get().there()));
    return Facteur.OK;
  }

  private boolean agreed(Path settings, Roots places) {
    say(SAY.goesTo(settings, places.data()));
    String answer =
        workplace
            .passwords()
            .askOpenly(workplace.say(SAY.askRestore()) + " ")
            .orElseThrow(() -> new CommandFailedException(SAY.unanswered(), SAY.addYes()));
    return List.of(workplace.say(SetupTexts.SAY.yesWords()).split(" "))
        .contains(answer.strip().toLowerCase(Locale.ROOT));
  }

  private void tell(Restorable backup, Summary its) {
    var parts = new ArrayList<String>();
    backup.parts().forEach((part, count) -> parts.add(part.word() + " " + count));
    if (json) {
      var line = new LinkedHashMap<String, Object>();
      line.put("host", its.host());
      line.put("taken", its.taken().toString());
      line.put("program", its.program());
      line.put("users", its.users());
      line.put("queued", its.messages());
      line.put("files", its.files());
      line.put("octets", its.octets());
      line.put("mail", its.mail());
      line.put("parts", backup.parts().keySet().stream().map(Part::word).toList());
      line.put("left-out", its.leftOut());
      workplace.out().println(StrangerText.inJson(new JsonMapper().writeValueAsString(line)));
      return;
    }
    say(
        SAY.whatItIs(
            StrangerText.of(its.host()).onTerminal(),
            its.taken(),
            age(Duration.between(its.taken(), workplace.clock().instant())),
            StrangerText.of(its.program()).onTerminal()));
    say(SAY.whatIsIn(its.users(), its.messages(), its.files(), its.octets() >> 20));
    say(Text.of("  " + String.join(", ", parts)));
    if (!its.mail()) {
      say(SAY.withoutMail());
    }
    its.leftOut().stream()
        .limit(20)
        .forEach(each -> say(Text.of("  - " + StrangerText.of(each).onTerminal())));
  }

  private static Text age(Duration age) {
    return age.toDays() > 1 ? SAY.daysOld(age.toDays()) : SAY.hoursOld(Math.max(0, age.toHours()));
  }

  private void report(
      Summary its,
      Path settings,
      Roots places,
      Restored restored,
      Optional<String> schema,
      Optional<Settings> fresh) {
    ok(SAY.restoredInto(places.data(), its.taken()));
    restored.kept().forEach(path -> say(SAY.keptAside(path)));
    schema.ifPresent(name -> say(SAY.rowsAside(name)));
    if (!restored.elsewhere().isEmpty()) {
      say(SAY.elsewhere(restored.elsewhere().size(), places.data()));
      restored.elsewhere().forEach(path -> say(Text.of("  " + StrangerText.of(path).onTerminal())));
    }
    if (fresh.isEmpty()) {
      say(SAY.settingsUnread(settings));
    } else if (!DataDirectory.from(fresh.get()).path().equals(places.data())) {
      say(SAY.otherData(settings, DataDirectory.from(fresh.get()).path(), places.data()));
    }
    if (!restored.addresses().isEmpty()) {
      BackupTexts say = SAY;
      say(say.otherMachine(String.join(", ", restored.addresses())));
      say(say.dnsChanges(StrangerText.of(its.host()).onTerminal()));
    }
    say(SAY.next());
    if (!go && its.messages() > 0) {
      say(SAY.queueHeld(restored.held()));
    }
    say(SAY.keysWait());
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

  private void ok(Text text) {
    workplace
        .out()
        .println(workplace.green("ok") + ": " + option.typed(workplace, workplace.say(text)));
  }

  private void say(Text text) {
    workplace.out().println(option.typed(workplace, workplace.say(text)));
  }
}
