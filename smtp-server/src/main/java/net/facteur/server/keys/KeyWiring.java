package net.facteur.server.keys;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dns.AuthoritativeServers;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DnsUpdates;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.SoaRecord;
import net.facteur.auth.dns.TsigKey;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.files.ToldException;
import net.facteur.server.notices.Notices;

/// Puts the parts of a key's life together as the settings say.
///
/// @param directory where the keys and their journal lie
/// @param resolver leads to name servers
public record KeyWiring(
    KeySettings settings,
    Path directory,
    Resolver resolver,
    DkimCrypto crypto,
    SecureRandom random,
    InstantSource clock) {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  /// One that works in the directory of the settings.
  public static KeyWiring of(
      KeySettings settings,
      Resolver resolver,
      DkimCrypto crypto,
      SecureRandom random,
      InstantSource clock) {
    return new KeyWiring(settings, settings.directory(), resolver, crypto, random, clock);
  }

  /// The journal in a directory of keys.
  public static KeyJournal journal(Path directory) {
    return new KeyJournal(new JournalFile(directory.resolve(KeyJournal.FILE_NAME)));
  }

  /// Asks the servers of zones.
  public Authorities authorities() {
    return authorities(settings, resolver);
  }

  /// The same where no key is at work.
  public static Authorities authorities(KeySettings settings, Resolver resolver) {
    return new AuthoritativeServers(resolver, settings.publication().port(), TIMEOUT);
  }

  /// @param journal one object for each process
  /// @throws IOException where the key for updates cannot be used
  public KeyLife.Parts parts(
      KeyJournal journal, Notices notices, DisclosureCheck exhibit, Predicate<Instant> queuedSince)
      throws IOException {
    Authorities authorities = authorities();
    return new KeyLife.Parts(
        journal,
        new KeyDirectory(directory, settings.rsaBits(), random),
        publisher(authorities, notices),
        authorities,
        new KeyProbe(crypto, clock),
        notices,
        queuedSince,
        exhibit,
        clock);
  }

  /// Looks at the selectors that stand in the settings.
  public PinnedSelectors pinned() {
    return new PinnedSelectors(
        settings, new KeyDirectory(directory, settings.rsaBits(), random), authorities());
  }

  /// Brings records into the DNS.
  ///
  /// @throws IOException where the key for updates cannot be used
  public Publisher publisher(Authorities authorities, Notices notices) throws IOException {
    return switch (settings.publication().method()) {
      case ASSISTED -> new AssistedPublisher(notices, clock);
      case COMMAND ->
          new CommandPublisher(
              authorities,
              new ZoneProgram(
                  settings
                      .publication()
                      .program()
                      .orElseThrow(() -> new IOException("keys.publish-command is not set")),
                  ZoneProgram.PATIENCE),
              settings.publication().ttl(),
              clock);
      case UPDATE, DELEGATED -> {
        TsigKey key = tsigKey(keyFile());
        yield new UpdatePublisher(
            authorities,
            zone -> updates(zone, key),
            settings.publication().keyZone(),
            settings.publication().ttl());
      }
    };
  }

  /// Where zones are updated, for those who have a key for it.
  ///
  /// @throws IOException where the key for updates cannot be used
  public Function<DomainName, Optional<DnsUpdates>> updates() throws IOException {
    TsigKey key = tsigKey(keyFile());
    return zone -> updates(zone, key);
  }

  private Optional<DnsUpdates> updates(DomainName zone, TsigKey key) {
    return primary(zone).map(server -> new DnsUpdates(server, key, TIMEOUT, clock));
  }

  private Path keyFile() throws IOException {
    return settings
        .publication()
        .keyFile()
        .orElseThrow(() -> new IOException("keys.update-key-file is not set"));
  }

  /// The key for updates in a file.
  ///
  /// @throws IOException where the file cannot be read, everybody can, or it is no such key
  public static TsigKey tsigKey(Path file) throws IOException {
    if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
      throw new ToldException(KeySettingsTexts.SAY.openTsigKey(file));
    }
    return switch (TsigKey.parse(Files.readString(file, StandardCharsets.ISO_8859_1))) {
      case Parsed.Ok<TsigKey>(TsigKey key) -> key;
      case Parsed.Malformed<TsigKey>(int _, String expected) ->
          throw new ToldException(KeySettingsTexts.SAY.noTsigKey(file, expected));
    };
  }

  private Optional<InetSocketAddress> primary(DomainName zone) {
    if (settings.publication().server().isPresent()) {
      return settings.publication().server();
    }
    return resolver.lookup(zone, RecordType.SOA).orEmpty().stream()
        .findFirst()
        .map(SoaRecord::primary)
        .flatMap(host -> addresses(host).stream().findFirst())
        .map(address -> new InetSocketAddress(address, settings.publication().port()));
  }

  private List<InetAddress> addresses(DomainName host) {
    var all = new ArrayList<InetAddress>(resolver.lookup(host, RecordType.A).orEmpty());
    all.addAll(resolver.lookup(host, RecordType.AAAA).orEmpty());
    return all;
  }
}
