package net.facteur.server.notices;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.server.language.Language;
import net.facteur.server.language.Lines;
import net.facteur.server.language.Text;
import net.facteur.server.smtp.EncodedWords;
import net.facteur.server.smtp.MailDate;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Mails notices of the server to the postmaster, the same one once a week.
public final class PostmasterMail implements Notices {
  private static final Logger LOG = LogManager.getLogger(PostmasterMail.class);
  private static final Duration AGAIN = Duration.ofDays(7);
  private static final int MAX_REMEMBERED = 1000;
  private static final MessageTraits EIGHT_BIT =
      new MessageTraits(
          MessageTraits.Body.EIGHT_BIT_MIME,
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          MessageTraits.Priority.NORMAL);

  private final String hostname;
  private final MailAddress postmaster;
  private final Language language;
  private final OwnMail mail;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Sent sent;

  /// What was sent, over all reloads of the settings.
  public static final class Sent {
    private static final int COLUMNS = 76;

    private final UnaryOperator<String> commands;
    private final SequencedMap<Notice, Instant> notices = new LinkedHashMap<>();

    /// @param commands names the settings file in the commands of a text, as they must be typed
    ///   here
    public Sent(UnaryOperator<String> commands) {
      this.commands = commands;
    }

    /// The words of a text as they are sent, without a line break at the end.
    String words(Text text, Language language) {
      return commands.apply(text.in(language, s -> Lines.broken(s, COLUMNS)));
    }

    /// Sends a notice, unless the same was sent within a week.
    ///
    /// @param post sends it; false where that failed
    synchronized void once(Notice notice, Instant now, BooleanSupplier post) {
      Instant before = notices.get(notice);
      if (before != null && now.isBefore(before.plus(AGAIN)) && !now.isBefore(before)) {
        return;
      }
      if (post.getAsBoolean()) {
        if (notices.size() >= MAX_REMEMBERED) {
          notices.pollFirstEntry();
        }
        notices.put(notice, now);
      }
    }
  }

  /// @param domain a domain of this server, whose postmaster is told
  /// @param language what the postmaster reads
  public PostmasterMail(
      String hostname,
      String domain,
      Language language,
      OwnMail mail,
      Sent sent,
      InstantSource clock,
      RandomGenerator random) {
    this.sent = sent;
    this.hostname = hostname;
    this.postmaster = new MailAddress("postmaster", domain);
    this.language = language;
    this.mail = mail;
    this.clock = clock;
    this.random = random;
  }

  /// The same, but that notices stay in mailboxes here, whatever users forward.
  public PostmasterMail atHome() {
    return new PostmasterMail(
        hostname, postmaster.domain(), language, mail.atHome(), sent, clock, random);
  }

  @Override
  public void tell(Notice notice) {
    Instant now = clock.instant();
    sent.once(notice, now, () -> post(notice, now));
  }

  /// Mails a notice to a user of this server, or to an address elsewhere, in its first language.
  ///
  /// @return false where it could not be queued
  public boolean tell(MailAddress user, Notice notice) {
    return post(notice, user, clock.instant());
  }

  /// The same under an id that whoever tells has chosen, to find out afterwards whether the queue
  /// took it.
  public boolean tell(QueueId id, MailAddress to, Notice notice) {
    return post(id, notice, to, clock.instant());
  }

  /// Whom notices go to that are for nobody else.
  public MailAddress postmaster() {
    return postmaster;
  }

  /// Mails a notice to the postmaster, whatever was sent before.
  ///
  /// @return false where it could not be queued
  public boolean post(Notice notice) {
    return post(notice, clock.instant());
  }

  private boolean post(Notice notice, Instant now) {
    return post(notice, postmaster, now);
  }

  private boolean post(Notice notice, MailAddress to, Instant now) {
    return post(QueueId.next(clock, random), notice, to, now);
  }

  private boolean post(QueueId id, Notice notice, MailAddress to, Instant now) {
    LOG.warn("notice subject=\"{}\"", notice.subject().in(Language.ENGLISH));
    Written written = written(id, notice, to, now);
    boolean queued =
        mail.post(
            id,
            ReversePath.Null.NULL,
            to,
            written.header(),
            written.body(),
            EIGHT_BIT,
            "notice",
            OwnMail.Unsigned.SENT);
    if (!queued) {
      LOG.error("a notice to {} could not be queued: {}", to, new String(written.body(), UTF_8));
    }
    return queued;
  }

  /// A notice as a message.
  ///
  /// @param header the whole header section, in UTF-8
  /// @param body in UTF-8
  public record Written(byte[] header, byte[] body) {}

  /// Writes a notice and sends nothing.
  public Written written(Notice notice, MailAddress to) {
    return written(QueueId.next(clock, random), notice, to, clock.instant());
  }

  private Written written(QueueId id, Notice notice, MailAddress to, Instant now) {
    String text = sent.words(notice.text(), language) + "\n";
    return new Written(
        header(notice, to, id, now).getBytes(UTF_8),
        text.replace("\r", "").replace("\n", "\r\n").getBytes(UTF_8));
  }

  private String header(Notice notice, MailAddress to, QueueId id, Instant now) {
    return "Date: "
        + MailDate.of(now)
        + "\r\nFrom: Facteur <"
        + postmaster.text()
        + ">\r\nTo: <"
        + to.text()
        + ">\r\nSubject: "
        + EncodedWords.of(notice.subject().in(language))
        + "\r\nMessage-ID: <"
        + id
        + "@"
        + hostname
        + ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
  }
}
