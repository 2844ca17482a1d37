package net.facteur.server.delivery;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.TextContent;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.tls.CertificateAuthorities;

/// What the tests of the delivery share: messages, a DNS of maps, an agent with short time limits.
final class Bench {
  static final String HEADER = "From: a@example.org\r\nSubject: t\r\n\r\n";

  private Bench() {}

  static DeliveryAttempt attempt(
      Destination destination, MessageTraits traits, MessageContent content, String... to) {
    var recipients = new ArrayList<Recipient>();
    for (String t : to) {
      recipients.add(Recipient.of(address(t), destination));
    }
    return attempt(destination, traits, content, recipients);
  }

  static DeliveryAttempt attempt(
      Destination destination,
      MessageTraits traits,
      MessageContent content,
      List<Recipient> recipients) {
    return new DeliveryAttempt(
        new QueueId("0123456789ABCDEF"),
        new ReversePath.Of(address("sender@example.org")),
        destination,
        recipients,
        content,
        traits,
        1,
        Instant.EPOCH,
        false);
  }

  static DeliveryAttempt attempt(Destination destination, String... to) {
    return attempt(destination, MessageTraits.PLAIN, new TextContent(HEADER, "hello\r\n"), to);
  }

  static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  static DeliverySettings settings(int port) {
    return settings(port, Duration.ofSeconds(20), Map.of());
  }

  static DeliverySettings settings(
      int port, Duration limit, Map<String, DeliverySettings.RelayHost> relays) {
    return new DeliverySettings(
        "client.test",
        port,
        DeliverySettings.Families.IPV4_FIRST,
        List.of(),
        Set.of(),
        true,
        DeliverySettings.Reuse.DEFAULT,
        DeliverySettings.Timeouts.all(limit),
        relays);
  }

  static OutboundAgent agent(DeliverySettings settings, Resolver resolver) {
    return new OutboundAgent(
        settings,
        resolver,
        new OutboundTls(
            TlsPolicy.OPPORTUNISTIC,
            ClientTls.best(Optional.empty(), true, new SecureRandom()),
            new PeerVerifier(CertificateAuthorities.platform(), InstantSource.system()),
            TlsReporter.NONE),
        _ -> Map.of(),
        new Random(1));
  }

  static DeliveryOutcome only(Map<Recipient, DeliveryOutcome> outcomes) {
    if (outcomes.size() != 1) {
      throw new AssertionError("one outcome expected: " + outcomes);
    }
    return outcomes.values().iterator().next();
  }

  static Map<String, String> byAddress(Map<Recipient, DeliveryOutcome> outcomes) {
    var out = new HashMap<String, String>();
    outcomes.forEach(
        (r, o) -> out.put(r.address().text(), o.getClass().getSimpleName() + " " + o.status()));
    return out;
  }

  /// A DNS of maps: absent names are NXDOMAIN.
  static final class Zone implements Resolver {
    private final Map<String, Answer<?>> answers = new HashMap<>();
    private final Map<String, Boolean> names = new HashMap<>();

    Zone mx(String domain, MxRecord... records) {
      answers.put(domain + " MX", records(List.of(records), domain));
      names.put(domain, true);
      return this;
    }

    Zone mx(String domain, int preference, String host) {
      return mx(domain, new MxRecord(preference, DomainName.of(host)));
    }

    Zone a(String host, String... addresses) {
      var list = new ArrayList<InetAddress>();
      for (String a : addresses) {
        list.add(InetAddress.ofLiteral(a));
      }
      answers.put(host + " A", records(list, host));
      names.put(host, true);
      return this;
    }

    Zone fails(String host, RecordType<?> type) {
      answers.put(host + " " + type, new Answer.Failed<>("time-out"));
      names.put(host, true);
      return this;
    }

    private static <T> Answer<T> records(List<T> values, String owner) {
      return new Answer.Records<>(values, DomainName.of(owner), false, Duration.ofMinutes(1));
    }

    @Override
    public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
      @SuppressWarnings("unchecked")
      var known = (Answer<T>) answers.get(name.text() + " " + type);
      return Optional.ofNullable(known)
          .orElseGet(
              () ->
                  names.containsKey(name.text())
                      ? new Answer.NoData<>(name, false, Duration.ZERO)
                      : new Answer.NxDomain<>(false, Duration.ZERO));
    }
  }
}
