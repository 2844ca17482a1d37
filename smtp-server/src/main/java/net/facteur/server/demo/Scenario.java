package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Text;

/// Sends the messages of the trial one after the other and tells the way of each.
final class Scenario {
  /// A loopback address that stands in no SPF record.
  private static final int FORGER = 66;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOG_LAG = Duration.ofMillis(500);
  private static final Duration POLL = Duration.ofMillis(10);
  private static final Pattern QUEUED_AS = Pattern.compile("queued as (\\w+)");

  private final Stage stage;
  private final Screen screen;
  private final Consumer<ArrivedMessage> keeper;
  private final InstantSource clock;
  private final RandomGenerator random;
  private Optional<ArrivedMessage> honest = Optional.empty();

  /// @param keeper gets every message that arrives
  Scenario(
      Stage stage,
      Screen screen,
      Consumer<ArrivedMessage> keeper,
      InstantSource clock,
      RandomGenerator random) {
    this.stage = stage;
    this.screen = screen;
    this.keeper = keeper;
    this.clock = clock;
    this.random = random;
  }

  /// Runs one trial.
  Outcome run(Trial trial) throws IOException, InterruptedException {
    screen.title(
        Text.joined(
            ". ",
            List.of(Text.of(Integer.toString(trial.number())), Text.capitalised(trial.title()))));
    Outcome outcome =
        switch (trial) {
          case HONEST -> submit(trial, stage.association(), stage.correspondent());
          case ANSWER -> submit(trial, stage.correspondent(), stage.association());
          case ALTERED -> altered();
          case WRONG_ADDRESS -> forge(trial, forged(trial));
          case REVOKED_KEY ->
              forge(trial, stage.association().site().keys().signRevoked(forged(trial), clock));
        };
    screen.verdict(outcome.passed(), sentence(outcome));
    return outcome;
  }

  private static Text sentence(Outcome outcome) {
    if (!outcome.passed()) {
      return Text.joined("; ", outcome.faults());
    }
    return outcome.trial().honest() ? SAY.everyCheckPassed() : SAY.seenThrough();
  }

  private String words(Text text) {
    return text.in(screen.language());
  }

  /// As a user's mail program: STARTTLS, certificate verified, AUTH.
  private Outcome submit(Trial trial, Stage.Actor from, Stage.Actor to)
      throws IOException, InterruptedException {
    Party.Login sender = from.party().user();
    Party.Login receiver = to.party().user();
    TrialMail mail =
        TrialMail.compose(
            sender.address(),
            receiver.address(),
            words(SAY.mailSubject()),
            words(SAY.mailDear(receiver.name()))
                + "\n\n"
                + words(SAY.mailMeet())
                + "\n\n"
                + sender.name()
                + "\n",
            clock,
            random);
    MailClient.Reply reply;
    String protocol;
    try (MailClient client =
        MailClient.connect(from.party().submission(), Optional.empty(), "[127.0.0.1]")) {
      protocol = client.startTls(stage.trust(), from.party().host().text());
      client.authenticate(sender.address(), sender.password());
      reply = client.send(sender.address(), receiver.address(), mail.octets());
    }
    String host = to.party().host().text();
    if (!reply.positive()) {
      screen.step(SAY.wordRefused(), Text.of(reply.toString()));
      return Outcome.refused(trial, reply.toString(), host);
    }
    screen.step(
        SAY.wordAccepted(),
        SAY.accepted(
            sender.address(), from.party().host(), from.party().ports().submission(), protocol));
    Outcome outcome = await(trial, reply, to, m -> isSame(m, mail));
    if (trial == Trial.HONEST) {
      honest = outcome.arrived();
    }
    return outcome;
  }

  private static boolean isSame(ArrivedMessage message, TrialMail mail) {
    return message.field("Message-ID").equals(Optional.of(mail.messageId()));
  }

