package net.facteur.server.filter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// A message of a stranger as filters see it, checked against a zone.
///
/// @param from of the From field; empty for the reverse-path
/// @param zone what the DNS holds
public record SampleMessage(
    String origin,
    String hello,
    String reversePath,
    String from,
    List<String> recipients,
    String fields,
    String body,
    Map<String, ?> zone,
    boolean inbound) {
  public static final SampleMessage PLAIN =
      new SampleMessage(
          "192.0.2.99",
          "mx.client.example",
          "carol@client.example",
          "",
          List.of("bob@example.org"),
          "",
          "Hello.\r\n",
          Map.of(),
          true);

  public SampleMessage origin(String address) {
    return new SampleMessage(
        address, hello, reversePath, from, recipients, fields, body, zone, inbound);
  }

  public SampleMessage sender(String address) {
    return new SampleMessage(origin, hello, address, "", recipients, fields, body, zone, inbound);
  }

  public SampleMessage author(String address) {
    return new SampleMessage(
        origin, hello, reversePath, address, recipients, fields, body, zone, inbound);
  }

  public SampleMessage to(String... addresses) {
    return new SampleMessage(
        origin, hello, reversePath, from, List.of(addresses), fields, body, zone, inbound);
  }

  /// @param lines with CRLF
  public SampleMessage fields(String lines) {
    return new SampleMessage(
        origin, hello, reversePath, from, recipients, lines, body, zone, inbound);
  }

  public SampleMessage body(String text) {
    return new SampleMessage(
        origin, hello, reversePath, from, recipients, fields, text, zone, inbound);
  }

  public SampleMessage zone(Map<String, ?> held) {
    return new SampleMessage(
        origin, hello, reversePath, from, recipients, fields, body, held, inbound);
  }

  public SampleMessage outbound() {
    return new SampleMessage(
        origin, hello, reversePath, from, recipients, fields, body, zone, false);
  }

  public FilteredMessage made() {
    try {
      InetAddress address = IpLiteral.parse(origin).toOptional().orElseThrow();
      var client =
          new SmtpClient(
              "s1",
              new InetSocketAddress(address, 40000),
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 25),
              SmtpClient.Listener.RECEPTION,
              hello,
              true,
              Optional.empty(),
              Optional.empty());
      MessageHeader header =
          MessageHeader.parse(
              ("From: " + (from.isEmpty() ? reversePath : from) + "\r\n" + fields + "\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      StagedBody staged = StagedBody.of(body.getBytes(StandardCharsets.UTF_8));
      var authenticator =
          new MessageAuthenticator(
              ZoneResolver.of(zone),
              DkimCrypto.standard(),
              InstantSource.fixed(Instant.parse("2026-12-01T00:00:00Z")),
              MessageAuthenticator.Settings.defaults("mail.example.org"));
      return new FilteredMessage(
          inbound ? FilteredMessage.Direction.INBOUND : FilteredMessage.Direction.OUTBOUND,
          QueueId.next(InstantSource.system(), new SplittableRandom(1)),
          client,
          address,
          hello,
          reversePath.isEmpty() ? ReversePath.Null.NULL : new ReversePath.Of(address(reversePath)),
          recipients.stream()
              .map(to -> new ForwardPath(address(to), Optional.empty(), Optional.empty()))
              .toList(),
          header,
          staged,
          inbound
              ? Optional.of(
                  authenticator.authenticate(
                      new AuthenticationRequest(address, hello, reversePath), header, staged::open))
              : Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The verdict of a filter, as [Filters] would ask it.
  public Verdict judgedBy(MessageFilter... filters) {
    return Filters.of(Stream.of(filters).toList()).judge(made()).toCompletableFuture().join();
  }

  public static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }
}
