package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.ControlSettings;
import net.facteur.server.imap.ImapTexts;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/// What the commands share that join others with this server.
abstract class ImapJoining implements Callable<Integer> {
  static final ImapTexts SAY = ImapTexts.SAY;

  final Workplace workplace;
  @Mixin final SettingsOption settings = new SettingsOption();

  ImapJoining(Workplace workplace) {
    this.workplace = workplace;
  }

  /// A server that does not run reads its settings when it starts.
  final void reloadServer() throws IOException {
    ControlSettings control = ControlSettings.from(settings.read(workplace));
    if (!control.enabled() || !ControlClient.answers(control.socket())) {
      notice(SAY.serverSilent());
      return;
    }
    Optional<ControlClient.Problem> problem =
        new ControlClient(control.socket()).send(new ControlRequest.Reload(), _ -> {});
    if (problem.isPresent()) {
      throw refusal(
          SAY.reloadRefused(String.join("\n", problem.get().details())), SAY.reloadRefusedRemedy());
    }
  }

  /// A directory that was named, or the usual one.
  static Path absolute(@Nullable Path named, String usual) {
    return named == null ? Path.of(usual) : named.toAbsolutePath().normalize();
  }

  final void comment(Text text) {
    say(text).lines().forEach(line -> workplace.out().println("# " + line));
  }

  static String shown(String said) {
    return said.lines()
        .limit(20)
        .map(line -> StrangerText.of(line).onTerminal())
        .collect(Collectors.joining("\n"));
  }

  static CommandFailedException refusal(Text what, Text remedy) {
    return new CommandFailedException(what, remedy);
  }

  /// Says what does not stand in the way.
  void notice(Text text) {
    tell(say(text));
  }

  final void tell(String line) {
    workplace.out().println(settings.typed(workplace, line));
  }

  final String say(Text text) {
    return text.in(workplace.language());
  }
}
