package net.facteur.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.Settings;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.language.Text;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.migrate.ImapCopy;
import net.facteur.server.migrate.ImapSource;
import net.facteur.server.migrate.MigrateTexts;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "imap")
final class MigrateImapCommand implements Callable<Integer> {
  private static final MigrateTexts SAY = MigrateTexts.SAY;
  private static final int IMAPS = 993;
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Parameters(paramLabel = "USER")
  private String user = "";

  @Option(names = "--from", paramLabel = "HOST[:PORT]")
  private @Nullable String from;

  @Option(names = "--login", paramLabel = "NAME")
  private @Nullable String login;

  @Option(names = "--password-file", paramLabel = "FILE")
  private @Nullable Path passwordFile;

  @Option(names = "--prefix", paramLabel = "NAME", defaultValue = "")
  private String prefix = "";

  @Option(names = "--ca", paramLabel = "FILE")
  private @Nullable Path authorities;

  @Option(names = "--dovecot", paramLabel = "FILE", defaultValue = "/etc/dovecot/dovecot.conf")
  private Path dovecot = Path.of("/etc/dovecot/dovecot.conf");

  MigrateImapCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings = option.read(workplace);
    UserName name = user(settings);
    Path mailbox = MailboxSettings.from(settings).maildir(name.text()).orElseThrow();
    ImapCopy.Target target =
        RoutingSettings.from(settings).lmtp().isPresent()
            ? new ImapCopy.Target.Dovecots(dovecot)
            : new ImapCopy.Target.Ours();
    var copy = new ImapCopy(DataDirectory.from(settings).path(), name, mailbox, target, PAUSE);
    String host = from;
    if (host == null) {
      if (!Files.exists(copy.kept())) {
        throw failed(SAY.noSource(name), SAY.noSourceRemedy(name));
      }
    } else {
      ImapCopy.Installed installed =
          ImapCopy.Installed.find(dovecot)
              .orElseThrow(() -> failed(SAY.noDovecot(dovecot), SAY.noDovecotRemedy()));
      if (!installed.runs()) {
        throw failed(SAY.dovecotSleeps(), SAY.dovecotSleepsRemedy());
      }
      copy.prepare(source(host, name), installed.base(), installed.newer());
    }
    return switch (copy.run(count -> workplace.out().println(say(SAY.copying(count))))) {
      case ImapCopy.Outcome.Done(long messages) -> {
        workplace.out().println(workplace.green("ok") + ": " + say(SAY.copied(messages, name)));
        workplace.out().println(say(SAY.copyAgain()));
        yield Facteur.OK;
      }
      case ImapCopy.Outcome.Failed(Text why) ->
          throw new CommandFailedException(
              StrangerText.of(say(why)).onTerminal() + "\n" + say(SAY.copyKept(copy.kept())),
              say(SAY.copyResume(name)));
    };
  }

  private UserName user(Settings settings) throws IOException {
    UserName name =
        UserName.parse(user)
            .orElseThrow(() -> failed(SAY.noSuchMailUser(user), SAY.noSuchMailUserRemedy(user)));
    AccountsSettings accounts = AccountsSettings.from(settings);
    if (new UsersFile(accounts.file(), workplace.random()).read().find(name).isEmpty()) {
      throw failed(SAY.noSuchMailUser(name.text()), SAY.noSuchMailUserRemedy(name.text()));
    }
    return name;
  }

  private ImapSource source(String host, UserName name) throws IOException {
    int colon = host.lastIndexOf(':');
    boolean port = colon > 0 && host.substring(colon + 1).matches("[0-9]{1,5}");
    String there = login == null ? name.text() : login;
    return new ImapSource(
        clean(port ? host.substring(0, colon) : host),
        port ? Integer.parseInt(host.substring(colon + 1)) : IMAPS,
        clean(there),
        password(),
        clean(prefix),
        Optional.ofNullable(authorities).map(file -> file.toAbsolutePath().normalize()));
  }

  /// A text that stays one value in Dovecot's settings.
  private String clean(String text) {
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw failed(SAY.badText(StrangerText.of(text).onTerminal()), SAY.badTextRemedy());
    }
    return text;
  }

  private String password() throws IOException {
    String password = given();
    if (password.isEmpty() || password.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw failed(SAY.noImapPassword(), SAY.noImapPasswordRemedy());
    }
    return password;
  }

  private String given() throws IOException {
    Path file = passwordFile;
    if (file != null) {
      var modes = Files.getPosixFilePermissions(file);
      if (modes.contains(PosixFilePermission.OTHERS_READ)
          || modes.contains(PosixFilePermission.GROUP_READ)) {
        throw failed(SAY.passwordFileOpen(file), SAY.passwordFileClose(file));
      }
      return new PasswordFile(file).read();
    }
    Optional<String> asked =
        workplace.passwords().ask(say(DirectoryTexts.SAY.passwordQuestion()) + " ");
    if (asked.isPresent()) {
      return asked.get();
    }
    String line =
        new BufferedReader(new InputStreamReader(workplace.in(), StandardCharsets.UTF_8))
            .readLine();
    return line == null ? "" : line;
  }

  private CommandFailedException failed(Text what, Text remedy) {
    return new CommandFailedException(say(what), option.typed(workplace, say(remedy)));
  }

  private String say(Text text) {
    return text.in(workplace.language());
  }
}
