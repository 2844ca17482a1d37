package net.facteur.auth.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.ResolverConfig;

/// The recursive resolvers, asked one after the other until one gives an answer.
final class DnsServers {
  /// Unsigned questions, as every resolver understands them.
  static final DnsExchange.Wants PLAIN = new DnsExchange.Wants(false, false);

  /// Signatures are wanted, and the resolver shall not keep back what it thinks bogus.
  static final DnsExchange.Wants UNCHECKED = new DnsExchange.Wants(true, true);

  /// Signatures are wanted, and the resolver's opinion of them.
  static final DnsExchange.Wants CHECKED = new DnsExchange.Wants(true, false);

  private final DnsSettings settings;
  private final List<InetSocketAddress> servers;
  private final InstantSource clock;
  private final DnsExchange exchange;

  DnsServers(DnsSettings settings, RandomGenerator random, InstantSource clock) {
    this.settings = settings;
    this.servers =
        settings.servers().isEmpty()
            ? List.copyOf(ResolverConfig.getCurrentConfig().servers())
            : settings.servers();
    this.clock = clock;
    this.exchange = new DnsExchange(random, clock, settings.ednsSize());
  }

  List<InetSocketAddress> addresses() {
    return servers;
  }

  /// SERVFAIL, REFUSED, garbage and silence send the question to the next server.
  ///
  /// @return an answer with the code NOERROR or NXDOMAIN
  /// @throws IOException after the last try, or when `deadline` has passed
  Message ask(Name name, int type, DnsExchange.Wants wants, Instant deadline) throws IOException {
    IOException last = new IOException("no server to ask");
    for (int round = 0; round < settings.tries(); round++) {
      for (InetSocketAddress server : servers) {
        Instant now = clock.instant();
        if (!now.isBefore(deadline)) {
          throw last;
        }
        Instant tryEnd = now.plus(settings.tryTimeout());
        try {
          Message response =
              exchange.ask(
                  server, name, type, wants, tryEnd.isBefore(deadline) ? tryEnd : deadline);
          int rcode = response.getRcode();
          if (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN) {
            return response;
          }
          last = new IOException(Rcode.string(rcode) + " from " + server);
        } catch (IOException e) {
          last = new IOException(NetworkFault.of(e) + " at " + server, e);
        }
      }
    }
    throw last;
  }

  /// Answers that nobody checks.
  DnsSource unchecked() {
    return (name, type, deadline) ->
        new DnsSource.Reply(ask(name, type, PLAIN, deadline), new DnsSource.Validity.Insecure());
  }

  /// Answers that the resolver has checked; it keeps back what is bogus.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc4035#section-4.9.3 RFC 4035, section 4.9.3: Handling
  ///   of the AD bit
  DnsSource checkedByServer() {
    return (name, type, deadline) -> {
      Message response = ask(name, type, CHECKED, deadline);
      return new DnsSource.Reply(
          response,
          response.getHeader().getFlag(Flags.AD)
              ? new DnsSource.Validity.Secure()
              : new DnsSource.Validity.Insecure());
    };
  }
}
