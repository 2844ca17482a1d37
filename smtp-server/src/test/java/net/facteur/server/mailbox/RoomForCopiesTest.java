package net.facteur.server.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomForCopiesTest {
  private static final long ROOM_OF_QUEUE = 10L << 20;

  @TempDir private Path directory;
  private int taken;
  private int discarded;

  /// A body of three fifths of what the disk has.
  @ParameterizedTest
  @CsvSource({
    "alice@example.org, 250",
    "alice@example.org bob@example.org, 452",
    "alice+1@example.org alice+2@example.org ALICE@example.org, 250",
    "alice@example.org far@example.net further@example.net, 250"
  })
  void eachMailboxCountsOnceAndWhatLeavesNotAtAll(String recipients, int code) throws Exception {
    long size = Files.getFileStore(directory).getUsableSpace() / 5 * 3;
    SmtpReply reply = endOfData(recipients, size);
    assertEquals(code, reply.code());
    assertEquals(code == 250 ? 1 : 0, taken);
    assertEquals(code == 250 ? 0 : 1, discarded);
    if (code == 452) {
      assertEquals(SmtpReply.FULL, reply);
    }
  }

  @Test
  void whatIsSmallIsTakenWithoutALook() throws Exception {
    assertEquals(250, endOfData("alice@example.org bob@example.org", 1000).code());
  }

  @ParameterizedTest
  @CsvSource({"-1, 250", "1000, 250", "10485760, 250", "10485761, 452"})
  void theDeclaredSizeIsComparedWithTheRoomOfTheQueue(long declared, int code) throws Exception {
    var parameters = parameters(declared);
    SmtpReply reply =
        service().mail(client(), ReversePath.Null.NULL, parameters).toCompletableFuture().join();
    assertEquals(code, reply.code());
  }

  private SmtpReply endOfData(String recipients, long size) throws Exception {
    var paths = Arrays.stream(recipients.split(" ", -1)).map(RoomForCopiesTest::path).toList();
    var transaction = new Transaction(client(), ReversePath.Null.NULL, parameters(-1), paths);
    return service()
        .endOfData(transaction, new byte[0], new Body(size))
        .toCompletableFuture()
        .join();
  }

  private RoomForCopies service() {
    var settings = MailboxSettings.of(directory, "mail.example.org");
    var router =
        new Router(
            RoutingSettings.of(DomainName.of("example.org")),
            (localPart, _) -> List.of("alice", "bob").contains(localPart),
            ReversePathRewriter.identity());
    return new RoomForCopies(
        new Taking(), new SmallQueue(), router, new MailboxSpace(settings, () -> Instant.EPOCH));
  }

  private static Transaction.ForwardPath path(String address) {
    int at = address.indexOf('@');
    return new Transaction.ForwardPath(
        new MailAddress(address.substring(0, at), address.substring(at + 1)),
        Optional.empty(),
        Optional.empty());
  }

  private static Transaction.MailParameters parameters(long size) {
    return new Transaction.MailParameters(
        size,
        MessageTraits.Body.SEVEN_BIT,
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static SmtpClient client() {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);
    return new SmtpClient(
        "ID",
        address,
        address,
        SmtpClient.Listener.RECEPTION,
        "client.example",
        true,
        Optional.empty(),
        Optional.empty());
  }

  private final class Body implements StagedBody {
    private final long size;

    Body(long size) {
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public InputStream open() {
      return InputStream.nullInputStream();
    }

    @Override
    public void discard() {
      discarded++;
    }
  }

  private static final class SmallQueue implements MailQueue {
    @Override
    public BodyStage stage() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<QueueId> enqueue(NewMessage message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean full() {
      return false;
    }

    @Override
    public boolean full(long octets) {
      return octets > ROOM_OF_QUEUE;
    }
  }

  private final class Taking implements SmtpService {
    @Override
    public CompletionStage<SmtpReply> connect(SmtpClient client) {
      return CompletableFuture.completedFuture(SmtpReply.OK);
    }

    @Override
    public CompletionStage<SmtpReply> mail(
        SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
      return CompletableFuture.completedFuture(SmtpReply.OK);
    }

    @Override
    public CompletionStage<SmtpReply> recipient(
        Transaction transaction, Transaction.ForwardPath path) {
      return CompletableFuture.completedFuture(SmtpReply.OK);
    }

    @Override
    public BodyStage stage() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<SmtpReply> endOfData(
        Transaction transaction, byte[] header, StagedBody body) {
      taken++;
      return CompletableFuture.completedFuture(SmtpReply.OK);
    }

    @Override
    public void disconnected(SmtpClient client) {}
  }
}
