package net.facteur.server.migrate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.language.Text;

/// Brings the mail of one user from another server by Dovecot's `doveadm`, which speaks IMAP with
/// it. Into an empty mailbox goes a `backup`; into one that has mail a one-way `sync`, which takes
/// away nothing. Each run takes up where the one before ended.
///
/// The settings with the password are a file of mode 0600 below the data directory; they go when
/// all is here.
public final class ImapCopy {
  private static final int TRIES = 5;
  private static final int LINES_MAX = 50;

  /// `doveadm` says so where the mailbox changed meanwhile, and another run is due.
  private static final int AGAIN = 2;

  private final Path data;
  private final UserName user;
  private final Path mailbox;
  private final Target target;
  private final Duration pause;

  /// Where the mail goes.
  public sealed interface Target {
    /// A Maildir that Facteur delivers into.
    record Ours() implements Target {}

    /// Dovecot's own mailbox of the user.
    ///
    /// @param settings of Dovecot
    record Dovecots(Path settings) implements Target {}
  }

  /// What came of it.
  public sealed interface Outcome {
    /// All is here.
    ///
    /// @param messages in the mailbox now
    record Done(long messages) implements Outcome {}

    /// It is not, or not all of it.
    record Failed(Text why) implements Outcome {}
  }

  /// @param data the data directory
  /// @param mailbox the user's Maildir
  /// @param pause before another try
  public ImapCopy(Path data, UserName user, Path mailbox, Target target, Duration pause) {
    this.data = data;
    this.user = user;
    this.mailbox = mailbox;
    this.target = target;
    this.pause = pause;
  }

  /// The settings of a copy that was begun.
  public Path kept() {
    return data.resolve("migrate").resolve(user.text() + ".conf");
  }

  /// Writes down where the mail comes from.
  ///
  /// @param base the directory of a running Dovecot, which resolves names for `doveadm`
  public void prepare(ImapSource source, String base, boolean newer) throws IOException {
    DurableDirectory.secret(data.resolve("migrate")).make();
    DurableFile.secret(kept()).replace(text(source, base, newer));
  }

  private String text(ImapSource source, String base, boolean newer) {
    String head =
        switch (target) {
          case Target.Dovecots(Path settings) -> "!include " + settings + "\n";
          case Target.Ours() ->
              (newer
                      ? "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"
                          + "mail_driver = maildir\nmail_path = "
                          + mailbox
                          + "\nmail_inbox_path = "
                          + mailbox
                          + "\n"
                      : "mail_location = maildir:" + mailbox + "\n")
                  + "mail_home = "
                  + home()
                  + "\nbase_dir = "
                  + base
                  + "\n"
                  + "first_valid_uid = 1\n"
                  + "first_valid_gid = 1\n"
                  + "namespace inbox {\n"
                  + "  inbox = yes\n"
                  // The other server may part folders by another sign than a Maildir.
                  + "  separator = /\n"
                  + "}\n";
        };
    return head + "log_path = /dev/stderr\n" + source.settings();
  }

  /// Where Dovecot keeps what is no mail, such as Sieve scripts.
  private Path home() {
    Path above = mailbox.getParent();
    return above == null ? mailbox : above;
  }

  /// Runs it to the end.
  ///
  /// @param progress gets the number of messages from time to time
  public Outcome run(LongConsumer progress) throws IOException, InterruptedException {
    if (target instanceof Target.Ours && !Files.isDirectory(mailbox)) {
      DurableDirectory.secret(mailbox).make();
    }
    Text why = Text.of("");
    for (int i = 0; i < TRIES; i++) {
      var said = new ArrayList<String>();
      int code = once(said, progress);
      if (code == 0) {
        Files.deleteIfExists(kept());
        return new Outcome.Done(messages());
      }
      why = MigrateTexts.SAY.copyFailed(problem(said));
      if (said.stream().anyMatch(ImapCopy::isFinal)) {
        break;
      }
      if (code != AGAIN) {
        Thread.sleep(pause);
      }
    }
    return new Outcome.Failed(why);
  }

