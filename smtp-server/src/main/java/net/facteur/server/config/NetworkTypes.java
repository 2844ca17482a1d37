package net.facteur.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.SettingType.Reading;

/// The types of the network: names, addresses, URLs.
public final class NetworkTypes {
  private NetworkTypes() {}

  /// A domain name, in any case, with U-labels or A-labels.
  public static SettingType<DomainName> domain() {
    return SettingTypes.scalar(
        "domain",
        "a domain name such as example.org",
        text ->
            switch (DomainName.parse(text)) {
              case Parsed.Ok<DomainName>(DomainName name) when name.isHostName() ->
                  Reading.good(name);
              case Parsed.Ok<DomainName> _ ->
                  Reading.wrong("is `" + text + "`, which is not a domain name", "");
              case Parsed.Malformed<DomainName> _ ->
                  Reading.wrong("is `" + text + "`, which is not a domain name", "");
            },
        DomainName::text);
  }

  /// A fully qualified host name: at least two labels.
  public static SettingType<DomainName> hostName() {
    return SettingTypes.scalar(
        "host name",
        "a full host name such as mail.example.org",
        text ->
            switch (DomainName.parse(text)) {
              case Parsed.Ok<DomainName>(DomainName name)
                  when name.isHostName() && name.labelCount() > 1 ->
                  Reading.good(name);
              case Parsed.Ok<DomainName> _ ->
                  Reading.wrong(
                      "is `" + text + "`, which is not a full host name", "mail.example.org");
              case Parsed.Malformed<DomainName> _ ->
                  Reading.wrong(
                      "is `" + text + "`, which is not a full host name", "mail.example.org");
            },
        DomainName::text);
  }

  /// A host to connect to: a name or an IP address, as text.
  public static SettingType<String> host() {
    return SettingTypes.scalar(
        "host",
        "a host name or an IP address",
        text ->
            ip(text).isPresent()
                    || DomainName.parse(text)
                        .toOptional()
                        .filter(DomainName::isHostName)
                        .isPresent()
                ? Reading.good(text)
                : Reading.wrong(
                    "is `" + text + "`, which is neither a host name nor an address", ""),
        text -> text);
  }

  /// An address and port to listen on.
  public static SettingType<InetSocketAddress> endpoint() {
    return SettingTypes.scalar(
        "address:port",
        "an IP address with a port from 0 to 65,535, IPv6 in brackets",
        text -> {
          int colon = text.lastIndexOf(':');
          String host = colon < 0 ? "" : text.substring(0, colon);
          String port = text.substring(colon + 1);
          if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
          } else if (host.contains(":")) {
            return Reading.wrong(
                "is `" + text + "`: an IPv6 address stands in brackets",
                SettingTypes.quoted("[" + host + "]:" + port));
          }
          Optional<InetAddress> address = ip(host);
          if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            return Reading.wrong("is `" + text + "`, which does not end in a port", "");
          }
          return address.isPresent()
              ? Reading.good(new InetSocketAddress(address.get(), Integer.parseInt(port)))
              : Reading.wrong(
                  "is `" + text + "`, which is not an IP address with a port",
                  "\"0.0.0.0:" + port + "\"");
        },
        NetworkTypes::print);
  }

  public static String print(InetSocketAddress socket) {
    String host = socket.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + shortIpv6(host) + "]" : host) + ":" + socket.getPort();
  }

  private static String shortIpv6(String host) {
    return switch (host) {
      case "0:0:0:0:0:0:0:0" -> "::";
      case "0:0:0:0:0:0:0:1" -> "::1";
      default -> host;
    };
  }

  /// A literal IP address, without a look-up.
  public static Optional<InetAddress> ip(String text) {
    return IpLiteral.parse(text).toOptional().map(IpLiteral::unmapped);
  }

  /// An IP address.
  public static SettingType<InetAddress> ipAddress() {
    return SettingTypes.scalar(
        "IP address",
        "an IPv4 or IPv6 address",
        text ->
            ip(text)
                .<Reading<InetAddress>>map(Reading::good)
                .orElseGet(
                    () -> Reading.wrong("is `" + text + "`, which is not an IP address", "")),
        InetAddress::getHostAddress);
  }

  /// A URL.
  public static SettingType<URI> https() {
    return SettingTypes.scalar(
        "URL",
        "beginning with https://",
        text -> {
          try {
            var url = new URI(text);
            return "https".equals(url.getScheme()) && url.getHost() != null
                ? Reading.good(url)
                : wrong(text);
          } catch (URISyntaxException _) {
            return wrong(text);
          }
        },
        URI::toString);
  }

  private static Reading<URI> wrong(String text) {
    return Reading.wrong(
        "is `" + text + "`, not an https URL", "\"https://acme.example.net/directory\"");
  }
}
