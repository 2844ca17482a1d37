package net.facteur.server.away;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.mime.Entity;
import net.facteur.server.notices.OwnMail;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.Addresses;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;

/// Answers of a small server, without the server around them.
final class AwayBench implements AutoCloseable {
  final List<NewMessage> sent = new ArrayList<>();
  final AbsenceStore absences;
  Instant now = Instant.parse("2026-12-01T12:00:00Z");
  AnswerMemory memory;
  AutomaticAnswers answers;
  private final Path directory;
  private final Random random = new Random(42);
  private final Router router;
  private final Map<String, List<String>> aliases;
  private final Map<String, List<String>> roles;

  /// @param users their addresses
  /// @param aliases an address to those that stand for it
  /// @param roles the same for duties
  AwayBench(
      Path directory,
      Set<String> users,
      Map<String, List<String>> aliases,
      Map<String, List<String>> roles)
      throws IOException {
    this.directory = directory;
    this.aliases = aliases;
    this.roles = roles;
    this.absences =
        new AbsenceStore(
            AbsencesFile.beside(directory.resolve("users")), () -> now, ZoneOffset.UTC);
    List<DomainName> domains =
        java.util.stream.Stream.concat(users.stream(), aliases.keySet().stream())
            .map(address -> DomainName.of(address.substring(address.lastIndexOf('@') + 1)))
            .distinct()
            .toList();
    var settings =
        new RoutingSettings(
            domains,
            Set.of(),
            "+",
            aliases,
            Map.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty());
    this.router =
        new Router(
            settings,
            (local, domain) -> users.contains(local + "@" + domain.text()),
            ReversePathRewriter.identity(),
            Optional.empty(),
            book());
    start(new AnswerMemory.Bounds(100, 1000));
  }

  private AddressBook book() {
    var addresses = new Addresses(roles, Map.of(), Set.of(), Set.of(), Map.of());
    return () -> addresses;
  }

  /// Starts, or starts again.
  void start(AnswerMemory.Bounds bounds) throws IOException {
    if (memory != null) {
      memory.close();
    }
    memory = AnswerMemory.at(new StoreSettings.Place(directory, Optional.empty()));
    answers =
        new AutomaticAnswers(
            "mail.example.org",
            new AwaySettings(AwaySettings.By.US, bounds),
            Language.ENGLISH,
            absences,
            memory,
            router,
            book(),
            this::owns,
            new OwnMail(router, message -> message, new Queue(), () -> now, random),
            () -> now,
            random,
            Runnable::run);
  }

  private boolean owns(String user, MailAddress address) {
    String text = address.text();
    return text.equalsIgnoreCase(user)
        || aliases.getOrDefault(text, List.of()).contains(user)
        || roles.getOrDefault(text, List.of()).contains(user);
  }

  private final class Queue implements MailQueue {
    @Override
    public BodyStage stage() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<QueueId> enqueue(NewMessage message) {
      sent.add(message);
      return CompletableFuture.completedFuture(message.id());
    }

    @Override
    public boolean full() {
      return false;
    }
  }

  static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  static Absence away(String user, String from, Optional<String> end) {
    return new Absence(
        UserName.parse(user).orElseThrow(),
        Absence.Kind.AWAY,
        LocalDate.parse(from),
        end.map(LocalDate::parse),
        Absence.USUAL_DAYS,
        Optional.empty(),
        "I am away until 4 January.\n\nÀ bientôt, Alice");
  }

  static AnsweredMail mail(String from, String to, String... header) {
    return new AnsweredMail(
        from.isEmpty() ? ReversePath.Null.NULL : new ReversePath.Of(address(from)),
        List.of(address(to)),
        MessageHeader.parse((String.join("\r\n", header) + "\r\n\r\n").getBytes(UTF_8)),
        true);
  }

  /// Whether a message is answered.
  boolean answered(AnsweredMail mail) {
    int before = sent.size();
    answers.answerLater(mail);
    return sent.size() > before;
  }

  /// Delivers what was sent to a user here as if it came in again.
  boolean answeredAgain(NewMessage answer) {
    String to = answer.envelopes().getFirst().recipients().getFirst().address().text();
    return answered(
        new AnsweredMail(
            answer.envelopes().getFirst().reversePath(),
            List.of(address(to)),
            MessageHeader.parse(answer.header()),
            true));
  }

  /// A message as it was sent.
  static Entity entity(NewMessage message) throws IOException {
    try (InputStream in = message.body().open()) {
      return Entity.of(MessageHeader.parse(message.header()), in.readAllBytes());
    }
  }

  static String field(NewMessage message, String name) {
    return MessageHeader.parse(message.header())
        .first(name)
        .map(field -> field.unfolded().strip())
        .orElse("");
  }

  static List<String> lines(NewMessage message) {
    return new String(message.header(), ISO_8859_1).lines().toList();
  }

  Resolution resolve(String address) {
    return router.resolve(address(address));
  }

  @Override
  public void close() {
    memory.close();
  }
}
