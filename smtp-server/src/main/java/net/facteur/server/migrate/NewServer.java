package net.facteur.server.migrate;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.keys.KeyCommands;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyEvent.Transition;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.Outcome;
import net.facteur.server.language.Language;
import net.facteur.server.setup.Layout;
import net.facteur.server.setup.NewFiles;
import net.facteur.server.signing.KeyFile;

/// Writes what a [Move] holds to where nothing is yet: all of it, or nothing.
public final class NewServer {
  private static final String SECRET = "srs-secret";
  private static final String PASSWORD = "smarthost.password";

  private final Layout layout;
  private final SettingsLoader loader;
  private final SecureRandom random;
  private final InstantSource clock;
  private final NewFiles files;

  public NewServer(Layout layout, SettingsLoader loader, SecureRandom random, InstantSource clock) {
    this.layout = layout;
    this.loader = loader;
    this.random = random;
    this.clock = clock;
    this.files = new NewFiles(layout);
  }

  /// A file that is there already, and must not be overwritten; empty where all is free.
  public Optional<Path> taken() throws IOException {
    if (isWritten(layout.settings())) {
      return Optional.of(layout.settings());
    }
    return Stream.of(
            layout.data().resolve("users"),
            layout.data().resolve("keys"),
            layout.data().resolve(SECRET),
            layout.tls().resolve("mail.key"))
        .filter(Files::exists)
        .findFirst();
  }

