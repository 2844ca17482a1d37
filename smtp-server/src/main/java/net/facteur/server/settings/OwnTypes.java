package net.facteur.server.settings;

import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.delivery.TlsOverride;

/// The types that belong to one mechanism.
final class OwnTypes {
  private OwnTypes() {}

  /// A database of PostgreSQL.
  static SettingType<String> queueUrl() {
    return SettingTypes.scalar(
        "URL",
        "jdbc:postgresql://host/database",
        text ->
            text.startsWith("jdbc:postgresql:") && text.length() <= 1024
                ? Reading.good(text)
                : Reading.wrong("does not begin with jdbc:postgresql:", ""),
        text -> text);
  }

  /// What is demanded of a destination.
  static SettingType<TlsOverride> tlsOverride() {
    return SettingTypes.scalar(
        "level",
        "dane, dane-only, secure [names], encrypt, may, none, or fingerprint and SHA-256 digests",
        text ->
            switch (TlsOverride.parse(text)) {
              case Parsed.Ok<TlsOverride>(TlsOverride level) -> Reading.good(level);
              case Parsed.Malformed<TlsOverride>(int _, String expected) ->
                  Reading.wrong("is `" + text + "`, but expected is " + expected, "");
            },
        TlsOverride::text);
  }
}
