package net.facteur.server.keys;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.keys.KeySettingsTexts.SAY;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.web.PublicFiles;

/// How keys live.
///
/// @param domains the domains of this server
/// @param pinned the domains whose selector stands in the settings, and is left alone
/// @param life how long each stage takes
/// @param template how selectors are named
/// @param types the keys of a new selector
/// @param rsaBits size of new RSA keys
/// @param spare whether each domain has a published key in reserve
/// @param publication how records reach the DNS
/// @param reveal what becomes of revoked keys, for each domain that is not [Reveal#OFF]
/// @param revealed the directory of revealed keys
/// @param revealUrl where the world finds that directory, ending in `/`
/// @param directory of the private keys and of their journal
public record KeySettings(
    Set<DomainName> domains,
    Map<DomainName, String> pinned,
    Life life,
    SelectorTemplate template,
    Set<KeyType> types,
    int rsaBits,
    boolean spare,
    Publication publication,
    Map<DomainName, Reveal> reveal,
    Path revealed,
    String revealUrl,
    Path directory) {
  public static final Setting<Method> PUBLISH =
      Setting.of(
          "keys.publish",
          choice(Method.class),
          Method.ASSISTED,
          "How the records of keys reach the DNS: assisted sends them to the postmaster, and waits;"
              + " update writes them into the zone (RFC 2136); delegated writes them into"
              + " keys.zone, where CNAMEs lead that you put into your zone once; command hands them"
              + " to keys.publish-command.");

  public static final Setting<Path> COMMAND =
      Setting.optional(
          "keys.publish-command",
          path(),
          "none",
          "/etc/facteur/dns-gandi",
          "For keys.publish = command: a program that changes the zone at your DNS provider. It"
              + " reads lines such as `add NAME TTL TXT \"...\"` and `remove NAME TXT \"...\"`, and"
              + " ends with 0 if they are done; conf/dns-providers has some, docs/dns.md says"
              + " more.");

  public static final Setting<InetSocketAddress> UPDATE_SERVER =
      Setting.optional(
          "keys.update-server",
          NetworkTypes.endpoint(),
          "the primary server that the zone names in its SOA record",
          "\"192.0.2.53:53\"",
          "The name server that takes updates.");

  public static final Setting<Path> UPDATE_KEY =
      Setting.optional(
          "keys.update-key-file",
          path(),
          "no updates",
          "/etc/facteur/tsig.key",
          "The TSIG key for updates (hmac-sha256, hmac-sha384 or hmac-sha512), as tsig-keygen"
              + " writes it; readable by the server alone.");

  public static final Setting<DomainName> ZONE =
      Setting.optional(
          "keys.zone",
          NetworkTypes.hostName(),
          "none",
          "keys.example.net",
          "For keys.publish = delegated: the zone that holds the keys. `facteur dns records` shows"
              + " the CNAMEs that lead there.");

  public static final Setting<Duration> ROTATE_EVERY =
      Setting.of(
          "keys.rotate-every",
          duration(Duration.ZERO, Duration.ofDays(3650)),
          Life.DEFAULT.rotateEvery(),
          "The age at which the DKIM key of a domain is replaced; 0s means never. Domains with"
              + " dkim.selector are left alone.");

  public static final Setting<Duration> KEEP =
      Setting.of(
          "keys.keep",
          duration(Duration.ofSeconds(1), Duration.ofDays(3650)),
          Life.DEFAULT.keep(),
          "How long the record of a key stays after its last signature. Mail waits in our queue and"
              + " in those of others, five days each.");

  public static final Setting<Boolean> SPARE =
      Setting.of(
          "keys.spare",
          bool(),
          true,
          "Whether each domain has a key in reserve, published and unused, to change to at once if"
              + " the other one falls into wrong hands. The next rotation uses it, too.");

  public static final Setting<Integer> RSA_BITS =
      Setting.of(
          "keys.rsa-bits",
          integer(1024, 4096),
          2048,
          "The size of new RSA keys. Not every receiver takes more than 2048.");

  public static final Setting<Algorithms> ALGORITHMS =
      Setting.of(
          "keys.algorithms",
          choice(Algorithms.class),
          Algorithms.RSA_AND_ED25519,
          "The keys of a new selector. Every receiver knows rsa, many do not know ed25519 yet. With"
              + " one of them alone, keys.publish = delegated needs three CNAMEs for a domain, with"
              + " both six. A domain keeps the algorithms that its active key has.");

  public static final Setting<SelectorTemplate> SELECTOR =
      Setting.of(
          "keys.selector",
          templateType(),
          SelectorTemplate.DEFAULT,
          "How new keys are named: text with {month} (jan), {mm} (01), {dd} (31), {year}, {yy},"
              + " {date} (20270131), {domain} or {alg} (rsa, ed25519). Without {alg} the Ed25519"
              + " key has -ed appended. Where a name is taken, a letter follows.");

  public static final Setting<Duration> TTL =
      Setting.of(
          "keys.ttl",
          duration(Duration.ofSeconds(1), Duration.ofDays(7)),
          Publication.ASSISTED.ttl(),
          "The TTL of records that are written by updates.");

  public static final Setting<Map<DomainName, Reveal>> REVEAL =
      Setting.of(
              "keys.reveal",
              map(NetworkTypes.domain(), choice(Reveal.class), 1000),
              Map.<DomainName, Reveal>of(),
              "What becomes of the private DKIM keys of a domain after they are revoked: off keeps"
                  + " them; web publishes them below /.well-known/dkim-revealed/; web-and-dns also"
                  + " in the DNS. docs/keys.md explains why somebody may want this, and who"
                  + " should decide it.")
          .example("{ \"example.org\" = web }");

  public static final Setting<Duration> REVEAL_AFTER =
      Setting.of(
          "keys.reveal-after",
          duration(Duration.ofSeconds(1), Duration.ofDays(3650)),
          Life.DEFAULT.revealAfter(),
          "How long after its revocation.");

  public static final Setting<URI> REVEAL_URL =
      Setting.optional(
          "keys.reveal-url",
          NetworkTypes.https(),
          "https://HOSTNAME/.well-known/dkim-revealed/, served at listen.policy",
          "\"https://www.example.org/dkim/\"",
          "Where the world finds revealed keys, ending in /, where another web server shows the"
              + " directory `revealed` below the data directory. It is looked at before a key"
              + " counts as revealed.");

  public static final Setting<Integer> NAME_SERVER_PORT =
      Setting.of(
          "keys.name-server-port",
          integer(1, 65_535),
          Publication.ASSISTED.port(),
          "The port at which the name servers of zones are asked; anything but 53 is for trials.");

  public static final Setting<Path> DIRECTORY =
      Setting.of(
              "directories.keys",
              path(),
              Path.of("keys"),
              "The private DKIM keys; relative to directories.data.")
          .atStart();

  /// Rows about keys.
  public static final Rows ROWS =
      Rows.of(
          PUBLISH,
          COMMAND,
          UPDATE_SERVER,
          UPDATE_KEY,
          ZONE,
          ROTATE_EVERY,
          KEEP,
          SPARE,
          ALGORITHMS,
          RSA_BITS,
          SELECTOR,
          TTL,
          REVEAL,
          REVEAL_AFTER,
          REVEAL_URL,
          NAME_SERVER_PORT);

  /// Rows about directories.
  public static final Rows DIRECTORIES = Rows.of(DIRECTORY);

  public KeySettings {
    domains = Set.copyOf(domains);
    pinned = Map.copyOf(pinned);
    types = Set.copyOf(types);
    reveal = Map.copyOf(reveal);
  }

  public static KeySettings from(Settings settings) {
    var host = HostSettings.from(settings);
    return new KeySettings(
        Set.copyOf(host.domains()),
        SigningSettings.from(settings).selectors(),
        new Life(settings.get(ROTATE_EVERY), settings.get(KEEP), settings.get(REVEAL_AFTER)),
        settings.get(SELECTOR),
        settings.get(ALGORITHMS).types(),
        settings.get(RSA_BITS),
        settings.get(SPARE),
        new Publication(
            settings.get(PUBLISH),
            settings.find(COMMAND).map(settings::resolve),
            settings.find(UPDATE_SERVER),
            settings.find(UPDATE_KEY).map(settings::resolve),
            settings.find(ZONE),
            settings.get(TTL),
            settings.get(NAME_SERVER_PORT)),
        settings.get(REVEAL),
        host.inData(Path.of("revealed")),
        settings
            .find(REVEAL_URL)
            .map(URI::toString)
            .orElse("https://" + host.name().text() + PublicFiles.REVEALED),
        host.inData(settings.get(DIRECTORY)));
  }

  private static SettingType<SelectorTemplate> templateType() {
    return SettingTypes.scalar(
        SAY.template(),
        SAY.templateBounds(),
        text -> {
          var read = new SelectorTemplate(text);
          return read.valid()
              ? SettingType.Reading.good(read)
              : SettingType.Reading.wrong(SAY.notTemplate(text), "\"{month}{year}\"");
        },
        SelectorTemplate::text);
  }

  /// The active selector of each domain: the one in the settings, and elsewhere that of the ring.
  public Map<DomainName, String> selectors(KeyRing ring) {
    var selectors = new HashMap<DomainName, String>();
    ring.active()
        .forEach(
            (domain, selector) -> {
              if (domains.contains(domain)) {
                selectors.put(domain, selector);
              }
            });
    selectors.putAll(pinned);
    return Map.copyOf(selectors);
  }

  /// Durations.
  ///
  /// @param rotateEvery age at which the active key is replaced; zero for never
  /// @param keep how long the records of a key stay after its last signature: mail rests in queues
  /// @param revealAfter the wait between revocation and revelation
  public record Life(Duration rotateEvery, Duration keep, Duration revealAfter) {
    /// Six months; a queue of ours and one of a receiver, five days each, and some reserve.
    public static final Life DEFAULT =
        new Life(Duration.ofDays(182), Duration.ofDays(14), Duration.ofDays(30));
  }

  /// How records reach the DNS.
  ///
  /// @param method who writes them
  /// @param program that writes them, for [Method#COMMAND]
  /// @param server the primary server; empty for the one that the zone names
  /// @param keyFile the TSIG key
  /// @param keyZone the zone that CNAMEs lead to, for [Method#DELEGATED]
  /// @param ttl of the records
  /// @param port of name servers, 53 but for trials
  public record Publication(
      Method method,
      Optional<Path> program,
      Optional<InetSocketAddress> server,
      Optional<Path> keyFile,
      Optional<DomainName> keyZone,
      Duration ttl,
      int port) {
    /// A person writes them.
    public static final Publication ASSISTED =
        new Publication(
            Method.ASSISTED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofHours(1),
            53);
  }

  /// Who writes records.
  public enum Method {
    /// A person, who gets them by mail.
    ASSISTED,
    /// The server, by signed updates of the zone.
    UPDATE,
    /// The server, by signed updates of a zone of keys that CNAMEs lead to.
    DELEGATED,
    /// A program of the administrator.
    COMMAND
  }

  /// The keys of a new selector.
  public enum Algorithms {
    /// One of each; each has a name of its own (RFC 6376, section 3.6.2.2).
    RSA_AND_ED25519,
    RSA,
    ED25519;

    public Set<KeyType> types() {
      return switch (this) {
        case RSA_AND_ED25519 -> Set.of(KeyType.RSA, KeyType.ED25519);
        case RSA -> Set.of(KeyType.RSA);
        case ED25519 -> Set.of(KeyType.ED25519);
      };
    }
  }

  /// What becomes of a revoked private key.
  public enum Reveal {
    /// It stays secret.
    OFF,
    /// It is published at an HTTPS path.
    WEB,
    /// It is published at an HTTPS path and in the DNS.
    WEB_AND_DNS
  }

  /// The selectors of a delegated domain: CNAMEs are static, so names are used in turn.
  public static final java.util.List<String> SLOTS =
      java.util.List.of("facteur1", "facteur2", "facteur3");

  /// The name in the zone of keys that a selector leads to.
  public Optional<DomainName> target(DomainName domain, DomainName owner) {
    return publication
        .keyZone()
        .flatMap(
            zone -> zone.child(owner.labels().getFirst() + "." + domain.text().replace('.', '-')));
  }
}
