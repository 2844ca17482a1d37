package net.facteur.server.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.server.files.DurableFile;

/// The machine: disk, clock, queue, and what the network lets through.
final class MachineChecks {
  /// It greets only within TLS (RFC 8314).
  private static final int IMPLICIT_TLS = 465;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SLOW_SYNC = Duration.ofMillis(100);
  private static final int SYNCS = 3;
  private static final Duration LONG_AFTER = Duration.ofDays(3653);
  private static final Duration OLD_MAIL = Duration.ofHours(12);

  /// A large receiver, to see whether port 25 leads out.
  private static final DomainName RECEIVER = DomainName.of("gmail.com");

  private final ServerFacts patient;
  private final LongSupplier nanoTime;
  private final List<Finding> findings = new ArrayList<>();

  private final boolean names;

  /// @param names the DNS answers
  MachineChecks(ServerFacts patient, LongSupplier nanoTime, boolean names) {
    this.patient = patient;
    this.nanoTime = nanoTime;
    this.names = names;
  }

  List<Finding> examine() {
    disk();
    clock();
    queue();
    relay();
    outbound();
    return List.copyOf(findings);
  }

  private void disk() {
    Path data = patient.data();
    String subject = data.toString();
    Path probe = data.resolve(".doctor");
    try {
      long free = Files.getFileStore(data).getUsableSpace();
      long mebibytes = free >> 20;
      findings.add(
          free < 2 * patient.minimumFree()
              ? Finding.error(
                  "disk",
                  subject,
                  mebibytes + " MiB are free; soon new mail is put off",
                  mebibytes + " Mio libres ; bient\u00f4t le courrier sera ajourn\u00e9",
                  "du -xh " + data + " | sort -h | tail")
              : Finding.ok(
                  "disk", subject, mebibytes + " MiB are free", mebibytes + " Mio libres"));
      Duration took = sync(probe);
      findings.add(
          took.compareTo(SLOW_SYNC) > 0
              ? Finding.warning(
                  "fsync",
                  subject,
                  "a write takes " + took.toMillis() + " ms to be safe; every message waits for it",
                  "une \u00e9criture met " + took.toMillis() + " ms ; chaque message l'attend")
              : Finding.ok(
                  "fsync",
                  subject,
                  "a write is safe within " + took.toMillis() + " ms",
                  "une \u00e9criture est s\u00fbre en " + took.toMillis() + " ms"));
    } catch (IOException e) {
      findings.add(
          Finding.error(
              "disk",
              subject,
              "cannot be written to (" + e.getClass().getSimpleName() + ")",
              "ne peut pas \u00eatre \u00e9crit (" + e.getClass().getSimpleName() + ")"));
    }
  }

