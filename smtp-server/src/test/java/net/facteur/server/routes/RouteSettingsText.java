package net.facteur.server.routes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.settings.Reference;

/// Settings of tests, as somebody types them.
final class RouteSettingsText {
  private RouteSettingsText() {}

  static Settings read(Path directory, String... lines) throws IOException {
    Path file = directory.resolve("mail.conf");
    Files.writeString(
        file,
        "hostname = mail.example.org\ndomains { \"example.org\" {} }\n" + String.join("\n", lines));
    return switch (Reference.loader(Map.of(), Optional.empty()).load(file)) {
      case LoadedSettings.Good(Settings read) -> read;
      case LoadedSettings.Wrong wrong -> throw new AssertionError(wrong.mistakes().toString());
    };
  }
}
