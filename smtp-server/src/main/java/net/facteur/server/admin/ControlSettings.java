package net.facteur.server.admin;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.path;

import java.nio.file.Path;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.DataDirectory;

/// Whether and where the command line can speak with the running server.
public record ControlSettings(boolean enabled, Path socket) {
  public static final Setting<Boolean> ENABLED =
      Setting.of("control.enabled", bool(), true, "Whether there is such a socket.").atStart();

  public static final Setting<Path> SOCKET =
      Setting.of(
              "control.socket",
              path(),
              Path.of("control.socket"),
              "The socket through which the command line speaks with the running server; relative"
                  + " to directories.data. Whoever may write to it controls the server.")
          .atStart();

  /// Rows about the control socket.
  public static final Rows ROWS = Rows.of(ENABLED, SOCKET);

  public static ControlSettings from(Settings settings) {
    return new ControlSettings(
        settings.get(ENABLED), DataDirectory.from(settings).resolve(settings.get(SOCKET)));
  }
}
