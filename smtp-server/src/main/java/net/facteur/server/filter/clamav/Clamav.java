package net.facteur.server.filter.clamav;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import net.facteur.auth.message.HeaderField;
import net.facteur.queue.Fact;
import net.facteur.queue.StagedBody;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Verdict;
import net.facteur.server.filter.daemon.Conversation;
import net.facteur.server.filter.daemon.Daemon;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Has ClamAV look for viruses.
public final class Clamav implements MessageFilter {
  private static final Logger LOG = LogManager.getLogger(Clamav.class);
  private static final String FACT = "clamav";

  /// Fields that only we write: the message loses those that it came with.
  static final Set<String> OURS =
      Set.of("x-virus-status", "x-virus-scanned", "x-virus-report", "x-virus");

  private static final SmtpReply REFUSED =
      SmtpReply.of(554, 5, 7, 1, "The message has harmful content and is refused");
  private static final SmtpReply CLOSED =
      SmtpReply.of(554, 5, 7, 1, "Attachments with a password are not taken here");
  private static final SmtpReply TOO_LARGE =
      SmtpReply.of(552, 5, 3, 4, "The message is too large to be checked");
  private static final SmtpReply DOWN =
      SmtpReply.of(451, 4, 3, 0, "The message cannot be checked now, please try again later");

  private static final byte[] INSTREAM = "zINSTREAM\0".getBytes(US_ASCII);
  private static final byte[] END = new byte[4];
  private static final byte[] PING = "zPING\0".getBytes(US_ASCII);
  private static final int MAX_ANSWER = 4096;

  private final ClamavSettings settings;
  private final Daemon daemon;
  private final LongSupplier nanoTime;

  /// @param workers runs one blocking task for each question: virtual threads
  /// @param nanoTime a clock that never goes back
  public Clamav(ClamavSettings settings, Executor workers, LongSupplier nanoTime) {
    this.settings = settings;
    this.daemon = new Daemon(settings.address(), settings.limits(), workers, nanoTime);
    this.nanoTime = nanoTime;
  }

  public Daemon daemon() {
    return daemon;
  }

  /// Asks whether it is there.
  ///
  /// @throws IOException if it is not
  public static boolean ping(Conversation conversation) throws IOException {
    conversation.send(PING);
    if (!new String(conversation.answer(MAX_ANSWER), US_ASCII).startsWith("PONG")) {
      throw new IOException("it does not answer as clamd does");
    }
    return true;
  }

  @Override
  public CompletionStage<Verdict> judge(FilteredMessage message) {
    if (message.size() > settings.largest()) {
      return CompletableFuture.completedStage(tooLarge(message, "filter.clamav.size-limit"));
    }
    long begun = nanoTime.getAsLong();
    byte[] header = message.header().section();
    return daemon
        .ask(conversation -> scan(conversation, header, message.body()))
        .thenApply(
            outcome ->
                switch (outcome) {
                  case Daemon.Outcome.Answered<ClamavAnswer>(ClamavAnswer answer) ->
                      verdict(message, answer, (nanoTime.getAsLong() - begun) / 1_000_000);
                  case Daemon.Outcome.Silent<ClamavAnswer>(String why) -> down(message, why);
                });
  }

  private static ClamavAnswer scan(Conversation conversation, byte[] header, StagedBody body)
      throws IOException {
    IOException broken = null;
    try {
      if (body instanceof StagedBody.Octets(byte[] octets) && octets.length > 0) {
        conversation.send(
            INSTREAM, length(header.length), header, length(octets.length), octets, END);
      } else {
        conversation.send(INSTREAM, length(header.length), header);
        try (InputStream in = body.open()) {
          conversation.send(in, piece -> conversation.send(length(piece.length), piece));
        }
        conversation.send(END);
      }
    } catch (ClosedChannelException e) {
      throw e; // the time is over
    } catch (IOException e) {
      broken = e; // it hangs up where a stream is too long for it, and has said so
    }
    byte[] answer;
    try {
      answer = conversation.answer(MAX_ANSWER, (byte) 0); // as INSTREAM with a z has it
    } catch (IOException e) {
      throw broken == null ? e : broken;
    }
    if (broken != null && answer.length == 0) {
      throw broken;
    }
    return ClamavAnswer.read(answer);
  }

  private static byte[] length(int octets) {
    return ByteBuffer.allocate(4).putInt(octets).array();
  }

  private Verdict verdict(FilteredMessage message, ClamavAnswer answer, long millis) {
    return switch (answer) {
      case ClamavAnswer.Clean _ -> {
        LOG.info("clamav id={} result=clean ms={}", message.id(), millis);
        yield marked(message, Handling.Pass.PLAIN, "Clean", "found nothing");
      }
      case ClamavAnswer.TooLarge _ -> tooLarge(message, "StreamMaxLength of clamd.conf");
      case ClamavAnswer.Found found -> {
        String name = found.name().inLog();
        LOG.info("clamav id={} result=found name=\"{}\" ms={}", message.id(), name, millis);
        yield found.encrypted()
            ? marked(
                message,
                encrypted(FACT + " cannot look into it: " + name),
                "Not scanned, reason=encrypted",
                "cannot look into it: " + name)
            : marked(message, harmful(FACT + " found " + name), "Infected", "found " + name);
      }
    };
  }

  private Handling harmful(String reason) {
    return switch (settings.found()) {
      case REFUSE -> new Handling.Reject(REFUSED, Handling.Cause.VIRUS, reason);
      case QUARANTINE -> new Handling.Quarantine(Handling.Cause.VIRUS, reason);
    };
  }

  private Handling encrypted(String reason) {
    return switch (settings.encrypted()) {
      case ACCEPT -> new Handling.Pass(reason);
      case JUNK -> new Handling.Junk(reason);
      case QUARANTINE -> new Handling.Quarantine(Handling.Cause.ATTACHMENT, reason);
      case REFUSE -> new Handling.Reject(CLOSED, Handling.Cause.ATTACHMENT, reason);
    };
  }

  private Verdict tooLarge(FilteredMessage message, String limit) {
    LOG.info("clamav id={} result=too-large size={}", message.id(), message.size());
    String reason = FACT + " does not look at it: larger than " + limit;
    return marked(
        message,
        switch (settings.tooLarge()) {
          case ACCEPT -> new Handling.Pass(reason);
          case QUARANTINE -> new Handling.Quarantine(Handling.Cause.RULE, reason);
          case REFUSE -> new Handling.Reject(TOO_LARGE, Handling.Cause.RULE, reason);
        },
        "Not scanned, reason=too-large",
        "did not look at it: the message is larger than " + limit);
  }

  private Verdict down(FilteredMessage message, String why) {
    String shown = StrangerText.of(why).inLog();
    LOG.warn("clamav id={} result=no-answer reason=\"{}\"", message.id(), shown);
    String reason = FACT + " does not answer";
    return settings.deferring()
        ? Verdict.of(new Handling.Defer(DOWN, reason))
        : marked(
            message,
            new Handling.Pass(reason),
            "Not scanned, reason=no-answer",
            "did not answer: " + shown);
  }

  /// Mail of our users leaves without a word of it.
  private static Verdict marked(
      FilteredMessage message, Handling handling, String status, String detail) {
    return Verdict.shownInbound(
        message,
        handling,
        OURS,
        List.of(HeaderField.of("X-Virus-Status", " " + status)),
        List.of(new Fact(FACT, detail)));
  }
}
