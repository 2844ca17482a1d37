package net.facteur.server.mailbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.routing.NextHop;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Puts mail for `maildir:` destinations into the users' Maildirs.
public final class MaildirAgent implements DeliveryAgent {
  private static final Logger LOG = LogManager.getLogger(MaildirAgent.class);

  /// Messages written at once: each holds a platform thread while the disk syncs.
  private static final int AT_ONCE = 16;

  /// Octets of a report that needs no room under a quota.
  private static final long SMALL_REPORT = 16 << 10;

  /// When to try again where the disk is full.
  private static final Duration RETRY = Duration.ofMinutes(5);

  private static final DeliveryOutcome STORED =
      new DeliveryOutcome.Delivered(
          EnhancedStatusCode.of(2, 1, 5),
          "250 2.1.5 stored in the mailbox",
          Optional.empty(),
          false,
          false);

  private final MailboxSettings settings;
  private final UnaryOperator<String> names;
  private final MailboxQuota quota;
  private final MaildirPath paths;
  private final InstantSource clock;
  private final Semaphore parallel;
  private final AtomicLong deliveries = new AtomicLong();
  private final String run;

  /// @param random makes the names in `tmp` differ from those of an earlier process with the same
  ///   clock and process id
  public MaildirAgent(MailboxSettings settings, InstantSource clock, RandomGenerator random) {
    this(settings, UnaryOperator.identity(), MailboxQuota.UNLIMITED, clock, random);
  }

