package net.facteur.server.away;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import net.facteur.auth.message.AddressList;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.server.accounts.UserName;
import net.facteur.server.automatic.AutomaticMail;
import net.facteur.server.language.Language;
import net.facteur.server.notices.OwnMail;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Answers in place of users who are away, and of those who left. Safe for use by many threads.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3834 RFC 3834: recommendations for automatic responses
/// @spec https://www.rfc-editor.org/rfc/rfc5230 RFC 5230: vacation
public final class AutomaticAnswers implements Answering {
  private static final Logger LOG = LogManager.getLogger(AutomaticAnswers.class);

  /// Addresses of To and Cc that are looked at.
  private static final int MAX_NAMED = 200;

  private static final List<String> NAMING = List.of("To", "Cc", "Resent-To", "Resent-Cc");

  private final String hostname;
  private final AwaySettings settings;
  private final Language language;
  private final AbsenceStore absences;
  private final AnswerMemory memory;
  private final Router router;
  private final AddressBook roles;
  private final Owners owners;
  private final OwnMail mail;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Executor workers;

  /// Whose addresses there are.
  @FunctionalInterface
  public interface Owners {
    /// True where the address is the user's: the own one, an alias, a role.
    boolean has(String user, MailAddress address);
  }

  /// @param language of the subject where a message has none
  /// @param roles addresses of duties, each of which is its holders' own
  /// @param workers answer behind the reply to the client
  public AutomaticAnswers(
      String hostname,
      AwaySettings settings,
      Language language,
      AbsenceStore absences,
      AnswerMemory memory,
      Router router,
      AddressBook roles,
      Owners owners,
      OwnMail mail,
      InstantSource clock,
      RandomGenerator random,
      Executor workers) {
    this.hostname = hostname;
    this.settings = settings;
    this.language = language;
    this.absences = absences;
    this.memory = memory;
    this.router = router;
    this.roles = roles;
    this.owners = owners;
    this.mail = mail;
    this.clock = clock;
    this.random = random;
    this.workers = workers;
  }

  @Override
  public boolean left(MailAddress address) {
    return !absences.none() && name(address).filter(absences::left).isPresent();
  }

  @Override
  public void answerLater(AnsweredMail message) {
    if (absences.none() || message.recipients().isEmpty()) {
      return;
    }
    try {
      workers.execute(() -> answer(message));
    } catch (RejectedExecutionException _) {
      LOG.debug("the server stops");
    }
  }

  /// Answers in place of each user who is away among the recipients.
  void answer(AnsweredMail message) {
    Optional<String> never = suppressed(message);
    away(message)
        .forEach(
            user -> {
              try {
                String what = never.orElseGet(() -> answer(message, user));
                LOG.info(
                    "away user={} to=<{}> result=\"{}\"", user, message.reversePath().text(), what);
              } catch (RuntimeException e) {
                LOG.error("away user={} result=failed", user, e);
              }
            });
  }

  private static Optional<String> suppressed(AnsweredMail message) {
    return AutomaticMail.why(message.reversePath(), message.header())
        .or(() -> message.authenticated() ? Optional.empty() : Optional.of("not authenticated"));
  }

  /// Who is away among those to whom the message goes.
  private Set<UserName> away(AnsweredMail message) {
    Set<UserName> found = new LinkedHashSet<>();
    for (MailAddress recipient : message.recipients()) {
      name(recipient)
          .filter(its -> absences.present(its, Absence.Kind.LEFT).isPresent())
          .ifPresent(found::add);
      if (settings.by() == AwaySettings.By.US
          && router.resolve(recipient) instanceof Resolution.Routed(List<Resolution.End> ends)) {
        ends.stream()
            .flatMap(end -> end.user().stream())
            .flatMap(user -> UserName.parse(user).stream())
            .filter(user -> absences.present(user, Absence.Kind.AWAY).isPresent())
            .forEach(found::add);
      }
    }
    return found;
  }

