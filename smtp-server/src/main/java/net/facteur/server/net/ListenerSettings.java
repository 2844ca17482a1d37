package net.facteur.server.net;

import static net.facteur.server.config.SettingTypes.list;

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
public record ListenerSettings(
    List<InetSocketAddress> reception,
    List<InetSocketAddress> submission,
    List<InetSocketAddress> submissions) {
  public static final Setting<List<InetSocketAddress>> RECEPTION =
      listener("reception", 25, "Where mail from other servers comes in, for local domains only.");

  public static final Setting<List<InetSocketAddress>> SUBMISSION =
      listener("submission", 587, "Where users hand in mail: STARTTLS first, then their password.");

  public static final Setting<List<InetSocketAddress>> SUBMISSIONS =
      listener(
          "submissions", 465, "Where users hand in mail with TLS from the first octet (RFC 8314).");

  /// Rows about listeners.
  public static final Rows ROWS = Rows.of(RECEPTION, SUBMISSION, SUBMISSIONS);

  public ListenerSettings {
    reception = List.copyOf(reception);
    submission = List.copyOf(submission);
    submissions = List.copyOf(submissions);
  }

  public static ListenerSettings from(Settings settings) {
    return new ListenerSettings(
        settings.get(RECEPTION), settings.get(SUBMISSION), settings.get(SUBMISSIONS));
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
