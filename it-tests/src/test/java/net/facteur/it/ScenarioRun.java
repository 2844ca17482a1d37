package net.facteur.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.it.scenario.Escapes;
import net.facteur.it.scenario.Expectation;
import net.facteur.it.scenario.Mistake;
import net.facteur.it.scenario.Place;
import net.facteur.it.scenario.Scenario;
import net.facteur.it.scenario.Step;
import net.facteur.server.demo.ZoneRecord;
import net.facteur.server.signing.CryptoProviders;

/// A scenario that is played against a server of its own.
final class ScenarioRun implements AutoCloseable {
  private static final Pattern BASE64 = Pattern.compile("\\{base64 ([^}]+)}");
  private static final int SHOWN_LINES = 12;
  private static final int BATCH_OCTETS = 1 << 16;

  /// Made once, since RSA keys take their time.
  private static final class TestKey {
    private static final DkimPrivateKey RSA = TestKeys.rsa();
  }

  private final Scenario scenario;
  private final RunningServer server;
  private final Optional<GreenMailMx> remote;
  private final ScenarioOutcome outcome;
  private final Map<String, Connection> connections = new HashMap<>();
  private final Map<String, String> remembered = new HashMap<>();
  private String current = "";
  private CommandLineRun command = new CommandLineRun(0, "");
  private List<String> reply = List.of();

  private ScenarioRun(
      Scenario scenario,
      RunningServer server,
      Optional<GreenMailMx> remote,
      Optional<ServerLog> log,
      Duration patience) {
    this.scenario = scenario;
    this.server = server;
    this.remote = remote;
    this.outcome = new ScenarioOutcome(server, remote, log, patience);
  }

  /// A connection, and what was said over it.
  private record Connection(SmtpLink link, List<String> said) {
    void say(String line) {
      said.add(line);
    }

    String last() {
      return String.join("\n", said.subList(Math.max(0, said.size() - SHOWN_LINES), said.size()));
    }
  }

  /// Something is not as the scenario says.
  private static final class Unmet extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Mistake mistake;

