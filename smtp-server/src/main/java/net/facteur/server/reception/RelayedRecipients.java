package net.facteur.server.reception;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.server.delivery.RecipientProbe.Said;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.RelayDomain;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Which recipients there are in domains of others that we relay for. Whoever takes mail for
/// addresses that do not exist has to send reports about it later, to senders whom a forger chose.
///
/// Where the settings have no list, the domain's own server is asked at RCPT, and what it says is
/// remembered. Where it cannot be asked, mail is taken, since that is when a backup is needed; but
/// of such a recipient nobody is sure, and only proven senders get reports.
final class RelayedRecipients {
  private static final Logger LOG = LogManager.getLogger(RelayedRecipients.class);

  /// What is remembered of addresses that are there, and of those that are not: these may be made
  /// meanwhile.
  private static final Duration KNOWN = Duration.ofDays(1);

  private static final Duration UNKNOWN = Duration.ofMinutes(15);

  /// How long a server that could not be asked is left alone.
  private static final Duration SILENT = Duration.ofMinutes(1);

  /// A client is not kept waiting for longer.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int MAX_REMEMBERED = 100_000;

  /// Questions to one server at the same time, and how long one more waits for its turn.
  private static final int AT_ONCE = 4;

  private static final Duration TURN = Duration.ofSeconds(10);

  private static final SmtpReply TAKEN = SmtpReply.of(250, 2, 1, 5, "Ok");
  private static final String NO_MAILBOX =
      "The server of this domain takes no mail for this address";
  private static final SmtpReply MISLED =
      SmtpReply.of(451, 4, 3, 5, "The way to this domain is not set up rightly here");

  private final Router router;
  private final PrimaryServer primary;
  private final InstantSource clock;
  private final Executor workers;
  private final Duration turn;
  private final Cache<MailAddress, Said> remembered;
  private final Map<NextHop, Instant> silentUntil = new ConcurrentHashMap<>();
  private final Map<NextHop, Semaphore> turns = new ConcurrentHashMap<>();

  RelayedRecipients(Router router, PrimaryServer primary, InstantSource clock, Executor workers) {
    this(router, primary, clock, workers, TURN);
  }

  /// @param turn how long a question waits for those before it
  RelayedRecipients(
      Router router, PrimaryServer primary, InstantSource clock, Executor workers, Duration turn) {
    this.router = router;
    this.primary = primary;
    this.clock = clock;
    this.workers = workers;
    this.turn = turn;
    this.remembered =
        Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfter(
                Expiry.<MailAddress, Said>writing(
                    (_, said) -> said instanceof Said.Yes ? KNOWN : UNKNOWN))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  /// The reply to RCPT for an address that is routed.
  CompletionStage<SmtpReply> reply(MailAddress address) {
    return router
        .relayed(address)
        .filter(relayed -> relayed.recipients() instanceof RelayDomain.Recipients.Asked)
        .map(relayed -> asked(relayed.hop(), address))
        .orElseGet(() -> CompletableFuture.completedFuture(TAKEN));
  }

  /// True where the address is surely there: ours, listed, or its server said so.
  boolean sure(MailAddress address) {
    return router
        .relayed(address)
        .map(
            relayed ->
                switch (relayed.recipients()) {
                  case RelayDomain.Recipients.Listed _ -> true;
                  case RelayDomain.Recipients.Any _ -> false;
                  case RelayDomain.Recipients.Asked _ ->
                      remembered.getIfPresent(key(address)) instanceof Said.Yes;
                })
        .orElse(true);
  }

  private CompletionStage<SmtpReply> asked(NextHop hop, MailAddress address) {
    Said known = remembered.getIfPresent(key(address));
    if (known != null) {
      return CompletableFuture.completedFuture(reply(known, address));
    }
    if (silent(hop)) {
      return CompletableFuture.completedFuture(TAKEN);
    }
    return CompletableFuture.supplyAsync(() -> inTurn(hop, address), workers)
        .completeOnTimeout(
            Optional.of(new Said.Nothing("no answer in time", false)),
            PATIENCE.toSeconds(),
            TimeUnit.SECONDS)
        .thenApply(
            said -> {
              said.ifPresent(words -> remember(words, hop, address));
              return said.map(words -> reply(words, address)).orElse(SmtpReply.LATER);
            });
  }

  /// What the server says; empty where too many others wait for it.
  private Optional<Said> inTurn(NextHop hop, MailAddress address) {
    Semaphore places = turns.computeIfAbsent(hop, _ -> new Semaphore(AT_ONCE));
    try {
      if (!places.tryAcquire(turn.toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    try {
      return Optional.of(primary.ask(hop, address));
    } finally {
      places.release();
    }
  }

  private void remember(Said said, NextHop hop, MailAddress address) {
    switch (said) {
      case Said.Yes _, Said.No _ -> remembered.put(key(address), said);
      case Said.Nothing(String _, boolean down) -> {
        if (down) {
          silentUntil.put(hop, clock.instant().plus(SILENT));
        }
      }
      case Said.NoHost _ -> {}
    }
  }

  private boolean silent(NextHop hop) {
    Instant until = silentUntil.get(hop);
    return until != null && clock.instant().isBefore(until);
  }

  private static SmtpReply reply(Said said, MailAddress address) {
    return switch (said) {
      case Said.Yes _ -> TAKEN;
      case Said.No(EnhancedStatusCode status, String reply) -> {
        LOG.info(
            "relay to=<{}> result=unknown reply=\"{}\"", address, StrangerText.of(reply).inLog());
        yield status.subject() == 0
            ? SmtpReply.of(550, 5, 1, 1, NO_MAILBOX)
            : SmtpReply.of(550, 5, status.subject(), status.detail(), NO_MAILBOX);
      }
      case Said.Nothing(String why, boolean _) -> {
        LOG.info(
            "relay to=<{}> result=taken-unasked reason=\"{}\"",
            address,
            StrangerText.of(why).inLog());
        yield TAKEN;
      }
      case Said.NoHost(String why) -> {
        LOG.error("relay to=<{}> problem=\"{}\"", address, StrangerText.of(why).inLog());
        yield MISLED;
      }
    };
  }

  /// The local part as it is: only its own server may know what case means there.
  private static MailAddress key(MailAddress address) {
    return new MailAddress(address.localPart(), address.domain().toLowerCase(Locale.ROOT));
  }
}
