package net.facteur.server;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.facteur.server.config.Settings;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.net.TlsContexts;
import net.facteur.server.net.TransportSettings;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.smtp.Authenticator;
import net.facteur.server.smtp.CheckedInTurn;
import net.facteur.server.smtp.ListenerSpec;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.smtp.Turns;

/// What stands behind each address that is listened on.
final class ListenerSpecs {
  private ListenerSpecs() {}

  /// @param addresses the settings that say where the listeners are
  /// @param rest the settings for everything else
  /// @param wrapped what the listeners are given in place of a service
  static List<ListenerSpec> of(
      Settings addresses,
      Settings rest,
      ReloadedParts parts,
      Optional<TlsContexts> tls,
      UnaryOperator<SmtpService> wrapped) {
    var specs = new ArrayList<ListenerSpec>();
    var turns = new Turns(ReceptionSettings.from(rest).checkedAtOnce());
    var transport = TransportSettings.from(rest);
    var gateways = ReceptionSettings.from(rest).gateways();
    for (SmtpClient.Listener kind : SmtpClient.Listener.values()) {
      boolean stranger = kind == SmtpClient.Listener.RECEPTION;
      SmtpService service =
          wrapped.apply(
              stranger
                  ? new CheckedInTurn(parts.withRoom(parts.reception()), turns)
                  : parts.withRoom(parts.submission()));
      Optional<Authenticator> authenticator =
          stranger ? Optional.empty() : Optional.of(parts.authenticator());
      for (InetSocketAddress address : addresses(kind, addresses)) {
        specs.add(
            new ListenerSpec(
                kind,
                address,
                service,
                tls,
                authenticator,
                SmtpSettings.from(rest),
                stranger ? transport.withFriends(gateways) : transport.withoutGreetingDelay()));
      }
    }
    return specs;
  }

  private static List<InetSocketAddress> addresses(SmtpClient.Listener kind, Settings settings) {
    var listeners = ListenerSettings.from(settings);
    return switch (kind) {
      case RECEPTION -> listeners.reception();
      case SUBMISSION -> listeners.submission();
      case SUBMISSIONS -> listeners.submissions();
      case LOCAL -> List.of();
    };
  }
}
