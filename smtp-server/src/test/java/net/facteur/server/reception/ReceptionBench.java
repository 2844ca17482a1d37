package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.Filtering;
import net.facteur.server.language.Language;
import net.facteur.server.providers.Provider;
import net.facteur.server.report.dmarc.DmarcReporter;
import net.facteur.server.routing.RelayDomain;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.servermail.MailReaders;
import net.facteur.server.settings.Reference;
import net.facteur.server.signing.MessageSealer;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.Transaction;

/// A reception without a network: bob@example.org has a mailbox, carol@example.org's mail goes on
/// to another host, dave@example.org's does both, and mail for relay.example is passed on.
final class ReceptionBench {
  net.facteur.server.away.Answering answering = net.facteur.server.away.Answering.NONE;

  static final Instant NOW = Instant.parse("2026-11-22T04:13:00Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOW);
  static final String HOST = "mail.example.org";
  static final byte[] BODY = "Hello\r\n".getBytes(StandardCharsets.US_ASCII);

  final Map<String, Object> zone = new HashMap<>();
  final List<NewMessage> queued = new ArrayList<>();

  /// Mail for relay.example is taken unasked.
  Map<DomainName, RelayDomain> relayDomains =
      Map.of(
          DomainName.of("relay.example"),
          new RelayDomain(Optional.empty(), new RelayDomain.Recipients.Any()));

  PrimaryServer primary =
      (hop, address) -> {
        throw new AssertionError(hop + " was asked about " + address);
      };

  Optional<String> postmaster = Optional.empty();

  /// Addresses that the server reads itself.
  Set<String> readHere = Set.of();

  MailReaders readers = MailReaders.NONE;
  Filtering filtering = Filtering.OFF;

  ReversePathRewriter rewriter = ReversePathRewriter.identity();

  /// In a directory that goes with the machine's temporary files.
  final SrsReturns returns = returns();

  private static SrsReturns returns() {
    try {
      Path directory = Files.createTempDirectory("facteur-");
      directory.toFile().deleteOnExit();
      return SrsReturns.open(directory.resolve(SrsReturns.FILE_NAME), CLOCK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  DmarcReporter reporter = DmarcReporter.NONE;

  private final MailQueue queue =
      new MailQueue() {
        @Override
        public BodyStage stage() {
          throw new AssertionError("no stage is needed here");
        }

        @Override
        public CompletionStage<QueueId> enqueue(NewMessage message) {
          queued.add(message);
          return CompletableFuture.completedFuture(message.id());
        }

        @Override
        public boolean full() {
          return false;
        }
      };

  /// Settings as a file has them.
  static ReceptionSettings settings(String text) {
    try {
      Path file = Files.createTempFile("facteur-", ".conf");
      try {
        Files.writeString(file, "hostname = " + HOST + "\n" + text + "\n");
        return switch (Reference.loader(Map.of(), Optional.empty()).load(file)) {
          case LoadedSettings.Good(Settings good) -> ReceptionSettings.from(good);
          case LoadedSettings.Wrong(var mistakes) ->
              throw new AssertionError(
                  mistakes.stream()
                      .map(mistake -> mistake.text().in(Language.ENGLISH))
                      .collect(Collectors.joining("\n")));
        };
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ReceptionService service(ReceptionSettings settings, Optional<MessageSealer> sealer) {
    return service(settings, sealer, _ -> Optional.empty());
  }

  /// @param providers who takes the mail of a domain elsewhere
  ReceptionService service(
      ReceptionSettings settings,
      Optional<MessageSealer> sealer,
      Function<String, Optional<Provider>> providers) {
    RoutingSettings plain = RoutingSettings.of(DomainName.of("example.org"));
    return new ReceptionService(
        HOST,
        settings,
        new Router(
            new RoutingSettings(
                plain.domains(),
                Optional.empty(),
                plain.literals(),
                plain.separators(),
                plain.aliases(),
                Map.of(
                    "carol@example.org",
                    new RoutingSettings.Forwarding(List.of("carol@far.example"), false),
                    "dave@example.org",
                    new RoutingSettings.Forwarding(List.of("dave@far.example"), true)),
                plain.catchAll(),
                postmaster,
                plain.lmtp(),
                relayDomains,
                plain.smarthost(),
                new RoutingSettings.Special(Set.of(), Set.of(), Map.of(), readHere)),
            (localPart, domain) -> List.of("bob", "carol", "dave", "erin").contains(localPart),
            rewriter),
        new MessageAuthenticator(
            ZoneResolver.of(zone), DkimCrypto.standard(), CLOCK, settings.authentication(HOST)),
        sealer.flatMap(its -> ForwardSeals.of(settings.sealForwards(), its, providers)),
        (hop, address) -> primary.ask(hop, address),
        returns,
        readers,
        filtering,
        reporter,
        answering,
        queue,
        CLOCK,
        new SplittableRandom(7),
        Runnable::run);
  }

  /// Mail for bob.
  ///
  /// @param lastOctet of the client's address
  /// @param from the domain of the reverse-path, empty for the null one
  SmtpReply receive(ReceptionSettings settings, int lastOctet, String from, String header) {
    return receive(service(settings, Optional.empty()), "bob", lastOctet, from, header);
  }

  SmtpReply receive(
      ReceptionService service, String to, int lastOctet, String from, String header) {
    var transaction =
        new Transaction(
            client(lastOctet),
            from.isEmpty()
                ? ReversePath.Null.NULL
                : new ReversePath.Of(new MailAddress("alice", from)),
            new Transaction.MailParameters(
                -1,
                MessageTraits.Body.EIGHT_BIT_MIME,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            List.of(
                new Transaction.ForwardPath(
                    new MailAddress(to, "example.org"), Optional.empty(), Optional.empty())));
    return service
        .endOfData(transaction, header.getBytes(StandardCharsets.ISO_8859_1), StagedBody.of(BODY))
        .toCompletableFuture()
        .join();
  }

  /// Mail for several mailboxes.
  SmtpReply receive(ReceptionService service, List<String> to, String header) {
    var transaction =
        new Transaction(
            client(7),
            new ReversePath.Of(new MailAddress("alice", "plain.example")),
            new Transaction.MailParameters(
                -1,
                MessageTraits.Body.EIGHT_BIT_MIME,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            to.stream()
                .map(
                    name ->
                        new Transaction.ForwardPath(
                            new MailAddress(name, "example.org"),
                            Optional.empty(),
                            Optional.empty()))
                .toList());
    return service
        .endOfData(transaction, header.getBytes(StandardCharsets.ISO_8859_1), StagedBody.of(BODY))
        .toCompletableFuture()
        .join();
  }

  /// What RCPT for an address gets.
  static SmtpReply recipient(
      ReceptionService service, int lastOctet, String localPart, String domain) {
    var transaction =
        new Transaction(
            client(lastOctet),
            ReversePath.Null.NULL,
            new Transaction.MailParameters(
                -1,
                MessageTraits.Body.SEVEN_BIT,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            List.of());
    return service
        .recipient(
            transaction,
            new Transaction.ForwardPath(
                new MailAddress(localPart, domain), Optional.empty(), Optional.empty()))
        .toCompletableFuture()
        .join();
  }

  static SmtpClient client(int lastOctet) {
    try {
      var remote = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) lastOctet});
      return new SmtpClient(
          "s1",
          new InetSocketAddress(remote, 40000),
          new InetSocketAddress(remote, 25),
          SmtpClient.Listener.RECEPTION,
          "mx.client.example",
          true,
          Optional.empty(),
          Optional.empty());
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /// The header of the one message that was queued.
  MessageHeader header() {
    assertEquals(1, queued.size());
    return MessageHeader.parse(queued.getFirst().header());
  }

  String destination() {
    return queued.getFirst().envelopes().getFirst().recipients().getFirst().destination().text();
  }
}
