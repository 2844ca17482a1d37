package net.facteur.server.settings;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.mtasts.MxPattern;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.delivery.TlsOverride;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.reception.Action;
import net.facteur.server.reception.Reaction;
import net.facteur.server.routing.NextHop;

/// The types that belong to one mechanism.
final class OwnTypes {
  // RFC 5321, 4.2: what a server may say to the end of data
  private static final Pattern REACTION =
      Pattern.compile(
          "(note|quarantine|defer|reject)"
              + "(?: +(45[0-2]|55[0-4]) +([45])\\.([0-9]{1,3})\\.([0-9]{1,3}))?");

  private OwnTypes() {}

  /// A database of PostgreSQL.
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
        OwnTypes::print);
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
