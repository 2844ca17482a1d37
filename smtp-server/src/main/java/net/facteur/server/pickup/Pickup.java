package net.facteur.server.pickup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.MemoryBudget;
import net.facteur.server.smtp.Deferral;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.smtp.Transaction;
import net.facteur.server.smtp.Transaction.ForwardPath;
import net.facteur.server.smtp.WholeMessage;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Takes what system users hand in, and submits it. May block: for signing, and for the disk.
public final class Pickup {
  private static final Logger LOG = LogManager.getLogger(Pickup.class);

  private final Supplier<Behind> behind;
  private final MemoryBudget memory;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// What takes the mail, as the settings of the day made it.
  ///
  /// @param service submission, which knows what system users may send as
  public record Behind(SmtpService service, SmtpSettings limits, LocalAddresses addresses) {}

  /// @param memory pays for headers, and for bodies that are not in a file
  public Pickup(
      Supplier<Behind> behind, MemoryBudget memory, InstantSource clock, RandomGenerator random) {
    this.behind = behind;
    this.memory = memory;
    this.clock = clock;
    this.random = random;
  }

  /// What became of a message.
  ///
  /// @param reply positive once it is on disk
  /// @param named whom it is for, as far as that was found out
  record Result(SmtpReply reply, List<MailAddress> named) {}

  /// What takes the mail now.
  Behind behind() {
    return behind.get();
  }

  /// The name of one handing in, which joins its log lines.
  String session() {
    return "local-" + QueueId.next(clock, random);
  }

  /// Takes a message.
  ///
  /// @param user the system user who hands it in
  /// @throws IOException where `in` cannot be read, or ends too early
  Result take(String user, InputStream in) throws IOException {
    Behind now = behind.get();
    String session = session();
    return switch (Handed.read(in)) {
      case Parsed.Malformed<Handed>(int at, String expected) ->
          none(
              SmtpReply.of(
                  501, 5, 5, 4, "Line " + (at + 1) + " of the envelope: expected " + expected));
      case Parsed.Ok<Handed>(Handed handed) -> {
        Result result = take(now, SmtpClient.local(session, user), handed, in);
        if (!result.reply().positive()) {
          LOG.info(
              "refused session={} user={} reply=\"{} {}\"",
              session,
              user,
              result.reply().code(),
              result.reply().text());
        }
        yield result;
      }
    };
  }

  private Result take(Behind now, SmtpClient client, Handed handed, InputStream in)
      throws IOException {
    WholeMessage message =
        WholeMessage.read(
            in, handed.size(), now.service().stage(), now.limits(), loan(), client.sessionId());
    return switch (message) {
      case WholeMessage.Refused(SmtpReply reply) -> none(reply);
      case WholeMessage.Taken taken -> {
        try (var _ = taken.memory()) {
          yield submit(now, client, handed, taken);
        }
      }
    };
  }

  /// A share of the memory of all clients.
  MemoryBudget.Loan loan() {
    return memory.open(AddressBlock.ofClient(SmtpClient.local("", "").remote().getAddress()));
  }

  private Result submit(Behind now, SmtpClient client, Handed handed, WholeMessage.Taken message) {
    LocalAddresses addresses = now.addresses();
    String user = client.user().orElseThrow();
    MessageHeader header = addresses.complete(MessageHeader.parse(message.header()));
    Optional<ReversePath> from = reversePath(addresses, user, handed);
    Optional<List<LocalAddresses.Completed>> named = recipients(addresses, handed, header);
    Optional<SmtpReply> wrong =
        from.isEmpty()
            ? Optional.of(SmtpReply.of(501, 5, 1, 7, "The sender (-f) is no address"))
            : named
                .map(some -> tooManyOrNone(some.size(), now.limits()))
                .orElseGet(
                    () -> Optional.of(SmtpReply.of(501, 5, 1, 3, "A recipient is no address")));
    if (wrong.isPresent()) {
      message.body().discard();
      return none(wrong.get());
    }
    boolean smtpUtf8 =
        named.get().stream().anyMatch(one -> one.address().needsSmtpUtf8())
            || (from.get() instanceof ReversePath.Of(MailAddress sender) && sender.needsSmtpUtf8());
    var parameters =
        new Transaction.MailParameters(
            handed.size(),
            message.eightBit() ? MessageTraits.Body.EIGHT_BIT_MIME : MessageTraits.Body.SEVEN_BIT,
            smtpUtf8,
            false,
            handed.returned(),
            handed.envelopeId(),
            Optional.empty());
    return transact(
        now,
        new Transaction(client, from.get(), parameters, List.of()),
        named.get(),
        handed,
        withAuthor(header, handed, addresses, user),
        message.body());
  }