  /// Another try would end alike.
  private static boolean isFinal(String line) {
    return line.contains("Authentication failed") || line.contains("invalid SSL certificate");
  }

  private int once(List<String> said, LongConsumer progress)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (var lines =
                      new BufferedReader(
                          new InputStreamReader(
                              process.getInputStream(), StandardCharsets.ISO_8859_1))) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                      synchronized (said) {
                        said.add(line);
                        if (said.size() > LINES_MAX) {
                          said.removeFirst();
                        }
                      }
                    }
                  } catch (IOException _) {
                    // The process is gone.
                  }
                });
    try {
      while (!process.waitFor(2, TimeUnit.SECONDS)) {
        progress.accept(messages());
      }
      reader.join();
      return process.exitValue();
    } finally {
      process.destroy();
    }
  }

  private List<String> command() throws IOException {
    var command = new ArrayList<String>();
    String owner = Files.getOwner(data).getName();
    boolean ours = target instanceof Target.Ours;
    if (ours && "root".equals(System.getProperty("user.name")) && !owner.equals("root")) {
      command.addAll(List.of("runuser", "-u", owner, "--"));
    }
    if (ours) {
      // No -u: nobody is looked up, and the files belong to whoever runs it.
      command.addAll(List.of("env", "USER=" + user.text(), "HOME=" + home()));
    }
    command.addAll(List.of("doveadm", "-v", "-c", kept().toString()));
    // A backup takes away what the other server does not have.
    command.addAll(ours && messages() == 0 ? List.of("backup", "-R") : List.of("sync", "-1", "-R"));
    if (!ours) {
      command.addAll(List.of("-u", user.text()));
    }
    command.add("imapc:");
    return command;
  }

  /// The last line that says what is wrong.
  private static String problem(List<String> said) {
    return said.stream()
        .filter(
            line ->
                line.contains("Error: ")
                    && !line.contains("backtrace")
                    && !line.contains("stats-writer"))
        .filter(line -> !line.contains("Failed to initialize user"))
        .reduce((_, last) -> last)
        .map(line -> line.substring(line.indexOf("Error: ") + 7))
        .orElse(said.isEmpty() ? "" : said.getLast());
  }

  /// How many messages the mailbox has.
  long messages() throws IOException {
    if (!Files.isDirectory(mailbox)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(mailbox, 3)) {
      return all.filter(Files::isRegularFile).filter(ImapCopy::isMessage).count();
    } catch (UncheckedIOException _) {
      // Something moved meanwhile, so something is there.
      return 1;
    }
  }

  private static boolean isMessage(Path path) {
    Optional<Path> above = Optional.ofNullable(path.getParent()).map(Path::getFileName);
    return above
        .filter(name -> name.toString().equals("cur") || name.toString().equals("new"))
        .isPresent();
  }

  /// What Dovecot of this machine says of itself.
  ///
  /// @param base its directory of sockets
  /// @param newer 2.4 or later
  public record Installed(String base, boolean newer) {
    /// @param settings of Dovecot
    /// @return empty where there is none, or it does not start
    public static Optional<Installed> find(Path settings) throws InterruptedException {
      Optional<String> version = line("dovecot", "--version");
      Optional<String> base = line("doveconf", "-c", settings.toString(), "-h", "base_dir");
      return version.isEmpty() || base.isEmpty()
          ? Optional.empty()
          : Optional.of(new Installed(base.get(), !version.get().startsWith("2.3")));
    }

    /// True where it runs.
    public boolean runs() {
      return Files.exists(Path.of(base, "dns-client"));
    }

    private static Optional<String> line(String... command) throws InterruptedException {
      try {
        Process process =
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
          Optional<String> first = Optional.ofNullable(out.readLine());
          return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0
              ? first
              : Optional.empty();
        }
      } catch (IOException _) {
        return Optional.empty();
      }
    }
  }
}
