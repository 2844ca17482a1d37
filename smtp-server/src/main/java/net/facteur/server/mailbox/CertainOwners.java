package net.facteur.server.mailbox;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Recipient;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Makes no mailbox for somebody who may not exist. Reports of our own are queued while a directory
/// of accounts is silent, on their way to a mailbox that nobody may have; so whose first mail it is
/// is asked for once more.
public final class CertainOwners implements DeliveryAgent {
  private static final Logger LOG = LogManager.getLogger(CertainOwners.class);

  private final DeliveryAgent mailboxes;
  private final MaildirPath paths;
  private final UnaryOperator<String> names;
  private final Router router;

  /// @param mailboxes stores mail
  /// @param names the name that a user has now, by the one that stands in the queue
  /// @param router knows whose mailbox it is; asked on the thread of the attempt, which may wait
  public CertainOwners(
      DeliveryAgent mailboxes,
      MailboxSettings settings,
      UnaryOperator<String> names,
      Router router) {
    this.names = names;
    this.mailboxes = mailboxes;
    this.paths = new MaildirPath(settings.base());
    this.router = router;
  }

  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    Optional<String> user = firstMailOf(attempt);
    if (user.isEmpty()) {
      return mailboxes.deliver(attempt);
    }
    String name = user.get();
    int at = name.lastIndexOf('@');
    var address = new MailAddress(name.substring(0, at), name.substring(at + 1));
    router.prepare(address).toCompletableFuture().join();
    return switch (router.resolve(address)) {
      case Resolution.Routed(List<Resolution.End> ends) -> routed(attempt, name, ends);
      case Resolution.Undecided _, Resolution.Misconfigured _ ->
          each(
              attempt,
              new DeliveryOutcome.Deferred(
                  EnhancedStatusCode.of(4, 3, 0),
                  "nobody can say now whose mailbox it is",
                  Optional.empty(),
                  false,
                  Optional.empty()));
      case Resolution.UnknownUser _, Resolution.Rests _, Resolution.BadDomain _ ->
          nobody(attempt, name);
    };
  }

  /// Whose mailbox would have to be made for it.
  private Optional<String> firstMailOf(DeliveryAttempt attempt) {
    Optional<String> user =
        switch (NextHop.parse(attempt.destination())) {
          case Parsed.Ok<NextHop>(NextHop.Maildir(String name)) -> Optional.of(name);
          case Parsed.Ok<NextHop>(NextHop.Junk(String name)) -> Optional.of(name);
          case Parsed.Ok<NextHop> _, Parsed.Malformed<NextHop> _ -> Optional.empty();
        };
    return user.map(names)
        .filter(
            name -> {
              Optional<Path> path = paths.of(name);
              return path.isPresent() && !new Maildir(path.get()).exists();
            });
  }

  private Map<Recipient, DeliveryOutcome> routed(
      DeliveryAttempt attempt, String name, List<Resolution.End> ends) {
    List<String> owners = ends.stream().flatMap(end -> end.user().stream()).toList();
    if (owners.contains(name)) {
      return mailboxes.deliver(attempt);
    }
    if (ends.size() != 1 || !(ends.getFirst().hop() instanceof NextHop.Maildir maildir)) {
      return nobody(attempt, name);
    }
    LOG.info("mailbox user={} result=redirected to={}", name, maildir.user());
    return mailboxes.deliver(attempt.at(maildir.destination()));
  }

  private static Map<Recipient, DeliveryOutcome> nobody(DeliveryAttempt attempt, String name) {
    LOG.warn("mailbox user={} result=unknown", name);
    return each(
        attempt,
        new DeliveryOutcome.Failed(
            EnhancedStatusCode.of(5, 1, 1), "no such mailbox", Optional.empty()));
  }

  private static Map<Recipient, DeliveryOutcome> each(
      DeliveryAttempt attempt, DeliveryOutcome outcome) {
    var outcomes = new HashMap<Recipient, DeliveryOutcome>();
    attempt.recipients().forEach(recipient -> outcomes.put(recipient, outcome));
    return outcomes;
  }
}
