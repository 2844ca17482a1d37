package net.facteur.server.host;

import java.nio.file.Path;
import net.facteur.server.config.Settings;

/// The directory that everything lies in which the server writes. Who needs no more than it can go
/// on where other settings are wrong.
public record DataDirectory(Path path) {
  public static DataDirectory from(Settings settings) {
    return new DataDirectory(settings.resolve(settings.get(HostSettings.DATA)));
  }

  /// A path that is relative to it.
  public Path resolve(Path relative) {
    return path.resolve(relative).normalize();
  }
}
