package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.size;
import static net.facteur.server.config.SettingTypes.text;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.delivery.DeliverySettings;

/// The part of the table that follows a message through the server: limits, reception, queue, DNS,
/// delivery.
public final class FlowTable {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration DAY = Duration.ofDays(1);

  public static final Setting<Duration> QUEUE_LIFE =
      Setting.of(
              "queue.life",
              duration(MINUTE, Duration.ofDays(30)),
              Duration.ofDays(5),
              "How long delivery is tried before the sender is told that it failed.")
          .atStart();
  public static final Setting<Duration> QUEUE_DELAY_REPORT =
      Setting.of(
              "queue.delay-report",
              duration(MINUTE, Duration.ofDays(30)),
              Duration.ofHours(4),
              "When the sender is told that a message is late. Not below queue.life means never.")
          .atStart();
  public static final Setting<Duration> QUEUE_FIRST_RETRY =
      Setting.of(
              "queue.first-retry",
              duration(SECOND, DAY),
              Duration.ofMinutes(5),
              "The wait after the first attempt; it doubles each time.")
          .atStart();
  public static final Setting<Duration> QUEUE_LONGEST_RETRY =
      Setting.of(
              "queue.longest-retry",
              duration(SECOND, DAY),
              Duration.ofHours(4),
              "The longest wait between two attempts.")
          .atStart();
  public static final Setting<String> QUEUE_URL =
      Setting.optional(
              "queue.url",
              OwnTypes.queueUrl(),
              "the queue is a SQLite database below directories.queue",
              "\"jdbc:postgresql://db.example.org/facteur\"",
              "The PostgreSQL database that keeps the queue, for several servers that share the"
                  + " work.")
          .atStart();
  public static final Setting<String> QUEUE_USER =
      Setting.optional(
              "queue.user",
              text(255),
              "the URL or the system says who",
              "facteur",
              "Who logs in to that database.")
          .atStart();
  public static final Setting<Path> QUEUE_PASSWORD_FILE =
      Setting.optional(
              "queue.password-file",
              SettingTypes.path(),
              "no password",
              "/etc/facteur/queue.password",
              "A file with the password on its first line, readable by the server alone.")
          .atStart();
  public static final Setting<Integer> QUEUE_RATE =
      Setting.of(
              "queue.rate-per-destination",
              integer(0, 1_000_000),
              0,
              "The most deliveries that begin in a minute to one destination; 0 is no limit.")
          .atStart();
  public static final Setting<Duration> QUEUE_HISTORY =
      Setting.of(
              "queue.history",
              duration(Duration.ZERO, Duration.ofDays(366)),
              Duration.ofDays(7),
              "How long the life of a message can be told after it has left: facteur why.")
          .atStart();
  public static final Setting<Integer> QUEUE_ATTEMPTS =
      Setting.of(
              "queue.attempts",
              integer(1, 10_000),
              400,
              "Deliveries that are tried at the same time.")
          .atStart();
  public static final Setting<Integer> QUEUE_PER_DESTINATION =
      Setting.of(
              "queue.attempts-per-destination",
              integer(1, 1000),
              20,
              "Of these, to one destination.")
          .atStart();
  public static final Setting<Long> QUEUE_MINIMUM_FREE =
      Setting.of(
              "queue.minimum-free",
              size(0, 1L << 40),
              256L << 20,
              "Disk space that has to stay free; below it new mail is put off with 452. Unless this"
                  + " is 0, 8 MiB more are put by in a file, so that what leaves a full disk can"
                  + " still be written down.")
          .atStart();

  public static final Setting<List<InetSocketAddress>> DNS_SERVERS =
      Setting.of(
              "dns.servers",
              list(NetworkTypes.endpoint(), 10),
              List.<InetSocketAddress>of(),
              "The resolvers that are asked, in order; an empty list means those of the system. One"
                  + " on this machine is the best.")
          .example("[\"127.0.0.1:53\"]");

  public static final Setting<String> SMARTHOST_USER =
      Setting.optional(
          "smarthost.user", text(255), "no login", "alice", "The user to log in there as.");
  public static final Setting<Path> SMARTHOST_PASSWORD_FILE =
      Setting.optional(
          "smarthost.password-file",
          SettingTypes.path(),
          "no login",
          "/etc/facteur/smarthost.password",
          "A file with the password on its first line, readable by the server alone.");
  public static final Setting<DeliverySettings.RelayTls> SMARTHOST_TLS =
      Setting.of(
          "smarthost.tls",
          choice(DeliverySettings.RelayTls.class),
          DeliverySettings.RelayTls.VERIFIED,
          "How the connection is protected: implicit and verified check the certificate; encrypt"
              + " does not; opportunistic and none are for a host on this machine.");

  public static final Setting<Integer> DELIVERY_PORT =
      Setting.of(
          "delivery.port",
          integer(1, 65_535),
          25,
          "The port of other mail servers; anything but 25 is for trials.");
  public static final Setting<DeliverySettings.Families> DELIVERY_FAMILIES =
      Setting.of(
          "delivery.families",
          choice(DeliverySettings.Families.class),
          DeliverySettings.Families.IPV4_FIRST,
          "Which kind of address is used towards other servers, and which goes first.");
  public static final Setting<Boolean> DELIVERY_CHUNKING =
      Setting.of(
          "delivery.chunking",
          bool(),
          true,
          "Whether mail is sent by BDAT where the other server offers CHUNKING.");

  public static final Setting<List<InetAddress>> DELIVERY_SOURCES =
      Setting.of(
              "delivery.sources",
              list(NetworkTypes.ipAddress(), 2),
              List.<InetAddress>of(),
              "The local addresses that mail leaves from, at most one IPv4 and one IPv6 address. A"
                  + " host with several addresses names those that its SPF record lists; otherwise"
                  + " the system chooses.")
          .example("[\"192.0.2.25\"]");

  private FlowTable() {}
}