  /// @return what came of it, for the log
  private String answer(AnsweredMail message, UserName user) {
    Optional<Absence> absence = absences.find(user).filter(its -> its.counts(absences.today()));
    if (absence.isEmpty() || !(message.reversePath() instanceof ReversePath.Of(MailAddress to))) {
      return "over";
    }
    if (same(to, user) || owners.has(user.text(), to)) {
      return "the sender is the same";
    }
    Optional<MailAddress> named =
        switch (absence.get().kind()) {
          case AWAY -> named(message).filter(address -> isOwn(user, address)).findFirst();
          case LEFT -> named(message).filter(address -> same(address, user)).findFirst();
        };
    // RFC 5230, section 4.5: not where the recipient is not named
    return named
        .map(from -> answer(message, absence.get(), from, to))
        .orElse("not named in To or Cc");
  }

  private String answer(AnsweredMail message, Absence absence, MailAddress from, MailAddress to) {
    String account = absence.user().text();
    String sender = Ascii.lower(to.text()) + "\0" + absence.version();
    Instant now = clock.instant();
    try {
      return switch (memory.claim(account, sender, absence.days(), settings.bounds(), now)) {
        case ANSWERED -> "answered lately";
        case BOUNDED -> "as many answers as may be in a day";
        case ANSWER -> {
          if (post(message, absence, from, to, now)) {
            yield "answered";
          }
          memory.forget(account, sender);
          yield "not queued";
        }
      };
    } catch (IOException e) {
      LOG.error("away user={} reason=\"{}\"", account, e.getMessage());
      return "nobody knows whether it was answered before";
    }
  }

  private boolean post(
      AnsweredMail message, Absence absence, MailAddress from, MailAddress to, Instant now) {
    QueueId id = QueueId.next(clock, random);
    Answer answer =
        Answer.of(
            id,
            hostname,
            from,
            to,
            message.header(),
            absence.text(),
            AwayTexts.SAY.noSubject().in(language),
            now);
    boolean ascii = Ascii.isAscii(from.text()) && Ascii.isAscii(to.text());
    var traits =
        new MessageTraits(
            MessageTraits.Body.SEVEN_BIT,
            !ascii,
            false,
            Optional.empty(),
            Optional.empty(),
            MessageTraits.Priority.NORMAL);
    // RFC 3834, section 3.3: the null reverse-path, so that nothing ever answers it
    return mail.post(
        id,
        ReversePath.Null.NULL,
        to,
        answer.header(),
        answer.body(),
        traits,
        "away",
        OwnMail.Unsigned.SENT);
  }

  @Override
  public Leave leave(AnsweredMail message) {
    Optional<String> never = suppressed(message);
    Optional<UserName> user =
        message.recipients().stream().flatMap(r -> name(r).stream()).findFirst();
    String what = never.orElseGet(() -> user.map(its -> answer(message, its)).orElse("over"));
    LOG.info(
        "away left={} to=<{}> result=\"{}\"",
        user.map(UserName::text).orElse("-"),
        message.reversePath().text(),
        what);
    return what.equals("answered") ? Leave.ANSWERED : Leave.REFUSED;
  }

  private static Stream<MailAddress> named(AnsweredMail message) {
    return NAMING.stream()
        .flatMap(name -> message.header().all(name).stream())
        .flatMap(
            field ->
                AddressList.parse(field.value()) instanceof Parsed.Ok<AddressList>(AddressList all)
                    ? all.mailboxes().stream()
                    : Stream.empty())
        .limit(MAX_NAMED)
        .filter(its -> !Ascii.hasControl(its.localPart()) && !Ascii.hasControl(its.domain()))
        .map(its -> new MailAddress(its.localPart(), its.domain()));
  }

  /// True for an address that is the user's own: mail to it comes to the user, it may be written
  /// as, and it is not that of many. A role is its holders' own.
  private boolean isOwn(UserName user, MailAddress address) {
    if (same(address, user)) {
      return true;
    }
    if (!owners.has(user.text(), address)
        || !(router.resolve(address) instanceof Resolution.Routed(List<Resolution.End> ends))
        || ends.stream().noneMatch(end -> end.user().filter(user.text()::equals).isPresent())) {
      return false;
    }
    boolean role =
        name(address).filter(its -> roles.now().aliases().containsKey(its.text())).isPresent();
    return role
        || ends.stream()
            .allMatch(
                end ->
                    end.user().filter(user.text()::equals).isPresent()
                        || end.forwarders().stream().anyMatch(by -> same(by, user)));
  }

  private static boolean same(MailAddress address, UserName user) {
    return name(address).filter(user::equals).isPresent();
  }

  private static Optional<UserName> name(MailAddress address) {
    return UserName.parse(address.text());
  }
}
