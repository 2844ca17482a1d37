package net.facteur.server.config;

import com.typesafe.config.ConfigValueFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.mtasts.MxPattern;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.delivery.TlsOverride;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.reception.Action;
import net.facteur.server.reception.Reaction;
import net.facteur.server.routing.NextHop;

/// The types of the field: names, addresses, networks, paths.
final class MailTypes {
  private static final Pattern LOCAL_PART =
      Pattern.compile("[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+(\\.[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+)*");

  // RFC 5321, 4.2: what a server may say to the end of data
  private static final Pattern REACTION =
      Pattern.compile(
          "(note|quarantine|defer|reject)"
              + "(?: +(45[0-2]|55[0-4]) +([45])\\.([0-9]{1,3})\\.([0-9]{1,3}))?");

  private MailTypes() {}

  /// A domain name, in any case, with U-labels or A-labels.
  static SettingType<DomainName> domain() {
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
  static SettingType<DomainName> hostName() {
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

  /// A language that there are texts in, by its code; its English name is understood, too.
  static SettingType<String> language() {
    return SettingTypes.scalar(
        "language",
        "en or fr",
        text ->
            switch (Ascii.lower(text)) {
              case "en", "english" -> Reading.good("en");
              case "fr", "french" -> Reading.good("fr");
              default -> Reading.wrong("is `" + text + "`, and there are texts in en and fr", "en");
            },
        code -> code);
  }

  /// A host to connect to: a name or an IP address, as text.
  static SettingType<String> queueUrl() {
    return SettingTypes.scalar(
        "URL",
        "jdbc:postgresql://host/database",
        text ->
            text.startsWith("jdbc:postgresql:") && text.length() <= 1024
                ? Reading.good(text)
                : Reading.wrong("does not begin with jdbc:postgresql:", ""),
        text -> text);
  }

  static SettingType<String> host() {
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

  /// An LMTP server: the absolute path of its socket, or its host and port.
  static SettingType<NextHop> lmtpServer() {
    return SettingTypes.scalar(
        "LMTP server",
        "the absolute path of a socket, or a host and port",
        text ->
            NextHop.parse(new Destination("lmtp:" + text)) instanceof Parsed.Ok<NextHop>(var server)
                ? Reading.good(server)
                : Reading.wrong(
                    "is `" + text + "`, which is neither a path nor a host and port",
                    "/run/dovecot/lmtp"),
        server -> server.destination().text().substring("lmtp:".length()));
  }

  /// A DKIM selector: one or more labels.
  static SettingType<String> selector() {
    return SettingTypes.scalar(
        "selector",
        "letters, digits and hyphens, such as jan2026",
        text ->
            text.length() <= 63
                    && DomainName.parse(text)
                        .toOptional()
                        .filter(DomainName::isHostName)
                        .isPresent()
                ? Reading.good(text)
                : Reading.wrong("is `" + text + "`, which is not a selector", "jan2026"),
        text -> text);
  }

  /// A mail address without angle brackets.
  static SettingType<MailAddress> address() {
    return SettingTypes.scalar(
        "address",
        "a mail address such as alice@example.org",
        text -> {
          int at = text.lastIndexOf('@');
          Optional<DomainName> domain =
              at < 1
                  ? Optional.empty()
                  : DomainName.parse(text.substring(at + 1))
                      .toOptional()
                      .filter(DomainName::isHostName);
          return domain.isPresent() && isLocalPart(text.substring(0, at))
              ? Reading.good(new MailAddress(text.substring(0, at), domain.get().text()))
              : Reading.wrong("is `" + text + "`, which is not a mail address", "");
        },
        MailAddress::text);
  }

  private static boolean isLocalPart(String text) {
    return text.length() <= 64 && LOCAL_PART.matcher(text).matches();
  }

  /// An address, or the part before the `@` alone, as a table of routes takes it.
  static SettingType<String> addressOrName() {
    SettingType<MailAddress> address = address();
    return SettingTypes.scalar(
        "address",
        "a mail address, or a name alone for that name at every local domain",
        text ->
            text.contains("@")
                ? switch (address.read(ConfigValueFactory.fromAnyRef(text))) {
                  case Reading.Good<MailAddress>(MailAddress good) -> Reading.good(good.text());
                  case Reading.Wrong<MailAddress> wrong -> wrong.as();
                }
                : isLocalPart(text)
                    ? Reading.good(text)
                    : Reading.wrong("is `" + text + "`, which is not a mail address", ""),
        text -> text);
  }

  /// An address and port to listen on.
  static SettingType<InetSocketAddress> endpoint() {
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
        MailTypes::print);
  }

  static String print(InetSocketAddress socket) {
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

  /// A block of addresses.
  static SettingType<AddressBlock> network() {
    return SettingTypes.scalar(
        "network",
        "an IP address or a block such as 192.0.2.0/24 or 2001:db8::/32",
        text ->
            switch (AddressBlock.parse(text)) {
              case Parsed.Ok<AddressBlock>(AddressBlock block) -> Reading.good(block);
              case Parsed.Malformed<AddressBlock>(int _, String expected) ->
                  Reading.wrong(
                      "is `" + text + "`, which is not a network: expected " + expected,
                      "\"192.0.2.0/24\"");
            },
        AddressBlock::toString);
  }

  /// What a result leads to: `note`, `quarantine`, `defer` or `reject`, the last two with a reply
  /// code and status code if one is wanted.
  static SettingType<Reaction> reaction() {
    String bounds = "note, quarantine, defer or reject, such as reject 550 5.7.23";
    return SettingTypes.scalar(
        "action",
        bounds,
        text -> {
          Matcher m = REACTION.matcher(text);
          if (!m.matches()) {
            return Reading.wrong("is `" + text + "`, allowed is " + bounds, "");
          }
          Action action =
              switch (m.group(1)) {
                case "note" -> Action.NOTE;
                case "quarantine" -> Action.QUARANTINE;
                case "defer" -> Action.DEFER;
                default -> Action.REJECT;
              };
          if (m.group(2) == null) {
            return Reading.good(Reaction.of(action));
          }
          String first =
              switch (action) {
                case NOTE, QUARANTINE -> "";
                case DEFER -> "4";
                case REJECT -> "5";
              };
          return m.group(2).startsWith(first) && m.group(3).equals(first)
              ? Reading.good(new Reaction(action, Optional.of(code(m))))
              : Reading.wrong(
                  "is `" + text + "`, whose codes do not fit " + m.group(1),
                  switch (action) {
                    case NOTE, QUARANTINE -> m.group(1);
                    case DEFER -> "defer 451 4.7.24";
                    case REJECT -> "reject 550 5.7.23";
                  });
        },
        MailTypes::print);
  }

  private static Reaction.Code code(Matcher m) {
    return new Reaction.Code(
        Integer.parseInt(m.group(2)),
        EnhancedStatusCode.of(
            Integer.parseInt(m.group(3)),
            Integer.parseInt(m.group(4)),
            Integer.parseInt(m.group(5))));
  }

  private static String print(Reaction reaction) {
    String action =
        switch (reaction.action()) {
          case NOTE -> "note";
          case QUARANTINE -> "quarantine";
          case DEFER -> "defer";
          case REJECT -> "reject";
        };
    return reaction.code().map(c -> action + " " + c.reply() + " " + c.status()).orElse(action);
  }

  /// A literal IP address, without a look-up.
  static Optional<InetAddress> ip(String text) {
    return IpLiteral.parse(text).toOptional().map(IpLiteral::unmapped);
  }

  /// An IP address.
  static SettingType<InetAddress> ipAddress() {
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

  /// A file or directory, not yet resolved.
  static SettingType<Path> path() {
    return SettingTypes.scalar(
        "path",
        "a file or directory",
        text -> {
          if (text.isEmpty()) {
            return Reading.wrong("is empty, but a path is expected", "");
          }
          try {
            return Reading.good(Path.of(text));
          } catch (InvalidPathException e) {
            return Reading.wrong("is not a path", "");
          }
        },
        Path::toString);
  }

  /// What is demanded of a destination.
  static SettingType<TlsOverride> tlsOverride() {
    return SettingTypes.scalar(
        "level",
        "dane, dane-only, secure [names], encrypt, may, none, or fingerprint and SHA-256 digests",
        text ->
            switch (TlsOverride.parse(text)) {
              case Parsed.Ok<TlsOverride>(TlsOverride level) -> Reading.good(level);
              case Parsed.Malformed<TlsOverride>(int _, String expected) ->
                  Reading.wrong("is `" + text + "`, but expected is " + expected, "");
            },
        TlsOverride::text);
  }

  /// A host, or `*.` and a domain.
  static SettingType<MxPattern> mxPattern() {
    return SettingTypes.scalar(
        "host name",
        "a host name, or one with *. in front",
        text ->
            switch (MxPattern.parse(text)) {
              case Parsed.Ok<MxPattern>(MxPattern pattern) -> Reading.good(pattern);
              case Parsed.Malformed<MxPattern> _ ->
                  Reading.wrong(
                      "is `" + text + "`, which is not a host name such as mail.example.org", "");
            },
        MxPattern::toString);
  }
}
