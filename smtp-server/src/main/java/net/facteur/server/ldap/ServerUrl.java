package net.facteur.server.ldap;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;

/// Where a directory answers: `ldap://HOST[:PORT]`, or `ldaps://` where it speaks TLS at once.
///
/// @param host a name or an address, without brackets
/// @param port 1 to 65,535; 389 and 636 where none is named
/// @spec https://www.rfc-editor.org/rfc/rfc4516 RFC 4516: LDAP: Uniform Resource Locator, but for
///   what follows the host
public record ServerUrl(boolean implicitTls, String host, int port) {
  private static final Pattern FORM =
      Pattern.compile(
          "(ldaps?)://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)"
              + "(?::([0-9]{1,5}))?/?");

  static Optional<ServerUrl> parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    boolean tls = m.group(1).equals("ldaps");
    int port = m.group(3) == null ? (tls ? 636 : 389) : Integer.parseInt(m.group(3));
    String host = m.group(2).startsWith("[") ? bare(m.group(2)) : m.group(2);
    return port < 1 || port > 65_535
        ? Optional.empty()
        : Optional.of(new ServerUrl(tls, host, port));
  }

  private static String bare(String bracketed) {
    return bracketed.substring(1, bracketed.length() - 1);
  }

  static SettingType<ServerUrl> type() {
    return SettingTypes.scalar(
        LdapTexts.SAY.typeServer(),
        LdapTexts.SAY.boundsServer(),
        text ->
            parse(text)
                .map(Reading::good)
                .orElseGet(
                    () ->
                        Reading.wrong(
                            LdapTexts.SAY.notServer(text),
                            parse("ldaps://" + text).map(ServerUrl::text).orElse(""))),
        ServerUrl::text);
  }

  /// True where nothing leaves the machine.
  boolean isLoopback() {
    return host.equals("localhost")
        || IpLiteral.parse(host).toOptional().filter(InetAddress::isLoopbackAddress).isPresent();
  }

  String text() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    int usual = implicitTls ? 636 : 389;
    return (implicitTls ? "ldaps://" : "ldap://") + shown + (port == usual ? "" : ":" + port);
  }

  @Override
  public String toString() {
    return text();
  }
}
