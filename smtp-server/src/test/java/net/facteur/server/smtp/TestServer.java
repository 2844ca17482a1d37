package net.facteur.server.smtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import net.facteur.queue.BodyStage;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.net.InheritedSockets;
import net.facteur.server.net.ListeningSockets;
import net.facteur.server.net.MemoryBudget;
import net.facteur.server.net.TlsContexts;
import net.facteur.server.net.TransportSettings;
import org.jspecify.annotations.Nullable;

/// A server on loopback whose service remembers what it was asked and takes everything, unless a
/// test says otherwise.
final class TestServer implements SmtpService, AutoCloseable {
  static final SmtpReply OK = SmtpReply.of(250, 2, 0, 0, "OK");

  record Message(Transaction transaction, byte[] header, byte[] body) {
    String text() {
      return new String(header, StandardCharsets.ISO_8859_1)
          + new String(body, StandardCharsets.ISO_8859_1);
    }
  }

  final List<Message> messages = new CopyOnWriteArrayList<>();
  final List<SmtpClient> ended = new CopyOnWriteArrayList<>();
  final List<Transaction.MailParameters> mails = new CopyOnWriteArrayList<>();

  /// What was asked at each RCPT.
  final List<Transaction> recipients = Collections.synchronizedList(new ArrayList<>());

  final AtomicInteger openStages = new AtomicInteger();
  volatile CompletionStage<SmtpReply> connectReply = CompletableFuture.completedStage(OK);
  volatile CompletionStage<SmtpReply> mailReply = CompletableFuture.completedStage(OK);
  volatile CompletionStage<SmtpReply> endReply = CompletableFuture.completedStage(OK);
  volatile boolean diskFull;
  volatile boolean inFile;

  /// What all connections together may hold, set before the start.
  MemoryBudget memory = MemoryBudget.ofHeap();

  private @Nullable SmtpServer server;

  TestServer start(SmtpClient.Listener kind, SmtpSettings settings, TransportSettings transport)
      throws IOException {
    return start(kind, settings, transport, Optional.empty(), Optional.empty());
  }

  TestServer start(
      SmtpClient.Listener kind,
      SmtpSettings settings,
      TransportSettings transport,
      Optional<TlsContexts> tls,
      Optional<Authenticator> authenticator)
      throws IOException {
    var address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
    var spec = new ListenerSpec(kind, address, this, tls, authenticator, settings, transport);
    server =
        SmtpServer.start(
            List.of(spec),
            new SecureRandom(),
            new ListeningSockets(InheritedSockets.NONE),
            memory,
            new Sessions(java.time.InstantSource.system()));
    return this;
  }

  static TestServer reception() throws IOException {
    return new TestServer()
        .start(
            SmtpClient.Listener.RECEPTION,
            SmtpSettings.of("mail.example.org"),
            TransportSettings.DEFAULTS);
  }

  int port() {
    return server().listeners().getFirst().address().getPort();
  }

  SmtpServer server() {
    return Objects.requireNonNull(server);
  }

  SmtpDialog dial() throws IOException {
    return new SmtpDialog(port());
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  public CompletionStage<SmtpReply> connect(SmtpClient client) {
    return connectReply;
  }

  @Override
  public CompletionStage<SmtpReply> mail(
      SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
    mails.add(parameters);
    return mailReply;
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    recipients.add(transaction);
    return CompletableFuture.completedStage(
        path.address().localPart().equals("unknown")
            ? SmtpReply.of(550, 5, 1, 1, "No such user")
            : OK);
  }

  @Override
  public BodyStage stage() {
    openStages.incrementAndGet();
    return new MemoryStage();
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    try (var in = body.open()) {
      messages.add(new Message(transaction, header, in.readAllBytes()));
    } catch (IOException e) {
      return CompletableFuture.failedStage(e);
    }
    openStages.decrementAndGet();
    return endReply;
  }

  @Override
  public void disconnected(SmtpClient client) {
    ended.add(client);
  }

  private final class MemoryStage implements BodyStage {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

    @Override
    public void write(ByteBuffer from) throws IOException {
      if (diskFull) {
        throw new IOException("no space left on device");
      }
      byte[] copy = new byte[from.remaining()];
      from.get(copy);
      octets.writeBytes(copy);
    }

    @Override
    public long size() {
      return octets.size();
    }

    @Override
    public boolean inFile() {
      return inFile;
    }

    @Override
    public StagedBody complete() {
      byte[] whole = octets.toByteArray();
      StagedBody plain = StagedBody.of(whole);
      return new StagedBody() {
        @Override
        public long size() {
          return plain.size();
        }

        @Override
        public java.io.InputStream open() throws IOException {
          return plain.open();
        }

        @Override
        public void discard() {
          openStages.decrementAndGet();
        }
      };
    }

    @Override
    public void discard() {
      openStages.decrementAndGet();
    }
  }
}