  private static Optional<SmtpReply> tooManyOrNone(int recipients, SmtpSettings limits) {
    if (recipients == 0) {
      return Optional.of(SmtpReply.of(501, 5, 5, 4, "The message names no recipients"));
    }
    return recipients > limits.maxRecipients()
        ? Optional.of(SmtpReply.of(550, 5, 5, 3, "The message has too many recipients"))
        : Optional.empty();
  }

  /// @return empty where what was said is no address
  private static Optional<ReversePath> reversePath(
      LocalAddresses addresses, String user, Handed handed) {
    if (handed.from().isEmpty()) {
      return Optional.of(new ReversePath.Of(addresses.ofUser(user)));
    }
    String said = handed.from().get();
    return said.isEmpty()
        ? Optional.of(ReversePath.Null.NULL)
        : addresses.complete(said).map(completed -> new ReversePath.Of(completed.address()));
  }

  /// @return empty where one cannot be read
  private static Optional<List<LocalAddresses.Completed>> recipients(
      LocalAddresses addresses, Handed handed, MessageHeader header) {
    var all = new ArrayList<LocalAddresses.Completed>();
    for (String text : handed.to()) {
      Optional<LocalAddresses.Completed> one = addresses.complete(text);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      all.add(one.get());
    }
    if (handed.fromHeader()) {
      Optional<List<MailAddress>> named = addresses.named(header);
      if (named.isEmpty()) {
        return Optional.empty();
      }
      for (MailAddress address : named.get()) {
        all.add(new LocalAddresses.Completed(address, address.domain().equals(addresses.domain())));
      }
    }
    return Optional.of(all.stream().distinct().toList());
  }

  /// Names the author where the message does not, as `-F` said it.
  private static MessageHeader withAuthor(
      MessageHeader header, Handed handed, LocalAddresses addresses, String user) {
    if (header.first("From").isPresent()) {
      return header;
    }
    MailAddress author =
        handed
            .from()
            .flatMap(addresses::complete)
            .map(LocalAddresses.Completed::address)
            .orElseGet(() -> new MailAddress(user, addresses.domain()));
    String name =
        handed
            .name()
            .filter(text -> text.chars().allMatch(c -> c >= ' ' && c < 0x7f))
            .map(text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\" ")
            .orElse("");
    // RFC 6532: one char for each octet of UTF-8
    String address =
        new String(author.text().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return header.prepend(List.of(HeaderField.of("From", " " + name + "<" + address + ">")));
  }

  private static Result transact(
      Behind now,
      Transaction begun,
      List<LocalAddresses.Completed> named,
      Handed handed,
      MessageHeader header,
      StagedBody body) {
    List<MailAddress> whole = named.stream().map(now.addresses()::recipient).distinct().toList();
    // What was chosen here needs no right.
    ReversePath asked = handed.from().isEmpty() ? ReversePath.Null.NULL : begun.reversePath();
    boolean handedOver = false;
    try {
      SmtpReply reply = join(now.service().mail(begun.client(), asked, begun.parameters()));
      var paths = new ArrayList<ForwardPath>();
      for (MailAddress address : whole) {
        if (!reply.positive()) {
          return new Result(reply, whole);
        }
        var path = new ForwardPath(address, handed.notifyOn(), Optional.empty());
        reply = of(address, join(now.service().recipient(with(begun, paths), path)));
        paths.add(path);
      }
      if (!reply.positive()) {
        return new Result(reply, whole);
      }
      handedOver = true;
      return new Result(
          join(now.service().endOfData(with(begun, paths), header.section(), body)), whole);
    } catch (CompletionException e) {
      return new Result(Deferral.of(begun.client(), e), whole);
    } finally {
      if (!handedOver) {
        body.discard();
      }
    }
  }

  private static Transaction with(Transaction begun, List<ForwardPath> paths) {
    return new Transaction(begun.client(), begun.reversePath(), begun.parameters(), paths);
  }

  /// A refusal that says whose it is.
  private static SmtpReply of(MailAddress address, SmtpReply reply) {
    return reply.positive()
        ? reply
        : new SmtpReply(
            reply.code(), reply.status(), address.text() + ": " + reply.text(), reply.close());
  }

  private static SmtpReply join(CompletionStage<SmtpReply> answer) {
    return answer.toCompletableFuture().join();
  }

  private static Result none(SmtpReply reply) {
    return new Result(reply, List.of());
  }
}