  /// How long a small write takes to be safe: the best of a few, since one slow write says more of
  /// the hour than of the disk.
  private Duration sync(Path probe) throws IOException {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < SYNCS; i++) {
      long start = nanoTime.getAsLong();
      DurableFile.secret(probe).replace(new byte[4096]);
      best = Math.min(best, nanoTime.getAsLong() - start);
    }
    Files.deleteIfExists(probe);
    return Duration.ofNanos(best);
  }

  private void clock() {
    boolean kept =
        Files.exists(Path.of("/run/systemd/timesync/synchronized"))
            || Files.exists(Path.of("/run/chrony"))
            || Files.exists(Path.of("/run/ntpd.pid"));
    Instant now = patient.clock().instant();
    String subject = now.toString();
    if (patient.built().filter(now::isBefore).isPresent()) {
      findings.add(
          Finding.error(
              "clock",
              subject,
              "is before this program was made ("
                  + patient.built().get()
                  + "): every certificate"
                  + " and every signature looks wrong",
              "est avant la fabrication du programme ("
                  + patient.built().get()
                  + ") : tout"
                  + " certificat et toute signature semble faux",
              "timedatectl set-ntp true"));
      return;
    }
    if (patient.built().filter(at -> now.isAfter(at.plus(LONG_AFTER))).isPresent()) {
      findings.add(
          Finding.warning(
              "clock",
              subject,
              "is more than ten years after this program was made; is it right?",
              "est plus de dix ans apr\u00e8s la fabrication du programme ; est-ce juste ?",
              "timedatectl set-ntp true"));
      return;
    }
    findings.add(
        kept
            ? Finding.ok("clock", subject, "is kept right", "est tenue \u00e0 l'heure")
            : Finding.warning(
                "clock",
                subject,
                "nothing seems to keep the clock right: signatures and DNS updates depend on it",
                "rien ne semble tenir l'horloge \u00e0 l'heure : signatures et DNS en"
                    + " d\u00e9pendent",
                "timedatectl set-ntp true"));
  }

  private void queue() {
    boolean old =
        patient
            .oldestQueued()
            .filter(at -> at.isBefore(patient.clock().instant().minus(OLD_MAIL)))
            .isPresent();
    findings.add(
        old
            ? Finding.warning(
                "queue",
                patient.host().text(),
                "a message waits since " + patient.oldestQueued().get(),
                "un message attend depuis " + patient.oldestQueued().get(),
                "facteur queue list")
            : Finding.ok(
                "queue",
                patient.host().text(),
                "nothing waits for long",
                "rien n'attend depuis longtemps"));
  }

  private void relay() {
    String subject = patient.host().text();
    boolean everybody = patient.openNetworks().stream().anyMatch(network -> network.endsWith("/0"));
    if (everybody) {
      findings.add(openRelay(subject, "submission.networks lets everybody in"));
      return;
    }
    if (patient.reception().isEmpty()) {
      return;
    }
    List<String> replies =
        patient
            .network()
            .talk(
                patient.reception().get(),
                List.of(
                    "EHLO doctor.invalid",
                    "MAIL FROM:<doctor@example.net>",
                    "RCPT TO:<doctor@example.com>",
                    "QUIT"),
                TIMEOUT);
    if (replies.size() < 4) {
      findings.add(
          Finding.warning(
              "relay",
              subject,
              "no server answers here; start it and ask again",
              "aucun serveur ne r\u00e9pond ici ; d\u00e9marrez-le et r\u00e9essayez",
              "facteur run"));
    } else if (replies.get(3).startsWith("2")) {
      findings.add(openRelay(subject, "a stranger's mail to a stranger was taken"));
    } else {
      findings.add(
          Finding.ok(
              "relay",
              subject,
              "strangers cannot send to strangers",
              "un inconnu ne peut pas \u00e9crire \u00e0 un inconnu"));
    }
  }

  private static Finding openRelay(String subject, String what) {
    return Finding.error(
        "relay",
        subject,
        what + ": an open relay is on every blocklist within hours",
        "relais ouvert : il sera sur toutes les listes noires en quelques heures",
        "facteur explain submission.networks");
  }

  private void outbound() {
    if (!patient.network().online()) {
      return;
    }
    if (patient.smarthost().isPresent()) {
      smarthost(patient.smarthost().get());
      return;
    }
    if (!names) {
      return;
    }
    Optional<InetAddress> receiver =
        patient.resolver().lookup(RECEIVER, RecordType.MX).orEmpty().stream()
            .map(MxRecord::exchange)
            .flatMap(mx -> patient.resolver().lookup(mx, RecordType.A).orEmpty().stream())
            .findFirst();
    boolean answered =
        receiver.isPresent()
            && !patient
                .network()
                .talk(new InetSocketAddress(receiver.get(), 25), List.of("QUIT"), TIMEOUT)
                .isEmpty();
    findings.add(
        answered
            ? Finding.ok("port-25", "outbound", "leads out", "m\u00e8ne dehors")
            : Finding.error(
                "port-25",
                "outbound",
                "nobody answers at port 25 of others: many providers block it. Ask yours to open"
                    + " it, or use a smarthost",
                "personne ne r\u00e9pond au port 25 : beaucoup d'h\u00e9bergeurs le bloquent."
                    + " Demandez l'ouverture, ou passez par un relais",
                "facteur explain smarthost.host"));
  }

  /// Mail leaves through it alone, so that port 25 of others does not matter.
  private void smarthost(ServerFacts.Smarthost relay) {
    boolean answered =
        !patient
            .network()
            .talk(new InetSocketAddress(relay.host(), relay.port()), List.of(), TIMEOUT)
            .isEmpty();
    String subject = relay.host() + ":" + relay.port();
    findings.add(
        answered || relay.port() == IMPLICIT_TLS
            ? Finding.ok("smarthost", subject, "answers", "r\u00e9pond")
            : Finding.error(
                "smarthost",
                subject,
                "does not answer: no mail leaves",
                "ne r\u00e9pond pas : aucun courrier ne part",
                "facteur explain smarthost.host"));
  }
}
