package net.facteur.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.it.scenario.Expectation;
import net.facteur.it.scenario.Mistake;
import net.facteur.it.scenario.Place;
import net.facteur.it.scenario.Scenario;
import net.facteur.it.scenario.Wildcard;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.QueueSelection;

/// What came of a scenario, compared with what is expected.
final class ScenarioOutcome {
  private static final Duration POLL = Duration.ofMillis(20);

  private final RunningServer server;
  private final Optional<GreenMailMx> remote;
  private final Optional<ServerLog> log;
  private final Duration patience;

  /// @param patience how long something may take to become true
  ScenarioOutcome(
      RunningServer server,
      Optional<GreenMailMx> remote,
      Optional<ServerLog> log,
      Duration patience) {
    this.server = server;
    this.remote = remote;
    this.log = log;
    this.patience = patience;
  }

  /// A message that has come, and the path that it came with.
  private record Message(String reversePath, Mail mail) {}

  /// Looks at things as they are.
  @FunctionalInterface
  private interface Look {
    List<Mistake> unmet() throws IOException;
  }

  /// Everything that is not as expected, once the queue is as it should be.
  List<Mistake> unmet(Scenario scenario) throws IOException, InterruptedException {
    Expectation.Queue queue =
        scenario.expected().stream()
            .filter(e -> e instanceof Expectation.Queue)
            .map(e -> (Expectation.Queue) e)
            .findFirst()
            .orElse(
                new Expectation.Queue(new Place(scenario.directory().resolve("expected"), 1), 0));
    List<Mistake> waits = await(() -> unmet(queue).stream().toList());
    List<Mistake> rest =
        await(
            () -> {
              var unmet = new ArrayList<Mistake>();
              for (Expectation expectation : scenario.expected()) {
                if (!(expectation instanceof Expectation.Queue)) {
                  unmet(expectation).ifPresent(unmet::add);
                }
              }
              return unmet;
            });
    return Stream.concat(waits.stream(), rest.stream()).toList();
  }

  /// Waits for one thing.
  Optional<Mistake> awaitThat(Expectation expectation) throws IOException, InterruptedException {
    return await(() -> unmet(expectation).stream().toList()).stream().findFirst();
  }

  /// Waits until anything has come to an address elsewhere.
  Optional<Mistake> awaitAny(Place at, String address) throws IOException, InterruptedException {
    return await(
            () ->
                remote.orElseThrow().to(address).isEmpty()
                    ? List.of(new Mistake(at, "a message for " + address, "none"))
                    : List.of())
        .stream()
        .findFirst();
  }

