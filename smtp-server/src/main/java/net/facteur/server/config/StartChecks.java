package net.facteur.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What the settings need from the disk: the files they name, readable and well kept.
public final class StartChecks {
  private StartChecks() {}

  /// Everything that is missing.
  public static List<Mistake> mistakes(Settings settings) {
    var mistakes = new ArrayList<Mistake>();
    for (Settings.Key key : settings.keys()) {
      if (key.setting().equals(SettingsTable.TLS_CERTIFICATE)
          || key.setting().equals(SettingsTable.TLS_NAME_CERTIFICATE)
          || key.setting().equals(OutboundTlsTable.CLIENT_CERTIFICATE)
          || key.setting().equals(OutboundTlsTable.TRUST_ANCHORS)
          || key.setting().equals(OutboundTlsTable.AUTHORITIES)) {
        readable(settings, key, mistakes);
      } else if (key.setting().equals(SettingsTable.TLS_KEY)
          || key.setting().equals(SettingsTable.TLS_NAME_KEY)
          || key.setting().equals(OutboundTlsTable.CLIENT_KEY)) {
        if (readable(settings, key, mistakes)) {
          keptSecret(settings, key, mistakes);
        }
      }
    }
    return mistakes;
  }

  private static boolean readable(Settings settings, Settings.Key key, List<Mistake> mistakes) {
    if (!(settings.find(key.setting(), key.names()).orElse(null) instanceof Path path)) {
      return false;
    }
    Path file = settings.resolve(path);
    if (Files.isReadable(file)) {
      return true;
    }
    boolean there = Files.exists(file);
    mistakes.add(
        new Mistake(
            settings.origin(key.setting(), key.names()),
            key.text()
                + " names "
                + file
                + (there ? ", which cannot be read" : ", which is missing"),
            there
                ? "Let the user that runs the server read it, such as by its group."
                : "Put the file there, or name the right one."));
    return false;
  }

  private static void keptSecret(Settings settings, Settings.Key key, List<Mistake> mistakes) {
    if (!(settings.find(key.setting(), key.names()).orElse(null) instanceof Path path)) {
      return;
    }
    Path file = settings.resolve(path);
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        mistakes.add(
            new Mistake(
                settings.origin(key.setting(), key.names()),
                key.text() + " names " + file + ", which everybody on this machine can read",
                "Type: chmod o-rwx " + file));
      }
    } catch (IOException | UnsupportedOperationException e) {
      mistakes.add(
          new Mistake(
              settings.origin(key.setting(), key.names()),
              key.text() + " names " + file + ", whose permissions cannot be read",
              "Look at it with: ls -l " + file));
    }
  }
}
