package net.facteur.server.lists.following;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.config.SettingTypes.path;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.MailTypes;

/// Where members come from, and how long answers may take.
///
/// @param table the table that is followed; empty for none
/// @param groups addresses of groups of the directory, by the address of the list
/// @param held how long a post waits for a moderator
/// @param confirmed how long somebody may take to confirm
/// @param admitted how long owners may take to let somebody in
public record FollowingSettings(
    Optional<Path> table,
    Map<String, String> groups,
    Duration held,
    Duration confirmed,
    Duration admitted) {
  public static final Setting<Path> TABLE =
      Setting.optional(
          "lists.members-file",
          path(),
          "members are those of the lists' own files",
          "members.csv",
          "A table of members that the server follows: columns address, name, lists and role, with"
              + " commas, semicolons or tabs, as a spreadsheet writes it. Each list that it names"
              + " has the members that stand there, and no others. `facteur list import members.csv"
              + " --from csv --remove --dry-run` shows first what would happen.");

  public static final Setting<Map<String, String>> GROUPS =
      Setting.of(
              "lists.groups",
              map(MailTypes.addressOrName(), MailTypes.addressOrName(), 1000),
              Map.<String, String>of(),
              "Lists whose members are those of a group of the LDAP directory, with the groups in"
                  + " it: the address of the list, and that of the group. Asked every hour.")
          .example("{ \"staff@example.org\" = \"all-staff@example.org\" }");

  public static final Setting<Duration> HELD =
      Setting.of(
          "lists.held-for",
          duration(Duration.ofDays(1), Duration.ofDays(60)),
          Duration.ofDays(7),
          "How long a post waits for a moderator. Then a proven author gets it back, and that of"
              + " others is thrown away.");

  public static final Setting<Duration> CONFIRMED =
      Setting.of(
          "lists.confirm-within",
          duration(Duration.ofDays(1), Duration.ofDays(30)),
          Duration.ofDays(3),
          "How long somebody may take to confirm that he wants to be on a list.");

  public static final Setting<Duration> ADMITTED =
      Setting.of(
          "lists.admit-within",
          duration(Duration.ofDays(1), Duration.ofDays(60)),
          Duration.ofDays(14),
          "How long the owners of a list may take to let somebody in.");

  /// Rows about lists.
  public static final Rows ROWS = Rows.of(TABLE, GROUPS, HELD, CONFIRMED, ADMITTED);

  public FollowingSettings {
    groups = Map.copyOf(groups);
  }

  public static FollowingSettings from(Settings settings) {
    return new FollowingSettings(
        settings.find(TABLE).map(file -> HostSettings.from(settings).inData(file)),
        settings.get(GROUPS),
        settings.get(HELD),
        settings.get(CONFIRMED),
        settings.get(ADMITTED));
  }
}