  /// What arrived, signature and all, with one word changed.
  private Outcome altered() throws IOException, InterruptedException {
    String host = stage.correspondent().party().host().text();
    if (honest.isEmpty()) {
      screen.step(SAY.wordNotSent(), SAY.nothingToAlter());
      return Outcome.lost(Trial.ALTERED, host);
    }
    ArrivedMessage original = honest.get();
    var header = new StringBuilder();
    boolean own = false;
    for (var field : original.header().fields()) {
      // What the receiver put on top of the signature is not part of the message.
      own |= field.is("DKIM-Signature");
      if (own) {
        header.append(new String(field.raw(), java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    String body = original.body().replace(words(SAY.mailMeet()), words(SAY.mailMeetAltered()));
    return forge(
        Trial.ALTERED,
        new TrialMail(original.field("Message-ID").orElse("-"), header.toString(), body));
  }

  private TrialMail forged(Trial trial) {
    Party.Login victim = stage.association().party().user();
    return TrialMail.compose(
        victim.address(),
        stage.correspondent().party().user().address(),
        words(trial == Trial.WRONG_ADDRESS ? SAY.mailPayToday() : SAY.mailPayAtOnce()),
        words(SAY.mailAccount()) + "\n",
        clock,
        random);
  }

  /// As somebody who is neither: straight to the correspondent, in the name of the association.
  private Outcome forge(Trial trial, TrialMail mail) throws IOException, InterruptedException {
    Party.Login victim = stage.association().party().user();
    Stage.Actor to = stage.correspondent();
    String host = to.party().host().text();
    var source = Stage.loopback(FORGER);
    screen.step(SAY.wordSent(), SAY.sentAs(victim.address(), source.getHostAddress()));
    MailClient.Reply reply;
    try (MailClient client =
        MailClient.connect(to.party().reception(), Optional.of(source), "forger.test")) {
      if (client.offers("STARTTLS")) {
        client.startTls(stage.trust(), host);
      }
      reply = client.send(victim.address(), to.party().user().address(), mail.octets());
    }
    if (!reply.positive()) {
      screen.step(SAY.wordRefused(), SAY.refusedBy(host, reply.toString()));
      return Outcome.refused(trial, reply.toString(), host);
    }
    return await(trial, reply, to, m -> isSame(m, mail) && m.body().equals(mail.body()));
  }

  private Outcome await(
      Trial trial, MailClient.Reply reply, Stage.Actor to, Predicate<ArrivedMessage> isIt)
      throws IOException, InterruptedException {
    Matcher queued = QUEUED_AS.matcher(reply.toString());
    String host = to.party().host().text();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      showEvents();
      for (ArrivedMessage message : arrivals(to)) {
        if (isIt.test(message)) {
          showRest(to.party());
          show(message, host);
          return Outcome.arrived(trial, message, host);
        }
      }
      for (Stage.Actor actor : stage.actors()) {
        if (!actor.server().alive()) {
          throw new ToldException(SAY.serverEnded(actor.party().host()));
        }
      }
      Thread.sleep(POLL);
    }
    screen.step(SAY.wordLost(), SAY.notInMailbox(PATIENCE.toSeconds()));
    if (queued.find()) {
      screen.step(Text.nothing(), SAY.queueId(queued.group(1)));
    }
    return Outcome.lost(trial, host);
  }

  private List<ArrivedMessage> arrivals(Stage.Actor actor) throws IOException {
    List<ArrivedMessage> arrived = actor.mailboxes().arrived();
    arrived.forEach(keeper);
    return arrived;
  }

  /// Tells of whatever happens by itself: what testers send, and what comes of it.
  void watch() throws IOException {
    showEvents();
    for (Stage.Actor actor : stage.actors()) {
      for (ArrivedMessage message : arrivals(actor)) {
        show(message, actor.party().host().text());
      }
    }
  }

  private void showEvents() {
    showEvents(Optional.empty());
  }

  /// @return true where the delivery into a mailbox of `last` was among them
  private boolean showEvents(Optional<DomainName> last) {
    boolean found = false;
    for (Optional<Stage.Seen> seen = stage.event(); seen.isPresent(); seen = stage.event()) {
      show(seen.get());
      found |=
          last.equals(Optional.of(seen.get().host()))
              && seen.get().event().kind().equals("attempt");
    }
    return found;
  }

  /// The file is there a moment before the log says so.
  private void showRest(Party receiver) throws InterruptedException {
    long deadline = System.nanoTime() + LOG_LAG.toNanos();
    while (!showEvents(Optional.of(receiver.host())) && System.nanoTime() < deadline) {
      Thread.sleep(POLL);
    }
  }

  private void show(Stage.Seen seen) {
    LogEvent event = seen.event();
    switch (event.kind()) {
      case "queued" -> screen.step(SAY.wordQueued(), SAY.queuedAs(event.id(), seen.host()));
      case "signed" -> screen.step(SAY.wordSigned(), SAY.signedBy(event.get("selectors")));
      default -> screen.step(word(event.get("outcome")), attempt(event));
    }
  }

  private static Text word(String outcome) {
    return switch (outcome) {
      case "delivered" -> SAY.wordDelivered();
      case "failed" -> SAY.wordUndelivered();
      case "expired" -> SAY.wordExpired();
      case "bounced" -> SAY.wordBounced();
      case "removed" -> SAY.wordRemoved();
      case "deferred" -> SAY.wordDeferred();
      case "put-off" -> SAY.wordPutOff();
      default -> Text.of(outcome);
    };
  }

  private static Text attempt(LogEvent event) {
    String remote = event.get("remote");
    return remote.equals("-")
        ? SAY.attempted(event.get("to"), event.get("delay"))
        : SAY.attemptedAt(event.get("to"), remote, event.get("tls"), event.get("delay"));
  }

  private void show(ArrivedMessage message, String host) {
    screen.step(SAY.wordArrived(), SAY.inMailbox(message.mailbox()));
    List<String> signatures = message.signatures();
    screen.step(
        SAY.wordSigned(),
        signatures.isEmpty() ? SAY.signedByNobody() : SAY.signedBy(String.join(", ", signatures)));
    var lines = new ArrayList<String>();
    lines.add(AuthenticationResults.FIELD_NAME + ": " + host);
    message
        .results(host)
        .map(AuthenticationResults::results)
        .orElse(List.of())
        .forEach(
            r ->
                lines.add(
                    "  "
                        + r.method()
                        + "="
                        + r.result()
                        + (r.properties().isEmpty()
                            ? ""
                            : " "
                                + String.join(
                                    " ", r.properties().stream().map(Object::toString).toList()))));
    screen.step(
        SAY.wordResults(), lines.size() == 1 ? SAY.noResultsBy(host) : Text.of(lines.getFirst()));
    lines.stream().skip(1).forEach(line -> screen.step(Text.nothing(), Text.of(line)));
  }
}
