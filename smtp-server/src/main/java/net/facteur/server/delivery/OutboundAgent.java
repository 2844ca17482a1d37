package net.facteur.server.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Recipient;
import net.facteur.server.delivery.Candidate.Endpoint;
import net.facteur.server.routing.NextHop;

/// The delivery agent of the server: reads the destination and uses the transport it names. Keeps
/// connections for reuse until it is closed.
public final class OutboundAgent implements DeliveryAgent, AutoCloseable {
  private static final Duration WATCHDOG_TICK = Duration.ofMillis(250);

  private static final DeliveryOutcome DISCARDED =
      new DeliveryOutcome.Delivered(
          EnhancedStatusCode.of(2, 1, 5),
          "250 2.1.5 thrown away, as this address is set",
          Optional.empty(),
          false,
          false);

  private final DeliverySettings settings;
  private final Ways ways;
  private final UnaryOperator<Journey.Carrier> counted;
  private final DeliveryAgent mailboxes;
  private final ConnectionPool pool;
  private final SessionOpener opener;
  private final HostWalk walk;
  private final Doubts doubts = new Doubts();

  /// An agent that sends everything as it is queued.
  ///
  /// @param mailboxes gets every attempt at `maildir:` destinations
  public OutboundAgent(
      DeliverySettings settings,
      Resolver resolver,
      OutboundTls tls,
      DeliveryAgent mailboxes,
      RandomGenerator random) {
    this(settings, resolver, tls, mailboxes, Ways.AS_QUEUED, random);
  }

  /// @param mailboxes gets every attempt at `maildir:` destinations
  /// @param ways says how mail for elsewhere goes
  public OutboundAgent(
      DeliverySettings settings,
      Resolver resolver,
      OutboundTls tls,
      DeliveryAgent mailboxes,
      Ways ways,
      RandomGenerator random) {
    this(settings, resolver, tls, mailboxes, ways, UnaryOperator.identity(), random);
  }