  /// True where the file holds more than comments, as that of the package does at first.
  private static boolean isWritten(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Files.exists(file);
    }
    try (Stream<String> lines = Files.lines(file, java.nio.charset.StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> !line.isBlank() && !line.stripLeading().startsWith("#"));
    }
  }

  /// Writes it.
  ///
  /// @param owner the user of the machine that gets the files; without one, the owner of the
  ///   directory
  /// @throws IOException where the disk does not do it; nothing is left behind then
  public Settings write(Move move, Optional<String> owner) throws IOException {
    Optional<Path> taken = taken();
    if (taken.isPresent()) {
      throw new FileAlreadyExistsException(taken.get().toString());
    }
    try {
      files.directories(owner);
      if (move.certificate().isPresent()) {
        DurableFile.secret(files.claim(layout.tls().resolve("mail.crt")))
            .create(move.certificate().get().chain());
        DurableFile.secret(files.claim(layout.tls().resolve("mail.key")))
            .create(move.certificate().get().key());
      }
      if (move.srsSecret().isPresent()) {
        DurableFile.secret(files.claim(layout.data().resolve(SECRET)))
            .create(move.srsSecret().get());
      }
      if (move.smarthostPassword().isPresent()) {
        DurableFile.secret(files.claim(layout.data().resolve(PASSWORD)))
            .create(move.smarthostPassword().get() + "\n");
      }
      files.settings(text(move));
      Settings settings = load();
      users(settings, move);
      keys(settings, move);
      return settings;
    } catch (IOException | RuntimeException e) {
      files.undo();
      throw e;
    }
  }

  private Settings load() {
    return switch (loader.load(layout.settings())) {
      case LoadedSettings.Good(Settings settings) -> settings;
      case LoadedSettings.Wrong(List<Mistake> mistakes) ->
          throw new IllegalArgumentException(
              mistakes.stream()
                  .map(mistake -> mistake.text().in(Language.ENGLISH))
                  .collect(Collectors.joining("\n")));
    };
  }

  private void users(Settings settings, Move move) throws IOException {
    new UsersFile(files.claimUsers(AccountsSettings.from(settings).file()), random)
        .edit(
            users -> {
              move.users().forEach(user -> users.put(user.name(), user));
              return users;
            });
  }

  /// The old key signs from the first message on: its record has been there all the time. The
  /// server looks at it when it starts, and takes the switch back where it is not.
  private void keys(Settings settings, Move move) throws IOException {
    if (move.keys().isEmpty()) {
      return;
    }
    Path where = files.claim(KeySettings.from(settings).directory());
    DurableDirectory.secret(where).make();
    KeyJournal journal = KeyWiring.journal(where);
    Instant now = clock.instant();
    Map<DomainName, String> before = new HashMap<>();
    // Those that sign come last: what signed before them then retires.
    for (Move.Key key :
        move.keys().stream().sorted(Comparator.comparing(Move.Key::signs)).toList()) {
      var types = EnumSet.noneOf(KeyType.class);
      for (DkimPrivateKey each : key.keys()) {
        var type = each.publicKey().type();
        types.add(type);
        KeyFile.of(where, key.selector(), key.domain(), type).write(each);
      }
      var name = new KeyName(key.domain(), key.selector());
      for (Transition transition :
          List.of(
              new Transition.Generated(types, false),
              new Transition.Publishing(),
              new Transition.Seen(now),
              new Transition.Visible(),
              new Transition.Active(Optional.ofNullable(before.get(key.domain()))))) {
        if (journal.append(new KeyEvent(now, name, transition, KeyCommands.IMPORTED, "migrate"))
            instanceof Outcome.Refused<?>(String why)) {
          throw new IllegalStateException(why);
        }
      }
      before.put(key.domain(), key.selector());
    }
  }

  // ---- the settings file

  private String text(Move move) {
    var out =
        new StringBuilder(
            "# Moved in from Postfix. Every other setting has a default: facteur explain\n");
    if (layout.packaged()) {
      out.append("directories.data = ").append(quoted(layout.data().toString())).append('\n');
    }
    move.settings()
        .forEach((key, value) -> out.append(key).append(" = ").append(value).append('\n'));
    if (move.smarthostPassword().isPresent()) {
      out.append("smarthost.password-file = ")
          .append(quoted(layout.data().toAbsolutePath().resolve(PASSWORD).toString()))
          .append('\n');
    }
    out.append(
        "\n# The DKIM keys of these domains look after themselves: facteur dkim list\ndomains {\n");
    move.catchAll()
        .forEach(
            (name, all) ->
                out.append("  ")
                    .append(quoted(name))
                    .append(
                        Optional.ofNullable(move.domainAliases().get(name))
                            .map(other -> " { alias-of = " + quoted(other) + " }\n")
                            .or(() -> all.map(to -> " { catch-all = " + quoted(to) + " }\n"))
                            .orElse(" {}\n")));
    out.append("}\n");
    if (!move.relayDomains().isEmpty()) {
      out.append("\nrelay-domains {\n");
      move.relayDomains()
          .forEach(
              (name, host) ->
                  out.append("  ")
                      .append(quoted(name))
                      .append(host.map(h -> " { host = " + quoted(h) + " }\n").orElse(" {}\n")));
      out.append("}\n");
    }
    table(out, "aliases", move.aliases());
    table(out, "forwards", move.forwards());
    if (move.certificate().isPresent()) {
      out.append("\ntls {\n  certificate = ")
          .append(quoted(layout.tls().toAbsolutePath().resolve("mail.crt").toString()))
          .append("\n  key = ")
          .append(quoted(layout.tls().toAbsolutePath().resolve("mail.key").toString()))
          .append("\n}\n");
    }
    return out.toString();
  }

  private static void table(StringBuilder out, String name, Map<String, List<String>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    out.append('\n').append(name).append(" {\n");
    new TreeMap<>(rows)
        .forEach(
            (key, values) ->
                out.append("  ")
                    .append(quoted(key))
                    .append(" = ")
                    .append(
                        values.size() == 1
                            ? quoted(values.getFirst())
                            : values.stream()
                                .map(NewServer::quoted)
                                .collect(Collectors.joining(", ", "[", "]")))
                    .append('\n'));
    out.append("}\n");
  }

  private static String quoted(String text) {
    return OldPostfix.quoted(text);
  }
}
