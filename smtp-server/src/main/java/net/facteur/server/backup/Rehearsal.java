package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.sql.SqlInspector;
import net.facteur.queue.sql.SqliteCopy;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.mailbox.UserHome;
import net.facteur.server.text.StrangerText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Tries a backup: restores it into a directory of its own, starts the program there without a
/// network, and looks at everything. Nothing of it remains.
///
/// @param loader reads the settings of the backup
/// @param program starts `facteur`, such as that of the next version
/// @param own the program is this version, so that its queue can be read here
/// @param patience how long the start may take
public record Rehearsal(
    Restorable backup,
    SettingsLoader loader,
    List<String> program,
    boolean own,
    Duration patience,
    InstantSource clock) {
  private static final int PAGE = 1000;
  private static final int LAST_LINES = 12;
  private static final int LONGEST = 200;
  private static final long PAUSE_MILLIS = 100;
  private static final long STOP_SECONDS = 60;

  /// One thing that was looked at.
  ///
  /// @param good it is as it should be
  public record Step(boolean good, Text what) {}

  public Rehearsal {
    program = List.copyOf(program);
  }

  /// Does it.
  ///
  /// @param top a directory that does not exist, for which there is room
  /// @return what was found, in order; a step that is not good is the last if nothing can follow
  public List<Step> run(Path top) throws IOException {
    var steps = new ArrayList<Step>();
    DurableDirectory.secret(top).make();
    try {
      run(top.toRealPath(), steps);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      steps.add(new Step(false, SAY.rehearsalInterrupted()));
    } finally {
      new UserHome(top).erase();
    }
    return steps;
  }

  private void run(Path top, List<Step> steps) throws IOException, InterruptedException {
    About about = backup.manifest().about();
    var its = new RehearsalSettings(about, top);
    var parts = EnumSet.complementOf(EnumSet.of(Part.MAIL));
    backup.restore(its.roots(), its.settings(), parts, false, clock);
    steps.add(new Step(true, SAY.rehearsedUnpacked(backup.manifest().files().size())));
    mail(steps);
    databases(top, steps);
    Settings settings;
    switch (loader.load(its.settings())) {
      case LoadedSettings.Good(Settings read) -> settings = read;
      case LoadedSettings.Wrong(var mistakes) -> {
        steps.add(new Step(false, SAY.rehearsedSettings(mistakes.getFirst().text())));
        return;
      }
    }
    if (about.shared()) {
      steps.add(new Step(true, SAY.rehearsedShared(about.messages())));
      return;
    }
    DurableFile.secret(its.file()).create(its.text(settings, elsewhere(its.roots())));
    if (start(its, steps) && own) {
      content(its, steps);
    }
  }

  private static Path elsewhere(Roots roots) throws IOException {
    try (var found = Files.newDirectoryStream(roots.data(), "restored-files-*")) {
      var first = found.iterator();
      return first.hasNext() ? first.next() : roots.data().resolve("restored-files");
    }
  }

  /// Each message, in the archive or beside it, against its hash.
  private void mail(List<Step> steps) throws IOException {
    long messages =
        backup.manifest().files().stream().filter(file -> file.root() == Root.MAIL).count();
    if (messages > 0) {
      backup.archive().each(backup.manifest(), file -> file.root() == Root.MAIL, (_, _) -> {});
      steps.add(new Step(true, SAY.rehearsedMail(messages)));
    }
  }

  private static void databases(Path top, List<Step> steps) throws IOException {
    var bad = new ArrayList<String>();
    int[] count = {0};
    new Walk(new ArrayList<>())
        .through(
            top,
            _ -> true,
            (file, relative) -> {
              if (Walk.isDatabase(file)) {
                count[0]++;
                SqliteCopy.examine(file).forEach(what -> bad.add(relative + ": " + what));
              }
            });
    steps.add(
        bad.isEmpty()
            ? new Step(true, SAY.rehearsedDatabases(count[0]))
            : new Step(false, SAY.rehearsedDamaged(shown(bad.getFirst()))));
  }

  /// @return true where it ran, and stopped when it was told to
  private boolean start(RehearsalSettings its, List<Step> steps)
      throws IOException, InterruptedException {
    boolean alone = canBeAlone();
    var command = new ArrayList<String>();
    if (alone) {
      command.addAll(List.of("unshare", "--map-root-user", "--net"));
    }
    command.addAll(program);
    command.addAll(List.of("run", "-c", its.file().toString()));
    Path log = its.file().resolveSibling("log");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("NOTIFY_SOCKET");
    builder.environment().remove("LISTEN_FDS");
    builder.environment().remove("RUNTIME_DIRECTORY");
    builder.redirectOutput(log.toFile());
    Process process = builder.start();
    try {
      long end = System.nanoTime() + patience.toNanos();
      while (process.isAlive() && System.nanoTime() < end && !healthy(its.socket())) {
        Thread.sleep(PAUSE_MILLIS);
      }
      if (!healthy(its.socket())) {
        steps.add(new Step(false, SAY.rehearsedNoStart(last(log))));
        return false;
      }
      JsonNode status = ask(its.socket(), new ControlRequest.Status());
      steps.add(
          new Step(
              true,
              alone
                  ? SAY.rehearsedStarted(shown(status.path("version").asString("?")))
                  : SAY.rehearsedStartedOpen(shown(status.path("version").asString("?")))));
      compare(status, steps);
      var _ = ask(its.socket(), new ControlRequest.Stop());
      boolean stopped = process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
      if (!stopped) {
        steps.add(new Step(false, SAY.rehearsedNoStop()));
      }
      return stopped;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      var _ = process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void compare(JsonNode status, List<Step> steps) {
    About about = backup.manifest().about();
    long users = status.path("users").asLong(-1);
    steps.add(new Step(users == about.users(), SAY.rehearsedUsers(users, about.users())));
    long held = status.path("held").asLong(-1);
    steps.add(new Step(held >= about.recipients(), SAY.rehearsedQueue(held, about.recipients())));
    long damaged = status.path("damaged").asLong(0);
    if (damaged > 0) {
      steps.add(new Step(false, SAY.rehearsedDamagedMail(damaged)));
    }
  }

  /// Reads each message that waits.
  private void content(RehearsalSettings its, List<Step> steps) throws IOException {
    long read = 0;
    try (SqlInspector inspector = SqlInspector.open(its.roots().queue(), clock)) {
      List<Listed> page = inspector.list(QueueFilter.ALL, PAGE);
      while (!page.isEmpty()) {
        for (Listed each : page) {
          var content = inspector.content(each.id());
          if (content.isPresent()) {
            try (InputStream body = content.get().openBody()) {
              body.transferTo(OutputStream.nullOutputStream());
            }
            read++;
          }
        }
        QueueId last = page.getLast().id();
        page = inspector.list(QueueFilter.ALL, last, PAGE);
      }
      steps.add(new Step(true, SAY.rehearsedContent(read)));
    } catch (QueueUnavailableException | IOException e) {
      steps.add(new Step(false, SAY.rehearsedUnreadable(shown(String.valueOf(e.getMessage())))));
    }
  }

  /// Whether this user may take the network away from a process of theirs.
  private static boolean canBeAlone() throws InterruptedException {
    try {
      Process trial =
          new ProcessBuilder("unshare", "--map-root-user", "--net", "true")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return trial.waitFor(STOP_SECONDS, TimeUnit.SECONDS) && trial.exitValue() == 0;
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean healthy(Path socket) {
    try {
      return Files.exists(socket, LinkOption.NOFOLLOW_LINKS)
          && new ControlClient(socket).send(new ControlRequest.Health(), _ -> {}).isEmpty();
    } catch (IOException _) {
      return false;
    }
  }

  private static JsonNode ask(Path socket, ControlRequest request) throws IOException {
    var answer = new ArrayList<JsonNode>();
    var _ = new ControlClient(socket).send(request, answer::add);
    return answer.isEmpty() ? MissingNode.getInstance() : answer.getFirst();
  }

  private static String last(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
    return shown(
        String.join(" / ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
  }

  private static String shown(String text) {
    String clean = StrangerText.of(text).onTerminal();
    return clean.length() > LONGEST * LAST_LINES ? clean.substring(0, LONGEST * LAST_LINES) : clean;
  }

  /// Writes down how it went.
  public static void note(Settings settings, Path archive, List<Step> steps, InstantSource clock)
      throws IOException {
    Optional<Step> bad = steps.stream().filter(step -> !step.good()).findFirst();
    BackupLog.of(settings)
        .add(
            new BackupLog.Line(
                clock.instant(),
                BackupLog.Kind.REHEARSAL,
                bad.isPresent() ? BackupLog.Result.FAILED : BackupLog.Result.GOOD,
                archive.toString(),
                bad.map(step -> step.what().in(Language.ENGLISH)).orElse("")));
  }
}
