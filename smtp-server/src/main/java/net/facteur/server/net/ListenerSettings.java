package net.facteur.server.net;

import static net.facteur.server.config.SettingTypes.list;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;

/// Where clients are listened to.
///
/// @param reception for mail from other servers
/// @param submission for users, with STARTTLS
/// @param submissions for users, with TLS from the first octet
/// @param ownAddresses public addresses that lead here though no interface has them
public record ListenerSettings(
    List<InetSocketAddress> reception,
    List<InetSocketAddress> submission,
    List<InetSocketAddress> submissions,
    List<InetAddress> ownAddresses) {
  public static final Setting<List<InetSocketAddress>> RECEPTION =
      listener("reception", 25, "Where mail from other servers comes in, for local domains only.");

  public static final Setting<List<InetSocketAddress>> SUBMISSION =
      listener("submission", 587, "Where users hand in mail: STARTTLS first, then their password.");

  public static final Setting<List<InetSocketAddress>> SUBMISSIONS =
      listener(
          "submissions", 465, "Where users hand in mail with TLS from the first octet (RFC 8314).");

  public static final Setting<List<InetAddress>> OWN_ADDRESSES =
      Setting.of(
          "listen.own-addresses",
          list(NetworkTypes.ipAddress(), 64),
          List.of(),
          "Public addresses that a router translates to this server (NAT), which it cannot see by"
              + " itself. Mail to postmaster@[ADDRESS] is taken, and a mail exchanger there is this"
              + " server, so that mail does not go round in circles.");

  /// Rows about listeners.
  public static final Rows ROWS = Rows.of(RECEPTION, SUBMISSION, SUBMISSIONS, OWN_ADDRESSES);

  public ListenerSettings {
    reception = List.copyOf(reception);
    submission = List.copyOf(submission);
    submissions = List.copyOf(submissions);
    ownAddresses = List.copyOf(ownAddresses);
  }

  public static ListenerSettings from(Settings settings) {
    return new ListenerSettings(
        settings.get(RECEPTION),
        settings.get(SUBMISSION),
        settings.get(SUBMISSIONS),
        settings.get(OWN_ADDRESSES));
  }

  private static Setting<List<InetSocketAddress>> listener(String name, int port, String doc) {
    return Setting.of(
            "listen." + name,
            list(NetworkTypes.endpoint(), 64),
            List.of(endpoint("0.0.0.0", port), endpoint("::", port)),
            doc)
        .atStart();
  }

  private static InetSocketAddress endpoint(String address, int port) {
    return new InetSocketAddress(NetworkTypes.ip(address).orElseThrow(), port);
  }
}
