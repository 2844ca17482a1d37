package net.facteur.server.quarantine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Quarantine.Kept;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// A quarantine without a server: bob@example.org and erin@example.org have mailboxes, and mail to
/// office@example.org goes to both.
final class QuarantineBench {
  static final Instant NOW = Instant.parse("2026-12-01T06:00:00Z");
  static final Duration KEEP = Duration.ofDays(30);
  static final String HEADER =
      """
      Received: from mx.client.example by mail.example.org; Tue, 1 Dec 2026 06:00:00 +0000
      From: =?UTF-8?Q?Zo=C3=AB?= <zoe@far.example>
      Subject: A bill\u001b[31m <b>
      Message-ID: <1@far.example>

      """
          .replace("\n", "\r\n");
  static final String BODY = "Pay at once.\r\n";

  final Path directory;
  final QuarantineStore store;
  final List<NewMessage> queued = new CopyOnWriteArrayList<>();
  final List<NewMessage> signed = new CopyOnWriteArrayList<>();
  final List<String> learnt = new ArrayList<>();

  /// What happens while a message is queued.
  Runnable meanwhile = () -> {};

  boolean full;
  Instant now = NOW;
  private final SplittableRandom random = new SplittableRandom(7);

  final Router router =
      new Router(
          routing(),
          (localPart, _) -> List.of("bob", "erin").contains(localPart),
          ReversePathRewriter.identity());

  QuarantineBench(Path data) {
    this.directory = data.resolve("quarantine");
    this.store = new QuarantineStore(directory, () -> now);
  }

  private static RoutingSettings routing() {
    RoutingSettings plain = RoutingSettings.of(DomainName.of("example.org"));
    return new RoutingSettings(
        plain.domains(),
        plain.literals(),
        plain.separators(),
        Map.of(
            "office@example.org", List.of("bob@example.org", "erin@example.org"),
            "robert@example.org", List.of("bob@example.org")),
        Map.of(),
        plain.catchAll(),
        plain.postmaster(),
        plain.lmtp(),
        Map.of(),
        plain.smarthost());
  }

  final MailQueue queue =
      new MailQueue() {
        @Override
        public BodyStage stage() {
          return new Stage();
        }

        @Override
        public CompletionStage<QueueId> enqueue(NewMessage message) {
          meanwhile.run();
          if (full) {
            return CompletableFuture.failedStage(
                new QueueUnavailableException("full", true, new IOException("full")));
          }
          queued.add(message);
          return CompletableFuture.completedStage(message.id());
        }

        @Override
        public boolean full() {
          return full;
        }
      };

  private static final class Stage implements BodyStage {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Override
    public void write(ByteBuffer octets) {
      byte[] copy = new byte[octets.remaining()];
      octets.get(copy);
      out.writeBytes(copy);
    }

    @Override
    public long size() {
      return out.size();
    }

    @Override
    public boolean inFile() {
      return false;
    }

    @Override
    public StagedBody complete() {
      return StagedBody.of(out.toByteArray());
    }

    @Override
    public void discard() {
      out.reset();
    }
  }

  Releases releases() {
    return new Releases(
        store,
        new Releases.Exit(
            "mail.example.org",
            router,
            message -> {
              signed.add(message);
              return message;
            },
            queue),
        message -> {
          learnt.add(new String(message.header(), StandardCharsets.UTF_8));
          return Optional.empty();
        },
        () -> now,
        random);
  }

  QueueId keep(String... to) {
    return keep(Handling.Cause.SPAM, true, to);
  }

  QueueId keep(Handling.Cause cause, boolean inbound, String... to) {
    Kept kept = kept(cause, inbound, StagedBody.of(BODY.getBytes(StandardCharsets.UTF_8)), to);
    try {
      store.keep(kept, 1L << 30);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kept.id();
  }

  Kept kept(Handling.Cause cause, boolean inbound, StagedBody body, String... to) {
    return new Kept(
        QueueId.next(() -> now, random),
        now,
        inbound,
        new ReversePath.Of(new MailAddress("zoe", "far.example")),
        java.util.stream.Stream.of(to)
            .map(
                name ->
                    new ForwardPath(
                        new MailAddress(name, "example.org"), Optional.empty(), Optional.empty()))
            .toList(),
        HEADER.getBytes(StandardCharsets.UTF_8),
        body,
        MessageTraits.PLAIN,
        new Handling.Quarantine(cause, "score=12.3 BAYES"),
        "reception [192.0.2.7]",
        List.of(new Fact("checked", "spf=pass")));
  }

  Releases.Outcome release(QueueId id) {
    return release(id, false);
  }

  Releases.Outcome release(QueueId id, boolean harmful) {
    return trying(
        () -> releases().release(new Releases.Wish(id, _ -> true, "postmaster", harmful, false)));
  }

  interface Work<T> {
    T run() throws IOException;
  }

  static <T> T trying(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  KeptMessage message(QueueId id) {
    return trying(() -> store.find(id).orElseThrow());
  }

  List<String> states(QueueId id) {
    return message(id).recipients().stream().map(one -> one.fate().word()).toList();
  }

  List<String> recipients() {
    Supplier<java.util.stream.Stream<String>> all =
        () ->
            queued.stream()
                .flatMap(message -> message.envelopes().stream())
                .flatMap(envelope -> envelope.recipients().stream())
                .map(recipient -> recipient.address().text());
    return all.get().sorted().toList();
  }
}