  private List<Mistake> await(Look look) throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    List<Mistake> unmet = look.unmet();
    while (!unmet.isEmpty() && System.nanoTime() - end < 0) {
      Thread.sleep(POLL);
      unmet = look.unmet();
    }
    return unmet;
  }

  private Optional<Mistake> unmet(Expectation expectation) throws IOException {
    return switch (expectation) {
      case Expectation.Mailbox mailbox -> {
        Maildir inbox = server.site().mailbox(mailbox.address());
        Maildir meant = mailbox.folder().isEmpty() ? inbox : inbox.folder(mailbox.folder());
        String folders = folders(inbox);
        yield arrived(mailbox, meant.mails().stream().map(mail -> new Message("", mail)).toList())
            .map(wrong -> new Mistake(wrong.at(), wrong.expected(), wrong.got() + folders));
      }
      case Expectation.Remote there ->
          arrived(
              there,
              remote.orElseThrow().to(there.address()).stream()
                  .map(t -> new Message(t.reversePath(), t.mail()))
                  .toList());
      case Expectation.Queue(Place at, int count) -> queue(at, count);
      case Expectation.Why(Place at, String about, Wildcard text, boolean wanted) ->
          line(at, "what `facteur why " + about + "` tells", why(about), text, wanted);
      case Expectation.Log(Place at, Wildcard text, boolean wanted) ->
          line(at, "the log", log.orElseThrow().lines(), text, wanted);
    };
  }

  /// The folders of a mailbox that hold mail, for those who look for it.
  private static String folders(Maildir inbox) throws IOException {
    var found = new ArrayList<String>();
    if (Files.isDirectory(inbox.path())) {
      try (Stream<Path> entries = Files.list(inbox.path())) {
        for (Path entry : entries.sorted().toList()) {
          String name = entry.getFileName().toString();
          int count = name.startsWith(".") ? new Maildir(entry).mails().size() : 0;
          if (count > 0) {
            found.add("\n(folder " + name.substring(1) + " holds " + count + ")");
          }
        }
      }
    }
    return String.join("", found);
  }

  private List<String> why(String about) {
    return CommandLineRun.of("why", about, "-c", server.site().configuration().toString())
        .text()
        .lines()
        .toList();
  }

  private static Optional<Mistake> line(
      Place at, String where, List<String> lines, Wildcard text, boolean wanted) {
    return lines.stream().anyMatch(text::within) == wanted
        ? Optional.empty()
        : Optional.of(
            new Mistake(
                at,
                (wanted ? "a line of " : "no line of ") + where + " that holds \"" + text + "\"",
                String.join("\n", lines)));
  }

  private Optional<Mistake> queue(Place at, int count) throws IOException {
    var waiting = new ArrayList<String>();
    new ControlClient(server.site().data().resolve("control.socket"))
        .send(
            new ControlRequest.QueueList(QueueSelection.ALL, ControlRequest.QueueList.MAX),
            message -> waiting.add(message.toString()));
    if (waiting.size() != count) {
      return Optional.of(
          new Mistake(
              at,
              count == 0 ? "that nothing waits in the queue" : count + " messages in the queue",
              waiting.size() + (waiting.isEmpty() ? "" : ":\n" + String.join("\n", waiting))));
    }
    List<String> left = count == 0 ? bodies() : List.of();
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Mistake(at, "no files of messages in an empty queue", String.join("\n", left)));
  }

  /// The files of messages that are in the queue or on the way into it.
  private List<String> bodies() throws IOException {
    var found = new ArrayList<String>();
    for (String name : List.of("staging", "bodies")) {
      Path directory = server.site().data().resolve("queue").resolve(name);
      try (Stream<Path> files = Files.walk(directory)) {
        files.filter(Files::isRegularFile).map(Path::toString).forEach(found::add);
      } catch (NoSuchFileException | UncheckedIOException _) {
        // A file or directory went away while it was looked at: nothing that is left.
      }
    }
    return found;
  }

  private static Optional<Mistake> arrived(Expectation.Arrived wanted, List<Message> all) {
    Predicate<Message> meant =
        message ->
            wanted.checks().stream()
                .allMatch(
                    check ->
                        !(check instanceof Expectation.Check.Where where)
                            || values(message.mail(), where.field()).stream()
                                .anyMatch(where.value()::is));
    List<Message> messages = all.stream().filter(meant).toList();
    if (messages.size() != wanted.count()) {
      String others =
          all.isEmpty()
              ? ""
              : "; there:\n"
                  + all.stream().map(m -> shown(m.mail())).collect(Collectors.joining("\n---\n"));
      return Optional.of(
          new Mistake(
              wanted.at(),
              wanted.count() + " message(s) for " + wanted.address(),
              messages.size() + others));
    }
    return messages.stream()
        .flatMap(
            message -> wanted.checks().stream().flatMap(check -> wrong(check, message).stream()))
        .findFirst();
  }

  private static Optional<Mistake> wrong(Expectation.Check check, Message message) {
    Mail mail = message.mail();
    return switch (check) {
      case Expectation.Check.Where _ -> Optional.empty();
      case Expectation.Check.Field(Place at, String field, Wildcard value, boolean wanted) -> {
        List<String> values = values(mail, field);
        yield values.stream().anyMatch(value::is) == wanted
            ? Optional.empty()
            : Optional.of(
                new Mistake(
                    at,
                    (wanted ? "a" : "no") + " field " + field + " with the value \"" + value + "\"",
                    values.isEmpty()
                        ? "no such field in:\n" + shown(mail)
                        : String.join("\n", values)));
      }
      case Expectation.Check.Absent(Place at, String field) -> {
        List<String> values = values(mail, field);
        yield values.isEmpty()
            ? Optional.empty()
            : Optional.of(new Mistake(at, "no field " + field, String.join("\n", values)));
      }
      case Expectation.Check.Body(Place at, Wildcard text, boolean wanted) ->
          holds(at, "body", utf8(mail.body()), text, wanted);
      case Expectation.Check.Anywhere(Place at, Wildcard text, boolean wanted) ->
          holds(at, "message", utf8(mail.text()), text, wanted);
      case Expectation.Check.ReversePath(Place at, Wildcard path) -> {
        String got = "<" + message.reversePath() + ">";
        yield path.is(got)
            ? Optional.empty()
            : Optional.of(new Mistake(at, "the reverse-path " + path, got));
      }
    };
  }

  private static Optional<Mistake> holds(
      Place at, String what, String held, Wildcard text, boolean wanted) {
    return text.within(held.replace("\r\n", "\n")) == wanted
        ? Optional.empty()
        : Optional.of(
            new Mistake(
                at,
                "a " + what + (wanted ? " that holds \"" : " without \"") + text + "\"",
                held.replace("\r\n", "\n")));
  }

  /// The values of a field, unfolded, each white space a single blank.
  private static List<String> values(Mail mail, String field) {
    return mail.fields(field).stream()
        .map(value -> utf8(value).replaceAll("[ \t\r\n]+", " "))
        .toList();
  }

  private static String utf8(String octets) {
    return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String shown(Mail mail) {
    String text = utf8(mail.text()).replace("\r\n", "\n");
    int end = text.indexOf("\n\n");
    return end < 0 ? text : text.substring(0, end);
  }
}
