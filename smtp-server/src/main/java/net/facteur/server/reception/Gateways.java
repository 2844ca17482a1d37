package net.facteur.server.reception;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.smtp.ReceivedField;
import net.facteur.server.smtp.SmtpClient;

/// Hosts of our own that take mail from strangers and hand it on to us: backup MX and gateways.
///
/// Who handed a message to them stands in the Received field that they wrote, which is the topmost.
/// Where that is one of them again, or their own host (a filter), the next field is theirs too.
/// What stands below the first stranger is his word, and never looked at.
///
/// @param networks their addresses
record Gateways(List<AddressBlock> networks) {
  /// A message has gone through hardly as many hosts of our own.
  private static final int MAX_FIELDS = 20;

  /// Addresses that no stranger on the Internet has: a router stands between him and the gateway,
  /// and hides him.
  private static final List<AddressBlock> PRIVATE =
      Stream.of(
              "10.0.0.0/8",
              "172.16.0.0/12",
              "192.168.0.0/16",
              "100.64.0.0/10",
              "169.254.0.0/16",
              "fc00::/7",
              "fe80::/10")
          .flatMap(text -> AddressBlock.parse(text).toOptional().stream())
          .toList();

  Gateways {
    networks = List.copyOf(networks);
  }

  /// Where a message came from.
  sealed interface Origin {
    /// The host that SPF is checked for.
    record Host(InetAddress address, String hello) implements Origin {}

    /// A gateway does not tell.
    ///
    /// @param why in printable ASCII
    record Hidden(String why) implements Origin {}
  }

  boolean contains(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /// Where a message came from that a client hands over.
  Origin origin(SmtpClient client, MessageHeader header) {
    var hop = new Origin.Host(client.remote().getAddress(), client.hello());
    if (!contains(hop.address())) {
      return hop;
    }
    List<HeaderField> fields = header.all("Received");
    if (fields.isEmpty()) {
      return new Origin.Hidden("the gateway " + text(hop) + " wrote no Received field");
    }
    int read = 0;
    for (HeaderField field : fields) {
      if (++read > MAX_FIELDS) {
        return new Origin.Hidden("only hosts of our own stand in the first Received fields");
      }
      switch (TraceSource.parse(field.unfolded())) {
        case Parsed.Malformed<TraceSource> _ -> {
          return new Origin.Hidden(
              "the Received field of the gateway " + text(hop) + " names no address");
        }
        case Parsed.Ok<TraceSource>(TraceSource.Here()) -> {}
        case Parsed.Ok<TraceSource>(TraceSource.User()) -> {
          return hop; // for whom it is the host that sends
        }
        case Parsed.Ok<TraceSource>(TraceSource.Host from) -> {
          if (contains(from.address())) {
            hop = new Origin.Host(from.address(), from.hello());
          } else if (!from.address().isLoopbackAddress()) {
            return stranger(hop, from);
          }
        }
      }
    }
    return hop; // it made the message itself
  }

  private static Origin stranger(Origin.Host hop, TraceSource.Host from) {
    boolean hidden =
        from.address().isAnyLocalAddress()
            || PRIVATE.stream().anyMatch(network -> network.contains(from.address()));
    return hidden
        ? new Origin.Hidden(
            "the gateway "
                + text(hop)
                + " names a private address, "
                + ReceivedField.addressLiteral(from.address()))
        : new Origin.Host(from.address(), from.hello());
  }

  private static String text(Origin.Host host) {
    return ReceivedField.addressLiteral(host.address());
  }
}