    Unmet(Place at, String expected, String got) {
      super(expected);
      this.mistake = new Mistake(at, expected, got);
    }
  }

  /// Plays a scenario in an empty directory.
  ///
  /// @param patience how long something may take to become true
  /// @return what is not as it says
  static List<Mistake> play(Scenario scenario, Path directory, Duration patience) throws Exception {
    var world = new World(directory);
    Optional<GreenMailMx> remote = Optional.empty();
    Optional<ServerLog> log = Optional.empty();
    try {
      publish(scenario, world);
      remote =
          namesRemote(scenario) ? Optional.of(new GreenMailMx(world.theirMx())) : Optional.empty();
      log = readsLog(scenario) ? Optional.of(new ServerLog()) : Optional.empty();
      RunningServer server;
      try {
        server =
            RunningServer.start(
                world, scenario.settings(), CryptoProviders.detect(), InstantSource.system());
      } catch (AssertionError e) {
        var settings = new Place(scenario.directory().resolve("mail.conf"), 1);
        return List.of(
            new Mistake(settings, "settings that a server takes", String.valueOf(e.getMessage())));
      }
      try (var run = new ScenarioRun(scenario, server, remote, log, patience)) {
        return run.play();
      }
    } finally {
      log.ifPresent(ServerLog::close);
      remote.ifPresent(GreenMailMx::close);
      world.close();
    }
  }

  private static Stream<Expectation> expectations(Scenario scenario) {
    return Stream.concat(
        scenario.expected().stream(),
        scenario.dialog().stream()
            .flatMap(
                step ->
                    step instanceof Step.AwaitThat(Place _, Expectation expectation)
                        ? Stream.of(expectation)
                        : Stream.empty()));
  }

  private static boolean namesRemote(Scenario scenario) {
    return expectations(scenario).anyMatch(e -> e instanceof Expectation.Remote)
        || scenario.dialog().stream()
            .anyMatch(
                step ->
                    step instanceof Step.RemoteAnswer
                        || step instanceof Step.Remember
                        || (step instanceof Step.Send send
                            && send.content() instanceof Step.Content.Received));
  }

  /// Whether a scenario looks at the log, which all servers of this process share.
  static boolean readsLog(Scenario scenario) {
    return expectations(scenario).anyMatch(e -> e instanceof Expectation.Log);
  }

  /// Publishes the records of a scenario, in place of those of the same name and type.
  private static void publish(Scenario scenario, World world) {
    for (ZoneRecord<?> published : scenario.zone()) {
      world.names().remove(published.owner(), published.type());
    }
    scenario.zone().forEach(world.names()::add);
  }

  private List<Mistake> play() throws Exception {
    for (Step step : scenario.dialog()) {
      try {
        play(step);
      } catch (Unmet e) {
        return List.of(e.mistake);
      } catch (IOException | AssertionError e) {
        String said =
            Optional.ofNullable(connections.get(current)).map(Connection::last).orElse("");
        return List.of(
            new Mistake(step.at(), "that this can be done", e.getMessage() + "\n" + said));
      }
    }
    return outcome.unmet(scenario);
  }

  private void play(Step step) throws Exception {
    switch (step) {
      case Step.Connect connect -> connect(connect);
      case Step.With(Place _, String name) -> current = name;
      case Step.Secure _ -> {
        connection().say("(TLS)");
        connection().link().secure(server.world().trust());
      }
      case Step.Login(Place _, String user) -> {
        connection().say("(login of " + user + ")");
        connection().link().login(user, Site.PASSWORD);
      }
      case Step.Client(Place _, int times, String line) -> write(times, octets(line) + "\r\n");
      case Step.Octets(Place _, int times, String octets) -> write(times, octets);
      case Step.Reply expected -> reply(expected);
      case Step.ReplyLine(Place at, var text, boolean wanted) -> {
        if (reply.stream().map(ScenarioRun::text).anyMatch(text::within) != wanted) {
          throw new Unmet(at, line(text.text(), wanted, "reply"), String.join("\n", reply));
        }
      }
      case Step.Closed(Place at) -> closed(at);
      case Step.HangUp _ -> {
        connection().say("(the client hangs up)");
        connection().link().close();
      }
      case Step.Send send -> {
        connection().say("(a message)");
        connection().link().content(content(send));
      }
      case Step.Reload(Place _, Path settings) -> {
        server.site().configure(Files.readString(settings));
        run(List.of("reload"));
      }
      case Step.Command(Place _, List<String> arguments) -> run(arguments);
      case Step.Output(Place at, var text, boolean wanted) -> {
        if (command.text().lines().anyMatch(text::within) != wanted) {
          throw new Unmet(at, line(text.text(), wanted, "output"), command.text());
        }
      }
      case Step.Exit(Place at, int code) -> {
        if (command.code() != code) {
          throw new Unmet(at, "exit code " + code, command.code() + "\n" + command.text());
        }
      }
      case Step.AwaitThat(Place _, Expectation expectation) -> {
        Optional<Mistake> mistake = outcome.awaitThat(expectation);
        if (mistake.isPresent()) {
          Mistake unmet = mistake.get();
          throw new Unmet(unmet.at(), unmet.expected(), unmet.got());
        }
      }
      case Step.Remember(Place at, String name, String address) ->
          remembered.put(name, received(at, address).reversePath());
      case Step.Folder(Place _, String address, String name) ->
          server.site().mailbox(address).folder(name).make();
      case Step.RemoteAnswer(Place _, String address, String answer) ->
          remote.orElseThrow().answer(address, answer);
    }
    if ((step instanceof Step.Command || step instanceof Step.Reload)
        && command.code() != 0
        && !endsOtherwise(step)) {
      throw new Unmet(
          step.at(), "that the command succeeds", command.code() + "\n" + command.text());
    }
  }

  private static String line(String text, boolean wanted, String of) {
    return (wanted ? "a line of the " : "no line of the ") + of + " that holds \"" + text + "\"";
  }

  /// Whether a line `exit` says how a command ends.
  private boolean endsOtherwise(Step command) {
    List<Step> dialog = scenario.dialog();
    int next = dialog.indexOf(command) + 1;
    while (next < dialog.size() && dialog.get(next) instanceof Step.Output) {
      next++;
    }
    return next < dialog.size() && dialog.get(next) instanceof Step.Exit;
  }

  private Connection connection() {
    Connection open = connections.get(current);
    if (open == null) {
      throw new AssertionError("there is no connection of that name");
    }
    return open;
  }

  private void connect(Step.Connect connect) throws IOException {
    current = connect.name();
    var listener =
        switch (connect.listener()) {
          case RECEPTION -> server.reception();
          case SUBMISSION -> server.submission();
        };
    String first =
        connect
            .client()
            .map(
                client ->
                    "PROXY TCP4 " + client + " 127.0.0.2 40000 " + listener.getPort() + "\r\n")
            .orElse("");
    var link =
        SmtpLink.open(listener, InetAddress.ofLiteral(connect.from()), first, connect.hello());
    Connection before = connections.put(current, new Connection(link, new ArrayList<>()));
    if (before != null) {
      before.link().close();
    }
  }

  private void reply(Step.Reply expected) throws IOException, Unmet {
    for (int i = 0; i < expected.times(); i++) {
      String whole;
      try {
        whole = utf8(connection().link().reply());
      } catch (IOException e) {
        throw new Unmet(
            expected.at(),
            "a reply that begins with \"" + expected.beginning() + "\"",
            e.getMessage() + ", after:\n" + connection().last());
      }
      reply = whole.lines().toList();
      connection().say("S: " + whole.replace("\n", "\nS: "));
      if (!expected.beginning().begins(reply.getFirst())) {
        throw new Unmet(
            expected.at(),
            "a reply that begins with \"" + expected.beginning() + "\"",
            whole + "\nafter:\n" + connection().last());
      }
    }
  }

  /// A line of a reply without its code.
  private static String text(String line) {
    return line.length() > 4 ? line.substring(4) : "";
  }

  private void closed(Place at) throws Unmet {
    String got;
    try {
      got = connection().link().reply();
    } catch (IOException _) {
      return;
    }
    throw new Unmet(at, "that the server hangs up", utf8(got) + "\nafter:\n" + connection().last());
  }

  private void write(int times, String octets) throws IOException {
    var batch = new StringBuilder();
    for (int n = 1; n <= times; n++) {
      batch.append(filled(octets).replace("{n}", Integer.toString(n)));
      if (batch.length() > BATCH_OCTETS || n == times) {
        connection().link().write(batch.toString());
        batch.setLength(0);
      }
    }
    connection().say("C: " + utf8(octets).strip() + (times > 1 ? " (" + times + " times)" : ""));
  }

  /// Puts in what braces stand for.
  private String filled(String octets) {
    if (!octets.contains("{")) {
      return octets;
    }
    String filled = octets;
    for (Map.Entry<String, String> known : remembered.entrySet()) {
      filled = filled.replace("{" + known.getKey() + "}", known.getValue());
    }
    Matcher coded = BASE64.matcher(filled);
    return coded.replaceAll(
        found -> {
          String plain = Escapes.read(utf8(found.group(1))).orElse(found.group(1));
          return Matcher.quoteReplacement(
              Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.ISO_8859_1)));
        });
  }

  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String utf8(String octets) {
    return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private Mail content(Step.Send send) throws Exception {
    return switch (send.content()) {
      case Step.Content.File(Path file) -> {
        Mail mail = Mail.read(file);
        yield send.signature().isPresent()
            ? new Mail(signature(send.signature().get()) + mail.text())
            : mail;
      }
      case Step.Content.Received(String address) -> received(send.at(), address).mail();
    };
  }

  /// The field with a signature, its key published.
  private String signature(Step.Signature how) throws IOException, GeneralSecurityException {
    server.world().key(how.selector(), how.domain(), TestKey.RSA);
    Mail signed = Mail.read(how.signed());
    byte[] body = signed.body().getBytes(StandardCharsets.ISO_8859_1);
    var key =
        new SigningKey(
            DomainName.of(how.domain()),
            DomainName.of(how.selector()),
            TestKey.RSA.algorithm(),
            DkimCrypto.standard().signer(TestKey.RSA));
    var field =
        new DkimSigner(key, DkimSigner.Settings.DEFAULT, InstantSource.system())
            .sign(signed.header(), () -> new ByteArrayInputStream(body));
    return new String(field.raw(), StandardCharsets.ISO_8859_1);
  }

  private GreenMailMx.Taken received(Place at, String address) throws Exception {
    outcome.awaitAny(at, address).ifPresent(this::fail);
    return remote.orElseThrow().to(address).getFirst();
  }

  private void fail(Mistake mistake) {
    throw new AssertionError("nothing came to an address: " + mistake);
  }

  private void run(List<String> arguments) {
    var line = new ArrayList<>(arguments);
    line.add("-c");
    line.add(server.site().configuration().toString());
    command = CommandLineRun.of(line.toArray(String[]::new));
  }

  @Override
  public void close() throws IOException {
    for (Connection open : connections.values()) {
      open.link().close();
    }
    server.close();
  }
}