  /// @param names the name that a user has now, of one that may be an earlier one of theirs
  /// @param quota says whether there is room for one more
  /// @param random makes the names in `tmp` differ from those of an earlier process with the same
  ///   clock and process id
  public MaildirAgent(
      MailboxSettings settings,
      UnaryOperator<String> names,
      MailboxQuota quota,
      InstantSource clock,
      RandomGenerator random) {
    this.names = names;
    this.quota = quota;
    this.settings = settings;
    this.paths = new MaildirPath(settings.base());
    this.clock = clock;
    this.parallel = new Semaphore(AT_ONCE);
    this.run = Long.toHexString(random.nextLong()) + "P" + ProcessHandle.current().pid();
  }

  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    var outcomes = new HashMap<Recipient, DeliveryOutcome>();
    Parsed<NextHop> hop = NextHop.parse(attempt.destination());
    for (Recipient recipient : attempt.recipients()) {
      outcomes.put(
          recipient,
          switch (hop) {
            case Parsed.Ok<NextHop>(NextHop.Maildir(String user)) ->
                deliver(attempt, recipient, user, false);
            case Parsed.Ok<NextHop>(NextHop.Junk(String user)) ->
                deliver(attempt, recipient, user, true);
            case Parsed.Ok<NextHop> _, Parsed.Malformed<NextHop> _ ->
                failed("no mailbox destination");
          });
    }
    return outcomes;
  }

  private DeliveryOutcome deliver(
      DeliveryAttempt attempt, Recipient recipient, String meant, boolean junk) {
    String user = names.apply(meant);
    Optional<Path> path = paths.of(user);
    if (path.isEmpty()) {
      return failed("no mailbox of that name");
    }
    try {
      parallel.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return deferred(EnhancedStatusCode.of(4, 3, 2), "the server is stopping", Optional.empty());
    }
    try {
      return store(attempt, recipient, user, path.get(), junk);
    } catch (IOException e) {
      return trouble(user, e);
    } finally {
      parallel.release();
    }
  }

  private DeliveryOutcome store(
      DeliveryAttempt attempt, Recipient recipient, String user, Path path, boolean junk)
      throws IOException {
    var maildir = new Maildir(path);
    maildir.makeWhole();
    maildir = junk ? junkFolder(path) : folder(path, recipient, user).orElse(maildir);
    String copy = copy(attempt, recipient);
    if (attempt.mayRepeat() && maildir.holds(copy)) {
      LOG.info("stored before id={} user={}", attempt.id(), user);
      return STORED;
    }
    if (path.toFile().getUsableSpace() < settings.reserve() + attempt.content().size()) {
      return full("little disk space is left");
    }
    if (!isSmallReport(attempt) && quota.full(user)) {
      LOG.info("mailbox user={} result=full id={}", user, attempt.id());
      return deferred(EnhancedStatusCode.of(4, 2, 2), "the mailbox is full", Optional.of(RETRY));
    }
    String host = settings.hostName().replace("/", "\\057").replace(":", "\\072");
    Path file =
        maildir.store(
            temporary(host),
            copy + host,
            trace(attempt.reversePath(), recipient),
            attempt.content());
    quota.added(user, attempt.content().size());
    LOG.debug("stored id={} user={} file={}", attempt.id(), user, file.getFileName());
    return STORED;
  }

  /// Reports and warnings, such as that the mailbox is full, reach a full mailbox too. Strangers
  /// put none there: they are refused at RCPT.
  private static boolean isSmallReport(DeliveryAttempt attempt) {
    return attempt.reversePath() instanceof ReversePath.Null
        && attempt.content().size() <= SMALL_REPORT;
  }

  /// The name that IMAP servers and mail programs expect (RFC 6154).
  private static Maildir junkFolder(Path path) throws IOException {
    var folder = new Maildir(path.resolve(".Junk"));
    boolean fresh = !folder.exists();
    folder.makeWhole();
    if (fresh) {
      folder.markAsFolder();
    }
    return folder;
  }

  /// The folder that the tag names.
  private Optional<Maildir> folder(Path path, Recipient recipient, String user) throws IOException {
    String tag =
        settings.folders()
            ? settings
                .separators()
                .tag(recipient.address().localPart(), user.substring(0, user.lastIndexOf('@')))
            : "";
    if (tag.isEmpty()) {
      return Optional.empty();
    }
    Optional<Maildir> folder = new MaildirFolders(path).named(tag).map(Maildir::new);
    if (folder.isPresent()) {
      folder.get().makeWhole();
    }
    return folder;
  }

  private static String copy(DeliveryAttempt attempt, Recipient recipient) {
    return DeliveredName.of(
        attempt.received(),
        attempt.id().text(),
        attempt.reversePath().text(),
        recipient.address().text(),
        recipient.originalRecipient().orElse(""));
  }

  /// A name that nobody else makes: time, this run and process, a counter, the host.
  private String temporary(String host) {
    Instant now = clock.instant();
    return now.getEpochSecond()
        + ".M"
        + now.getNano() / 1000
        + "R"
        + run
        + "Q"
        + deliveries.incrementAndGet()
        + "."
        + host;
  }

  /// RFC 5321, section 4.4: the final host adds Return-Path. Delivered-To names the mailbox, so
  /// that a loop can be seen.
  private byte[] trace(ReversePath reversePath, Recipient recipient) {
    String address = recipient.address().text();
    String original =
        recipient
            .originalRecipient()
            .filter(_ -> settings.originalTo())
            .flatMap(OriginalRecipient::address)
            .filter(used -> !used.equalsIgnoreCase(address))
            .map(used -> "X-Original-To: " + StrangerText.of(used).inField(true) + "\r\n")
            .orElse("");
    return ("Return-Path: <"
            + reversePath.text()
            + ">\r\n"
            + original
            + "Delivered-To: "
            + address
            + "\r\n")
        .getBytes(UTF_8);
  }

  private DeliveryOutcome trouble(String user, IOException e) {
    LOG.warn("mailbox user={} result=error reason=\"{}\"", user, e.toString());
    String reason = e instanceof FileSystemException f ? String.valueOf(f.getReason()) : "";
    String text = reason + " " + e.getMessage();
    if (text.contains("No space left") || text.contains("quota exceeded")) {
      return full("the mailbox or its disk is full");
    }
    return deferred(
        EnhancedStatusCode.of(4, 2, 0), "the mailbox cannot be written", Optional.empty());
  }

  private DeliveryOutcome full(String text) {
    return deferred(EnhancedStatusCode.of(4, 2, 2), text, Optional.of(RETRY));
  }

  private static DeliveryOutcome deferred(
      EnhancedStatusCode status, String text, Optional<Duration> retryAfter) {
    return new DeliveryOutcome.Deferred(status, text, Optional.empty(), false, retryAfter);
  }

  private static DeliveryOutcome failed(String text) {
    return new DeliveryOutcome.Failed(EnhancedStatusCode.of(5, 1, 1), text, Optional.empty());
  }
}
