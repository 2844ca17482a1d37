package net.facteur.server.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// Messages for filters.
public final class FilteredMessages {
  private static final InetAddress ORIGIN = InetAddress.ofLiteral("192.0.2.7");

  private FilteredMessages() {}

  /// From a stranger at 192.0.2.7.
  public static FilteredMessage inbound(String header, String body, String... recipients) {
    return message(
        FilteredMessage.Direction.INBOUND,
        Optional.empty(),
        header,
        body,
        "mx.example",
        recipients);
  }

  /// From the user bob@example.org.
  public static FilteredMessage outbound(String header, String body, String... recipients) {
    return message(
        FilteredMessage.Direction.OUTBOUND,
        Optional.of("bob@example.org"),
        header,
        body,
        "[192.0.2.7]",
        recipients);
  }

  /// The same with what authentication found.
  public static FilteredMessage with(FilteredMessage message, AuthenticationReport report) {
    return new FilteredMessage(
        message.direction(),
        message.id(),
        message.client(),
        message.origin(),
        message.hello(),
        message.reversePath(),
        message.paths(),
        message.header(),
        message.body(),
        Optional.of(report));
  }

  /// The same from a host that calls itself otherwise.
  public static FilteredMessage calling(FilteredMessage message, String hello) {
    return new FilteredMessage(
        message.direction(),
        message.id(),
        message.client(),
        message.origin(),
        hello,
        message.reversePath(),
        message.paths(),
        message.header(),
        message.body(),
        message.report());
  }

  private static FilteredMessage message(
      FilteredMessage.Direction direction,
      Optional<String> user,
      String header,
      String body,
      String hello,
      String... recipients) {
    return new FilteredMessage(
        direction,
        QueueId.next(InstantSource.fixed(Instant.EPOCH), new SplittableRandom(1)),
        new SmtpClient(
            "s1",
            new InetSocketAddress(ORIGIN, 4711),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 25),
            SmtpClient.Listener.RECEPTION,
            hello,
            true,
            Optional.empty(),
            user),
        ORIGIN,
        hello,
        new ReversePath.Of(address("alice@example.com")),
        Arrays.stream(recipients)
            .map(to -> new ForwardPath(address(to), Optional.empty(), Optional.empty()))
            .toList(),
        MessageHeader.parse(header.getBytes(UTF_8)),
        StagedBody.of(body.getBytes(UTF_8)),
        Optional.empty());
  }

  public static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  /// The names and values of fields, one each line.
  public static List<String> lines(Verdict verdict) {
    return verdict.fields().stream()
        .map(field -> field.name() + ": " + field.unfolded().replaceAll("\\s+", " "))
        .toList();
  }
}
