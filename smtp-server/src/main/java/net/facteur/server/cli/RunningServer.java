package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.ControlSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.feedback.FeedbackWish;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.quarantine.QuarantineWish;
import net.facteur.server.routes.FallbackWish;
import tools.jackson.databind.JsonNode;

/// A server that runs with the same settings: it makes changes itself, so that it knows of them at
/// once, and its files stay its own whoever typed the command.
///
/// @param socket where it is asked
/// @param language of its answers
record RunningServer(Path socket, Language language) {
  /// Empty where none answers.
  ///
  /// @param language of its answers
  static Optional<RunningServer> of(Settings settings, Language language) {
    Path socket = ControlSettings.from(settings).socket();
    return ControlSettings.from(settings).enabled() && ControlClient.answers(socket)
        ? Optional.of(new RunningServer(socket, language))
        : Optional.empty();
  }

  UserChange.Outcome change(UserChange change) throws IOException {
    var outcome = new AtomicReference<Optional<UserChange.Outcome>>(Optional.empty());
    ask(
        new ControlRequest.ChangeUser(change),
        line -> outcome.set(outcome(line.path("outcome").asString(""))));
    return outcome
        .get()
        .orElseThrow(() -> new IOException("the server did not say what became of it"));
  }

  private static Optional<UserChange.Outcome> outcome(String word) {
    for (UserChange.Outcome each : UserChange.Outcome.values()) {
      if (each.name().equals(word)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  AddressChange.Outcome change(AddressChange change) throws IOException {
    var outcome = new AtomicReference<Optional<AddressChange.Outcome>>(Optional.empty());
    ask(
        new ControlRequest.ChangeAddress(change),
        line ->
            outcome.set(
                Stream.of(AddressChange.Outcome.values())
                    .filter(each -> each.name().equals(line.path("outcome").asString("")))
                    .findFirst()));
    return outcome
        .get()
        .orElseThrow(() -> new IOException("the server did not say what became of it"));
  }

  /// Lets it read the files again that commands have written.
  void readAgain() throws IOException {
    ask(new ControlRequest.ReadAgain(), _ -> {});
  }

  /// @param out gets the line of the answer
  void act(SendingWishes.Wish wish, Consumer<JsonNode> out) throws IOException {
    ask(new ControlRequest.SendingAct(wish), out);
  }

  /// @param out gets the lines of the answer
  void listRoutes(Consumer<JsonNode> out) throws IOException {
    ask(new ControlRequest.RouteList(), out);
  }

  /// @param out gets the lines of the answer
  void act(FallbackWish wish, Consumer<JsonNode> out) throws IOException {
    ask(new ControlRequest.RouteAct(wish), out);
  }

  /// @param out gets the lines of the answer
  void showSending(String account, Consumer<JsonNode> out) throws IOException {
    ask(new ControlRequest.SendingShow(account), out);
  }

  /// @param out gets the lines of the answer
  void fulfil(FeedbackWish wish, Consumer<JsonNode> out) throws IOException {
    ask(new ControlRequest.AskFeedback(wish), out);
  }

  /// @param out gets the lines of the answer
  void fulfil(KeyWish wish, Consumer<JsonNode> out) throws IOException {
    ask(new ControlRequest.ChangeKey(wish), out);
  }

  /// @param out gets the lines of the answer
  void fulfil(QuarantineWish wish, Consumer<JsonNode> out) throws IOException {
    ask(new ControlRequest.AskQuarantine(wish), out);
  }

  /// @return false where a key of that name exists
  boolean write(KeyName name, DkimPrivateKey key) throws IOException {
    var exists = new AtomicBoolean();
    ask(new ControlRequest.WriteKey(name, key), line -> exists.set(line.has("exists")));
    return !exists.get();
  }

  /// @return why no certificate came; empty where one did
  Optional<String> renewCertificate() throws IOException {
    var refused = new AtomicReference<Optional<String>>(Optional.empty());
    ask(
        new ControlRequest.RenewCertificate(),
        line -> refused.set(Optional.of(line.path("refused").asString(""))));
    return refused.get();
  }

  /// @return how many mails with reports were put into the queue
  int sendReports() throws IOException {
    var mails = new AtomicReference<>(0);
    ask(new ControlRequest.SendReports(), line -> mails.set(line.path("mails").asInt(0)));
    return mails.get();
  }

  /// @return how each way of alerts went: empty where it got through, or why not
  Map<String, Optional<String>> testAlerts() throws IOException {
    Map<String, Optional<String>> ways = new LinkedHashMap<>();
    ask(
        new ControlRequest.TestAlerts(),
        line ->
            ways.put(
                line.path("way").asString("?"),
                Optional.ofNullable(line.path("failed").asString(null))));
    return ways;
  }

  private void ask(ControlRequest request, Consumer<JsonNode> out) throws IOException {
    Optional<ControlClient.Problem> problem =
        new ControlClient(socket, language).send(request, out);
    if (problem.isPresent()) {
      throw new CommandFailedException(
          Text.of(problem.get().text()),
          problem.get().whole()
              ? Text.of(String.join("\n", problem.get().details()))
              : CliTexts.SAY.serverLogSaysMore());
    }
  }
}
