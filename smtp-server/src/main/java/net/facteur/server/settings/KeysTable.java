package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.map;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.SelectorTemplate;

/// The part of the table that is about keys which look after themselves.
public final class KeysTable {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration YEARS = Duration.ofDays(3650);

  public static final Setting<KeySettings.Method> PUBLISH =
      Setting.of(
          "keys.publish",
          choice(KeySettings.Method.class),
          KeySettings.Method.ASSISTED,
          "How the records of keys reach the DNS: assisted sends them to the postmaster, and waits;"
              + " update writes them into the zone (RFC 2136); delegated writes them into"
              + " keys.zone, where CNAMEs lead that you put into your zone once.");
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
          SettingTypes.path(),
          "no updates",
          "/etc/facteur/tsig.key",
          "The TSIG key for updates, HMAC-SHA256, as tsig-keygen writes it; readable by the server"
              + " alone.");
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
          duration(Duration.ZERO, YEARS),
          KeySettings.Life.DEFAULT.rotateEvery(),
          "The age at which the DKIM key of a domain is replaced; 0s means never. Domains with"
              + " dkim.selector are left alone.");
  public static final Setting<Duration> KEEP =
      Setting.of(
          "keys.keep",
          duration(SECOND, YEARS),
          KeySettings.Life.DEFAULT.keep(),
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
  public static final Setting<KeySettings.Algorithms> ALGORITHMS =
      Setting.of(
          "keys.algorithms",
          choice(KeySettings.Algorithms.class),
          KeySettings.Algorithms.RSA_AND_ED25519,
          "The keys of a new selector. Every receiver knows rsa, many do not know ed25519 yet. With"
              + " one of them alone, keys.publish = delegated needs three CNAMEs for a domain, with"
              + " both six. A domain keeps the algorithms that its active key has.");
  public static final Setting<SelectorTemplate> SELECTOR =
      Setting.of(
          "keys.selector",
          template(),
          SelectorTemplate.DEFAULT,
          "How new keys are named: text with {month} (jan), {mm} (01), {dd} (31), {year}, {yy},"
              + " {date} (20270131), {domain} or {alg} (rsa, ed25519). Without {alg} the Ed25519"
              + " key has -ed appended. Where a name is taken, a letter follows.");
  public static final Setting<Duration> TTL =
      Setting.of(
          "keys.ttl",
          duration(SECOND, Duration.ofDays(7)),
          Duration.ofHours(1),
          "The TTL of records that are written by updates.");
  public static final Setting<Map<DomainName, KeySettings.Reveal>> REVEAL =
      Setting.of(
              "keys.reveal",
              map(NetworkTypes.domain(), choice(KeySettings.Reveal.class), 1000),
              Map.<DomainName, KeySettings.Reveal>of(),
              "What becomes of the private DKIM keys of a domain after they are revoked: off keeps"
                  + " them; web publishes them below /.well-known/dkim-revealed/; web-and-dns also"
                  + " in the DNS. docs/operations.md explains why somebody may want this, and who"
                  + " should decide it.")
          .example("{ \"example.org\" = web }");
  public static final Setting<Duration> REVEAL_AFTER =
      Setting.of(
          "keys.reveal-after",
          duration(SECOND, YEARS),
          KeySettings.Life.DEFAULT.revealAfter(),
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
          53,
          "The port at which the name servers of zones are asked; anything but 53 is for trials.");

  private KeysTable() {}

  private static SettingType<SelectorTemplate> template() {
    return SettingTypes.scalar(
        "template",
        "letters, digits, hyphens and the words in braces, at most 60 characters when filled",
        text -> {
          var read = new SelectorTemplate(text);
          return read.valid()
              ? SettingType.Reading.good(read)
              : SettingType.Reading.wrong(
                  "is `" + text + "`, which gives no selector", "\"{month}{year}\"");
        },
        SelectorTemplate::text);
  }
}
