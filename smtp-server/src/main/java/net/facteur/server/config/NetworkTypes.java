package net.facteur.server.config;

import static net.facteur.server.config.ConfigTexts.SAY;

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
        SAY.domain(),
        SAY.domainBounds(),
        text ->
            switch (DomainName.parse(text)) {
              case Parsed.Ok<DomainName>(DomainName name) when name.isHostName() ->
                  Reading.good(name);
              case Parsed.Ok<DomainName> _ -> Reading.wrong(SAY.notDomain(text));
              case Parsed.Malformed<DomainName> _ -> Reading.wrong(SAY.notDomain(text));
            },
        DomainName::text);
  }

  /// A fully qualified host name: at least two labels.
  public static SettingType<DomainName> hostName() {
    return SettingTypes.scalar(
        SAY.hostName(),
        SAY.hostNameBounds(),
        text ->
            switch (DomainName.parse(text)) {
              case Parsed.Ok<DomainName>(DomainName name)
                  when name.isHostName() && name.labelCount() > 1 ->
                  Reading.good(name);
              case Parsed.Ok<DomainName> _ ->
                  Reading.wrong(SAY.notHostName(text), "mail.example.org");
              case Parsed.Malformed<DomainName> _ ->
                  Reading.wrong(SAY.notHostName(text), "mail.example.org");
            },
        DomainName::text);
  }

  /// A host to connect to: a name or an IP address, as text.
  public static SettingType<String> host() {
    return SettingTypes.scalar(
        SAY.host(),
        SAY.hostBounds(),
        text ->
            ip(text).isPresent()
                    || DomainName.parse(text)
                        .toOptional()
                        .filter(DomainName::isHostName)
                        .isPresent()
                ? Reading.good(text)
                : Reading.wrong(SAY.notHost(text)),
        text -> text);
  }

  /// An address and port to listen on.
  public static SettingType<InetSocketAddress> endpoint() {
    return SettingTypes.scalar(
        SAY.endpoint(),
        SAY.endpointBounds(),
        text -> {
          int colon = text.lastIndexOf(':');
          String host = colon < 0 ? "" : text.substring(0, colon);
          String port = text.substring(colon + 1);
          if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
          } else if (host.contains(":")) {
            return Reading.wrong(
                SAY.unbracketed(text), SettingTypes.quoted("[" + host + "]:" + port));
          }
          Optional<InetAddress> address = ip(host);
          if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            return Reading.wrong(SAY.portless(text));
          }
          return address.isPresent()
              ? Reading.good(new InetSocketAddress(address.get(), Integer.parseInt(port)))
              : Reading.wrong(SAY.notEndpoint(text), "\"0.0.0.0:" + port + "\"");
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
        SAY.ipAddress(),
        SAY.ipAddressBounds(),
        text ->
            ip(text)
                .<Reading<InetAddress>>map(Reading::good)
                .orElseGet(() -> Reading.wrong(SAY.notAddress(text))),
        InetAddress::getHostAddress);
  }

  /// A URL.
  public static SettingType<URI> https() {
    return SettingTypes.scalar(
        SAY.url(),
        SAY.httpsBounds(),
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
    return Reading.wrong(SAY.notHttps(text), "\"https://acme.example.net/directory\"");
  }
}
