package net.facteur.server.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.ContentReceiver;
import net.facteur.server.net.Conversation;
import net.facteur.server.net.Link;
import net.facteur.server.net.MemoryBudget;
import net.facteur.server.net.Step;
import net.facteur.server.net.TlsSession;
import net.facteur.server.net.TransportSettings;

/// Whole conversations without a network: every command line gets one reply, of lines that are
/// replies. The first octet chooses the listener; lines end with LF here.
public final class CommandsFuzz {
  private CommandsFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    boolean submission = input.length > 0 && input[0] % 2 != 0;
    new Talk(submission, ByteBuffer.wrap(input)).run();
  }

  /// One connection.
  private static final class Talk {
    private final Conversation conversation;
    private final ByteBuffer input;
    private boolean open = true;

    Talk(boolean submission, ByteBuffer input) {
      var kind = submission ? SmtpClient.Listener.SUBMISSION : SmtpClient.Listener.RECEPTION;
      var spec =
          new ListenerSpec(
              kind,
              new InetSocketAddress(loopback(), 0),
              new TestServer(),
              Optional.empty(),
              Optional.of(new OneUser()),
              SmtpSettings.of("mail.example.org"),
              TransportSettings.DEFAULTS);
      this.conversation =
          new SmtpEngine(spec, new SecureRandom(), new Sessions(java.time.InstantSource.system()))
              .open(new SecureLink());
      this.input = input;
    }

    void run() {
      obey(conversation.begin());
      if (input.hasRemaining()) {
        input.get();
      }
      while (open && input.hasRemaining()) {
        obey(conversation.command(line()));
      }
      conversation.ended("end of input");
    }

    private byte[] line() {
      int end = input.position();
      while (end < input.limit() && input.get(end) != '\n') {
        end++;
      }
      byte[] line = new byte[end - input.position()];
      input.get(line);
      if (input.hasRemaining()) {
        input.get();
      }
      for (int i = 0; i < line.length; i++) {
        line[i] = line[i] == '\r' ? (byte) ' ' : line[i];
      }
      return line;
    }

    private void obey(Step step) {
      switch (step) {
        case Step.Reply reply -> send(reply);
        case Step.Later<?> later -> obey(outcome(later));
        case Step.Hangup() -> open = false;
        case Step.StartTls(Step.Reply reply) -> {
          send(reply);
          conversation.secured();
        }
        case Step.Data(Step.Reply reply, ContentReceiver receiver) -> {
          send(reply);
          data(receiver);
        }
        case Step.Chunk(long octets, ContentReceiver receiver) -> {
          int length = (int) Math.min(octets, input.remaining());
          receiver.take(input.slice(input.position(), length));
          input.position(input.position() + length);
          receiver.seal();
          obey(receiver.end());
        }
      }
    }

    private void data(ContentReceiver receiver) {
      while (input.hasRemaining()) {
        byte[] line = line();
        if (line.length == 1 && line[0] == '.') {
          break;
        }
        receiver.take(ByteBuffer.wrap(line));
        receiver.take(ByteBuffer.wrap(new byte[] {'\r', '\n'}));
      }
      receiver.seal();
      obey(receiver.end());
    }

    private static <T> Step outcome(Step.Later<T> later) {
      CompletableFuture<T> stage = later.stage().toCompletableFuture();
      if (!stage.isDone() || stage.isCompletedExceptionally()) {
        throw new AssertionError("waits for nothing, or failed: " + stage);
      }
      return later.then().apply(stage.join(), null);
    }

    private void send(Step.Reply reply) {
      if (reply.lines().isEmpty()) {
        throw new AssertionError("no reply");
      }
      String code = reply.lines().getFirst().toString().substring(0, 3);
      for (int i = 0; i < reply.lines().size(); i++) {
        String line = reply.lines().get(i).toString();
        boolean last = i == reply.lines().size() - 1;
        if (!line.startsWith(code + (last ? " " : "-"))
            || !code.matches("[2345][0-9][0-9]")
            || line.chars().anyMatch(c -> c < ' ' || c == 0x7f)
            || line.getBytes(StandardCharsets.UTF_8).length > 510) {
          throw new AssertionError("not a line of a reply: " + line);
        }
      }
      open &= !reply.close();
    }
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class OneUser implements Authenticator {
    @Override
    public CompletionStage<AuthOutcome> checkPassword(
        SmtpClient client, String user, byte[] password) {
      return CompletableFuture.completedStage(
          password.length % 2 == 0
              ? new AuthOutcome.Accepted("alice@example.org")
              : AuthOutcome.Refused.CREDENTIALS);
    }

    @Override
    public boolean scramOffered() {
      return true;
    }

    @Override
    public ScramKeys scramKeys(String user) {
      return new ScramKeys(user, new byte[16], 4096, new byte[32], new byte[32]);
    }
  }

  private static final class SecureLink implements Link {
    /// Nobody ends a session here.
    @Override
    public void dismiss() {}

    @Override
    public MemoryBudget.Loan loan() {
      return new MemoryBudget(MemoryBudget.LEAST)
          .open(AddressBlock.ofClient(remote().getAddress()));
    }

    @Override
    public String id() {
      return "0123456789ab";
    }

    @Override
    public InetSocketAddress remote() {
      return new InetSocketAddress(loopback(), 50_000);
    }

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(loopback(), 25);
    }

    @Override
    public Optional<TlsSession> tls() {
      return Optional.of(new Secured());
    }

    @Override
    public boolean tlsAvailable() {
      return true;
    }

    @Override
    public CompletionStage<Void> after(Duration delay) {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public void offLoop(Runnable work) {
      work.run();
    }
  }

  private static final class Secured implements TlsSession {
    @Override
    public String protocol() {
      return "TLSv1.3";
    }

    @Override
    public String cipher() {
      return "TLS_AES_128_GCM_SHA256";
    }

    @Override
    public Optional<String> serverName() {
      return Optional.empty();
    }

    @Override
    public Optional<byte[]> channelBinding(String type) {
      return Optional.of(new byte[32]);
    }
  }
}
