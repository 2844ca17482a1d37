package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.signing.KeyFile;
import net.facteur.server.signing.KeyRemedy;
import net.facteur.server.signing.SigningSettings;

/// The keys of one domain in the key directory.
///
/// @param settings the settings in force
/// @param domain whose keys
record DkimKeys(Settings settings, DomainName domain) {
  private static final DkimTexts SAY = DkimTexts.SAY;

  /// A key and where it stands.
  record Held(KeyFile file, DkimPrivateKey key) {
    /// The name of its record in the DNS.
    DomainName owner() {
      return DkimKeys.owner(file.selector(), file.domain());
    }
  }

  static DkimKeys of(Settings settings, String domain) {
    return new DkimKeys(settings, domain(domain));
  }

  static DomainName domain(String text) {
    return DomainName.parse(text)
        .toOptional()
        .filter(name -> name.isHostName() && name.labelCount() > 1)
        .orElseThrow(
            () ->
                CommandFailedException.notUnderstood(
                    CliTexts.SAY.notDomain(text), CliTexts.SAY.typeWhole()));
  }

  static String selector(String text) {
    if (!KeyName.isSelector(text)) {
      throw CommandFailedException.notUnderstood(SAY.dkimNoSelector(text), SAY.dkimSelectors());
    }
    return text;
  }

  static DomainName owner(String selector, DomainName domain) {
    return domain
        .child(selector + "._domainkey")
        .orElseThrow(
            () -> CommandFailedException.notUnderstood(SAY.dkimTooLong(), SAY.dkimShorter()));
  }

  Path directory() {
    return KeySettings.from(settings).directory();
  }

  /// The domain is one of this server.
  boolean local() {
    return settings.names("domains").contains(domain.text());
  }

  /// The selector that signs; empty where the domain does not sign.
  Optional<String> active() {
    return Optional.ofNullable(SigningSettings.from(settings).selectors().get(domain));
  }

  KeyFile file(String selector, KeyType type) {
    return KeyFile.of(directory(), selector, domain, type);
  }

  /// A file for a key of the selector exists.
  boolean taken(String selector) {
    return List.of(KeyType.values()).stream()
        .anyMatch(type -> Files.exists(file(selector, type).path()));
  }

  /// The keys that the selector holds, RSA first. A selector that names the Ed25519 key itself,
  /// with its ending, is understood.
  List<Held> held(String selector) {
    return held(selector, List.of(KeyType.values()));
  }

  /// The same, of some kinds of key.
  List<Held> held(String selector, List<KeyType> types) {
    var held = new ArrayList<Held>();
    for (KeyType type : types) {
      read(file(selector, type)).ifPresent(held::add);
    }
    if (held.isEmpty() && types.contains(KeyType.ED25519)) {
      read(new KeyFile(directory(), selector, domain, KeyType.ED25519)).ifPresent(held::add);
    }
    return held;
  }

  private static Optional<Held> read(KeyFile file) {
    return switch (file.read()) {
      case KeyFile.Content.Usable(DkimPrivateKey key) -> Optional.of(new Held(file, key));
      case KeyFile.Content.Missing() -> Optional.empty();
      case KeyFile.Content.Unusable(Text problem, KeyRemedy remedy) ->
          throw new CommandFailedException(SAY.dkimUnusable(problem), SAY.dkimMend(remedy.words()));
    };
  }

  /// The selectors that have a key here, in order.
  SortedSet<String> selectors() throws IOException {
    var found = new TreeSet<String>();
    if (!Files.isDirectory(directory())) {
      return found;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory())) {
      for (Path path : files) {
        String name = path.getFileName().toString();
        for (KeyType type : KeyType.values()) {
          String ending = "." + domain + "." + type.word();
          if (name.endsWith(ending) && !name.startsWith(".")) {
            String selector = name.substring(0, name.length() - ending.length());
            found.add(
                type == KeyType.ED25519 && selector.endsWith(KeyFile.ED25519_SUFFIX)
                    ? selector.substring(0, selector.length() - KeyFile.ED25519_SUFFIX.length())
                    : selector);
          }
        }
      }
    }
    return found;
  }

  /// What is known of the domain's keys that look after themselves.
  List<KeyRing.Entry> tended() throws IOException {
    return KeyWiring.journal(directory()).read().of(domain);
  }

  /// The selector to look at: the one asked for, the one that signs or else will, or the only one
  /// there is.
  Optional<String> chosen(Optional<String> asked) throws IOException {
    if (asked.isPresent()) {
      return Optional.of(selector(asked.get()));
    }
    KeyRing ring = KeyWiring.journal(directory()).read();
    Optional<String> signs =
        active()
            .or(() -> Optional.ofNullable(ring.active().get(domain)))
            .or(() -> coming(ring.of(domain)));
    if (signs.isPresent()) {
      return signs;
    }
    SortedSet<String> there = selectors();
    if (there.size() > 1) {
      throw new CommandFailedException(
          SAY.dkimSeveral(domain, String.join(", ", there)), SAY.dkimNameOne(there.getLast()));
    }
    return there.isEmpty() ? Optional.empty() : Optional.of(there.getFirst());
  }

  /// The selector that will sign, where none does yet.
  private static Optional<String> coming(List<KeyRing.Entry> entries) {
    return entries.stream()
        .filter(entry -> !entry.spare() && entry.state().coming())
        .map(entry -> entry.name().selector())
        .findFirst();
  }

  /// A selector that begins with `name` and has no key yet.
  String free(String name) {
    return IntStream.rangeClosed('b', 'z')
        .mapToObj(letter -> name + (char) letter)
        .filter(each -> !taken(each))
        .findFirst()
        .orElse(name + "-2");
  }

  /// Writes a new key, by the server where one runs.
  ///
  /// @param language of who types
  /// @throws FileAlreadyExistsException where a key of that name exists
  void write(KeyFile file, DkimPrivateKey key, Language language) throws IOException {
    Optional<RunningServer> server = RunningServer.of(settings, language);
    if (server.isEmpty()) {
      ClosedPlace.followNoLinkOfOthers(file.path());
      file.write(key);
    } else if (!server.get().write(new KeyName(file.domain(), file.selector()), key)) {
      throw new FileAlreadyExistsException(file.path().toString());
    }
  }

  CommandFailedException none(Optional<String> selector) {
    return new CommandFailedException(
        selector
            .map(name -> SAY.dkimNoKeyAt(domain, name, directory()))
            .orElseGet(() -> SAY.dkimNoKey(domain, directory())),
        selector
            .map(name -> SAY.dkimMakeOneAt(domain, name))
            .orElseGet(() -> SAY.dkimMakeOne(domain)));
  }

  /// The domains that were named, else all of the settings, which name at least one.
  static List<DomainName> chosen(Settings settings, List<String> named) {
    if (named.isEmpty() && settings.names("domains").isEmpty()) {
      throw new CommandFailedException(
          SAY.dkimNoDomainOfOurs(settings.file()),
          SAY.dkimAddDomain("domains { \"example.org\" {} }"));
    }
    return named.isEmpty()
        ? settings.names("domains").stream().map(DomainName::of).toList()
        : named.stream().map(DkimKeys::domain).toList();
  }
}
