package net.facteur.server.pickup;

import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.config.SettingTypes.text;
import static net.facteur.server.pickup.PickupTexts.SAY;

import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.MailTypes;

/// Whether and where programs of this machine hand in mail.
///
/// @param socket where they do; empty where none may
/// @param drop where their mail is kept while no server runs
/// @param sendAs the addresses of system users, `*` for all others
public record PickupSettings(
    Optional<Path> socket, Optional<Path> drop, Map<String, List<Entry>> sendAs) {
  static final String EVERYBODY_ELSE = "*";

  private static final String SOCKET_NAME = "sendmail";
  public static final Path USUAL_DROP = Path.of("/var/spool/facteur/drop");
  private static final String ANY_NAME = "*@";

  public static final Setting<Path> SOCKET =
      Setting.optional(
              "pickup.socket",
              path(),
              "`sendmail` in the RuntimeDirectory of the systemd unit; without one, no program may"
                  + " hand in mail",
              "/run/facteur/sendmail",
              "The local socket through which programs of this machine, such as cron, hand in mail"
                  + " by `sendmail`. Every user of the machine may write to it.")
          .atStart();

  public static final Setting<Path> DROP =
      Setting.optional(
              "pickup.drop",
              path(),
              "/var/spool/facteur/drop, if it exists and there is a socket",
              "/var/spool/facteur/drop",
              "The directory in which `sendmail` keeps mail while the server does not run. It"
                  + " belongs to the server's user, mode 3733. Beside it, the server makes the"
                  + " directory `taken`.")
          .atStart();

  public static final Setting<Map<String, List<Entry>>> SEND_AS =
      Setting.of(
              "pickup.send-as",
              map(text(100), list(entry(), 1000), 10_000),
              Map.of(),
              "The addresses that users of this machine may send as; *@ and a domain is every"
                  + " address there. The entry \"*\" is for all users without one of their own."
                  + " Where it is missing, they may send as every address of your domains.")
          .example(
              "{ \"www-data\" = \"shop@example.org\", \"root\" = \"*@example.org\", \"*\" = [] }");

  /// Rows about mail of programs.
  public static final Rows ROWS = Rows.of(SOCKET, DROP, SEND_AS);

  /// What a system user may send as.
  ///
  /// @param localPart empty for every one
  public record Entry(Optional<String> localPart, DomainName domain) {
    boolean names(MailAddress address) {
      return DomainName.parse(address.domain()).toOptional().filter(domain::equals).isPresent()
          && localPart.map(name -> name.equalsIgnoreCase(address.localPart())).orElse(true);
    }
  }

  /// @param environment what systemd tells a service
  public static PickupSettings from(Settings settings, Map<String, String> environment) {
    HostSettings host = HostSettings.from(settings);
    Optional<Path> socket =
        settings
            .find(SOCKET)
            .map(host::inData)
            .or(
                () ->
                    Optional.of(environment.getOrDefault("RUNTIME_DIRECTORY", ""))
                        .filter(text -> !text.isEmpty())
                        .map(text -> Path.of(text.split(":", -1)[0]).resolve(SOCKET_NAME)));
    return new PickupSettings(
        socket,
        settings.find(DROP).map(host::inData).or(() -> socket.map(_ -> USUAL_DROP)),
        settings.get(SEND_AS));
  }

  /// True where `user` may send as `address`.
  ///
  /// @param ours whether the address is at one of our domains
  public boolean mayUse(String user, MailAddress address, boolean ours) {
    return Optional.ofNullable(sendAs.get(user))
        .or(() -> Optional.ofNullable(sendAs.get(EVERYBODY_ELSE)))
        .map(entries -> entries.stream().anyMatch(entry -> entry.names(address)))
        .orElse(ours);
  }

  private static SettingType<Entry> entry() {
    return SettingTypes.scalar(
        MailTypes.address().name(),
        SAY.addressBounds(),
        text ->
            text.startsWith(ANY_NAME)
                ? anyAt(text)
                : switch (MailTypes.address().read(ConfigValueFactory.fromAnyRef(text))) {
                  case Reading.Good<MailAddress>(MailAddress address) ->
                      Reading.good(
                          new Entry(
                              Optional.of(address.localPart()), DomainName.of(address.domain())));
                  case Reading.Wrong<MailAddress>(List<Reading.Fault> faults) ->
                      new Reading.Wrong<>(faults);
                },
        entry -> entry.localPart().orElse("*") + "@" + entry.domain().text());
  }

  private static Reading<Entry> anyAt(String text) {
    return DomainName.parse(text.substring(ANY_NAME.length()))
        .toOptional()
        .filter(DomainName::isHostName)
        .map(domain -> Reading.good(new Entry(Optional.empty(), domain)))
        .orElseGet(() -> Reading.wrong(SAY.noDomain(text)));
  }
}
