package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlSettings;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.language.Text;
import net.facteur.server.metrics.MetricsSettings;
import net.facteur.server.net.BindFailure;
import net.facteur.server.net.Doors;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.web.WebSettings;

/// Whether the listeners could be opened if the server started now. That is another matter in a
/// minute, so it stops nothing.
final class DoorChecks {
  private static final Path FIRST_FOR_ALL =
      Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

  private final Settings settings;
  private final Found found;
  private final Optional<ServiceUnit> unit;

  DoorChecks(Settings settings, Found found, Optional<ServiceUnit> unit) {
    this.settings = settings;
    this.found = found;
    this.unit = unit;
  }

  void look(Doors doors) {
    List<InetSocketAddress> all =
        Stream.concat(
                listeners().flatMap(listener -> settings.get(listener).stream()),
                ImapSettings.from(settings).open().stream())
            .distinct()
            .toList();
    var failures = new ArrayList<>(doors.shut(all));
    if (!found.reader().isMyself()) {
      all.stream().filter(this::isForbidden).map(BindFailure::forbidden).forEach(failures::add);
    }
    sayOnce(failures);
    sources(doors);
    exposed();
    uncertified();
    boolean held = isHeldByOurs();
    for (BindFailure failure : failures) {
      boolean fine =
          switch (failure.kind()) {
            case IN_USE -> held;
            case FORBIDDEN -> unit.filter(ServiceUnit::opensPorts).isPresent();
            case NO_ADDRESS, OTHER -> false;
          };
      if (!fine) {
        found.caution(origin(failure.address()), failure.sentence(), remedy(failure));
      }
    }
  }

  /// What opens the lowest port opens them all.
  private static void sayOnce(List<BindFailure> failures) {
    List<BindFailure> forbidden =
        failures.stream()
            .filter(failure -> failure.kind() == BindFailure.Kind.FORBIDDEN)
            .sorted(Comparator.comparingInt(failure -> failure.address().getPort()))
            .toList();
    failures.removeAll(forbidden);
    forbidden.stream().findFirst().ifPresent(failures::add);
  }

  private static Text remedy(BindFailure failure) {
    return failure.remedy().equals(Text.nothing())
        ? failure.remedy()
        : SAY.sentence(failure.remedy());
  }

  /// Dovecot asks about passwords without TLS.
  private void exposed() {
    for (InetSocketAddress address : ImapSettings.from(settings).open()) {
      InetAddress at = address.getAddress();
      if (!at.isLoopbackAddress() && !at.isSiteLocalAddress()) {
        found.caution(
            settings.origin(ImapSettings.LISTEN),
            SAY.exposedAccounts(NetworkTypes.print(address)),
            SAY.exposedAccountsRemedy());
      }
    }
  }

  /// HTTPS without a certificate ends each handshake.
  private void uncertified() {
    for (Setting<List<InetSocketAddress>> listener :
        List.of(WebSettings.LISTEN_POLICY, WebSettings.LISTEN_WEB)) {
      if (!settings.get(listener).isEmpty() && TlsSettings.from(settings).isEmpty()) {
        found.caution(
            settings.origin(listener),
            SAY.uncertifiedWeb(listener.name()),
            SAY.uncertifiedWebRemedy());
      }
    }
  }

  /// Mail for elsewhere leaves from these.
  private void sources(Doors doors) {
    List<InetSocketAddress> sources =
        settings.get(DeliverySettings.SOURCES).stream()
            .map(source -> new InetSocketAddress(source, 0))
            .toList();
    for (BindFailure failure : sources.isEmpty() ? List.<BindFailure>of() : doors.shut(sources)) {
      if (failure.kind() == BindFailure.Kind.NO_ADDRESS) {
        found.caution(
            settings.origin(DeliverySettings.SOURCES),
            SAY.noSource(failure.address().getAddress().getHostAddress(), failure.why()),
            remedy(failure));
      }
    }
  }

  private static Stream<Setting<List<InetSocketAddress>>> listeners() {
    return Stream.of(
        ListenerSettings.RECEPTION,
        ListenerSettings.SUBMISSION,
        ListenerSettings.SUBMISSIONS,
        WebSettings.LISTEN_POLICY,
        WebSettings.LISTEN_WEB,
        WebSettings.LISTEN_CHALLENGES,
        MetricsSettings.LISTEN);
  }

  private Origin origin(InetSocketAddress address) {
    return Stream.concat(listeners(), Stream.of(ImapSettings.LISTEN))
        .filter(listener -> settings.get(listener).contains(address))
        .findFirst()
        .<Origin>map(settings::origin)
        .orElseGet(Origin.BuiltIn::new);
  }

  /// True where what is in use may well be so by the server itself, or by systemd for it.
  private boolean isHeldByOurs() {
    ControlSettings control = ControlSettings.from(settings);
    return !control.enabled()
        || ControlClient.answers(control.socket())
        || unit.filter(ServiceUnit::passesSockets).isPresent();
  }

  /// Root may open every port, and asks for somebody who may not.
  private boolean isForbidden(InetSocketAddress address) {
    return found.reader().user() != 0 && address.getPort() < firstForAll();
  }

  /// The lowest port that every user may open; 0 where the system does not say.
  static int firstForAll() {
    var octets = new byte[16];
    // in one go: the kernel gives the number once, and then no more
    try (InputStream in = Files.newInputStream(FIRST_FOR_ALL)) {
      int length = Math.max(0, in.read(octets));
      return Integer.parseInt(new String(octets, 0, length, StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException _) {
      return 0;
    }
  }
}