  /// @param counted the same carrier of each way, watched
  public OutboundAgent(
      DeliverySettings settings,
      Resolver resolver,
      OutboundTls tls,
      DeliveryAgent mailboxes,
      Ways ways,
      UnaryOperator<Journey.Carrier> counted,
      RandomGenerator random) {
    this.settings = settings;
    this.counted = counted;
    this.ways = ways;
    this.mailboxes = mailboxes;
    this.pool = new ConnectionPool(settings.reuse(), settings.timeouts().quit());
    this.opener = new SessionOpener(settings, tls, new Watchdog(WATCHDOG_TICK), random);
    this.walk = new HostWalk(settings, tls.policy(), new MxLookup(resolver, settings, random));
  }

  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    return switch (NextHop.parse(attempt.destination())) {
      case Parsed.Malformed<NextHop> _ ->
          all(attempt, Failure.of(5, 3, 5, "unknown destination " + attempt.destination()));
      case Parsed.Ok<NextHop>(NextHop hop) -> deliver(attempt, hop);
    };
  }

  private Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt, NextHop hop) {
    return switch (hop) {
      case NextHop.Maildir _, NextHop.Junk _ -> mailboxes.deliver(attempt);
      case NextHop.Nowhere(NextHop.Nowhere.Reason reason) -> all(attempt, nowhere(reason));
      case NextHop.ToList _, NextHop.ToMembers _ ->
          all(attempt, Failure.of(4, 3, 5, "lists are not served now"));
      case NextHop.Discard() -> discarded(attempt);
      case NextHop.Refused(EnhancedStatusCode status, String why) ->
          all(attempt, Failure.of(status.category(), status.subject(), status.detail(), why));
      case NextHop.Mx _, NextHop.Literal _, NextHop.Relay _ -> abroad(attempt, hop);
      case NextHop.LmtpHost _, NextHop.LmtpSocket _ -> queued(attempt, hop);
      case NextHop.LmtpJunk(MailAddress mailbox, NextHop server) ->
          renamed(attempt, mailbox, server);
    };
  }

  /// By one way, and by another if the first one leads nowhere.
  private Map<Recipient, DeliveryOutcome> abroad(DeliveryAttempt attempt, NextHop hop) {
    return new Journey(counted.apply((way, part) -> by(way, part, hop)))
        .make(attempt, ways.begin(attempt, hop, walk::exchangers));
  }

  private Map<Recipient, DeliveryOutcome> by(Way way, DeliveryAttempt attempt, NextHop hop) {
    return switch (way) {
      case Way.AsQueued _ -> queued(attempt, hop);
      case Way.Exchangers exchangers -> exchangers(attempt, hop, exchangers);
      case Way.Host host ->
          visited(attempt, courier -> walk.relay(courier, host, ways::isOurselves));
      case Way.Lmtp(String _, NextHop server) -> queued(attempt, server);
    };
  }

  private Map<Recipient, DeliveryOutcome> queued(DeliveryAttempt attempt, NextHop hop) {
    return switch (hop) {
      case NextHop.Mx(DomainName domain) ->
          visited(attempt, courier -> walk.mx(courier, demand(attempt), domain));
      case NextHop.Literal(String literal) ->
          visited(attempt, courier -> walk.literal(courier, literal));
      case NextHop.Relay(String host, int port) ->
          visited(attempt, courier -> walk.relay(courier, host, port));
      case NextHop.LmtpHost(String host, int port) ->
          visited(attempt, courier -> walk.lmtp(courier, host, port));
      case NextHop.LmtpSocket(String path) ->
          visited(
              attempt,
              courier -> courier.offer(Candidate.lmtp(new Endpoint.Socket(path), List.of())));
      case NextHop.Maildir _,
          NextHop.Junk _,
          NextHop.Nowhere _,
          NextHop.ToList _,
          NextHop.ToMembers _,
          NextHop.Discard _,
          NextHop.Refused _,
          NextHop.LmtpJunk _ ->
          throw new IllegalArgumentException("no host: " + hop);
    };
  }

  /// By the mail exchangers of each domain, where the queue's destination names a host for several.
  private Map<Recipient, DeliveryOutcome> exchangers(
      DeliveryAttempt attempt, NextHop hop, Way.Exchangers way) {
    return switch (hop) {
      case NextHop.Mx(DomainName domain) ->
          visited(attempt, courier -> walk.mx(courier, demand(attempt), domain, way));
      case NextHop.Literal(String literal) ->
          visited(attempt, courier -> walk.literal(courier, literal, way));
      case NextHop.Relay _ -> {
        var byDomain = new LinkedHashMap<String, List<Recipient>>();
        for (Recipient recipient : attempt.recipients()) {
          byDomain
              .computeIfAbsent(Ascii.lower(recipient.address().domain()), _ -> new ArrayList<>())
              .add(recipient);
        }
        var outcomes = new HashMap<Recipient, DeliveryOutcome>();
        byDomain.forEach(
            (domain, recipients) -> outcomes.putAll(domain(attempt.with(recipients), domain, way)));
        yield outcomes;
      }
      case NextHop.Maildir _,
          NextHop.Junk _,
          NextHop.LmtpSocket _,
          NextHop.LmtpHost _,
          NextHop.LmtpJunk _,
          NextHop.Nowhere _,
          NextHop.ToList _,
          NextHop.ToMembers _,
          NextHop.Discard _,
          NextHop.Refused _ ->
          throw new IllegalArgumentException("no host of others: " + hop);
    };
  }

  private Map<Recipient, DeliveryOutcome> domain(
      DeliveryAttempt attempt, String domain, Way.Exchangers way) {
    if (domain.startsWith("[")) {
      return visited(attempt, courier -> walk.literal(courier, domain, way));
    }
    return switch (DomainName.parse(domain)) {
      case Parsed.Ok<DomainName>(DomainName name) ->
          visited(attempt, courier -> walk.mx(courier, demand(attempt), name, way));
      case Parsed.Malformed<DomainName> _ ->
          all(attempt, Failure.of(5, 1, 2, "the domain cannot be one"));
    };
  }

  private static Map<Recipient, DeliveryOutcome> discarded(DeliveryAttempt attempt) {
    var out = new HashMap<Recipient, DeliveryOutcome>();
    attempt.recipients().forEach(r -> out.put(r, DISCARDED));
    return out;
  }

  /// Delivers to another address than that by which the recipients are known here.
  private Map<Recipient, DeliveryOutcome> renamed(
      DeliveryAttempt attempt, MailAddress mailbox, NextHop server) {
    var there = new HashMap<Recipient, Recipient>();
    for (Recipient recipient : attempt.recipients()) {
      there.put(
          recipient,
          new Recipient(
              mailbox,
              server.destination(),
              recipient.notifyOn(),
              recipient.originalRecipient(),
              recipient.forwarders()));
    }
    Map<Recipient, DeliveryOutcome> outcomes =
        deliver(
            attempt.at(server.destination()).with(List.copyOf(Set.copyOf(there.values()))), server);
    var out = new HashMap<Recipient, DeliveryOutcome>();
    there.forEach(
        (here, named) ->
            Optional.ofNullable(outcomes.get(named)).ifPresent(outcome -> out.put(here, outcome)));
    return out;
  }

  private Map<Recipient, DeliveryOutcome> visited(
      DeliveryAttempt attempt, Consumer<CandidateDelivery> way) {
    var courier = new CandidateDelivery(attempt, settings, opener, pool, doubts);
    way.accept(courier);
    return courier.outcomes();
  }

  private static Failure nowhere(NextHop.Nowhere.Reason reason) {
    return switch (reason) {
      case UNKNOWN -> Failure.of(5, 1, 1, "there is no such mailbox here");
      // RFC 3463, section 3.5: routing loop detected
      case LOOP -> Failure.of(5, 4, 6, "the message came back to an address that had passed it on");
    };
  }

  /// RFC 8689, section 4.1: REQUIRETLS goes before the header field.
  private static TlsPolicy.Demand demand(DeliveryAttempt attempt) {
    if (attempt.traits().requireTls()) {
      return TlsPolicy.Demand.REQUIRE_TLS;
    }
    return TlsRequiredField.saysNo(attempt.content().header())
        ? TlsPolicy.Demand.TLS_OPTIONAL
        : TlsPolicy.Demand.NONE;
  }

  private static Map<Recipient, DeliveryOutcome> all(DeliveryAttempt attempt, Failure failure) {
    var out = new HashMap<Recipient, DeliveryOutcome>();
    attempt.recipients().forEach(r -> out.put(r, failure.outcome()));
    return out;
  }

  /// Ends the idle connections. Attempts under way go on, within their time limits.
  @Override
  public void close() {
    pool.close();
  }
}
