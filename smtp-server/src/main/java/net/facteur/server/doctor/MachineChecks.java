package net.facteur.server.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;

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

  private static final DoctorTexts SAY = DoctorTexts.SAY;

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
      long free = data.toFile().getUsableSpace();
      long mebibytes = free >> 20;
      findings.add(
          free < 2 * patient.minimumFree()
              ? Finding.error(
                  "disk", subject, SAY.diskFull(mebibytes), "du -xh " + data + " | sort -h | tail")
              : Finding.ok("disk", subject, SAY.diskFree(mebibytes)));
      Duration took = sync(probe);
      findings.add(
          took.compareTo(SLOW_SYNC) > 0
              ? Finding.warning("fsync", subject, SAY.syncSlow(took.toMillis()))
              : Finding.ok("fsync", subject, SAY.syncGood(took.toMillis())));
    } catch (IOException e) {
      findings.add(Finding.error("disk", subject, SAY.diskUnwritable(FileTrouble.text(e))));
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
    String subject = now.truncatedTo(ChronoUnit.SECONDS).toString();
    if (patient.built().filter(now::isBefore).isPresent()) {
      findings.add(
          Finding.error(
              "clock",
              subject,
              SAY.clockBeforeProgram(patient.built().get().truncatedTo(ChronoUnit.SECONDS)),
              "timedatectl set-ntp true"));
      return;
    }
    if (patient.built().filter(at -> now.isAfter(at.plus(LONG_AFTER))).isPresent()) {
      findings.add(
          Finding.warning("clock", subject, SAY.clockLongAfter(), "timedatectl set-ntp true"));
      return;
    }
    findings.add(
        kept
            ? Finding.ok("clock", subject, SAY.clockKept())
            : Finding.warning("clock", subject, SAY.clockLoose(), "timedatectl set-ntp true"));
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
                SAY.queueOld(patient.oldestQueued().get().truncatedTo(ChronoUnit.SECONDS)),
                "facteur queue list")
            : Finding.ok("queue", patient.host().text(), SAY.queueGood()));
  }

  private void relay() {
    String subject = patient.host().text();
    boolean everybody = patient.openNetworks().stream().anyMatch(network -> network.endsWith("/0"));
    if (everybody) {
      findings.add(openRelay(subject, SAY.everybodyIn()));
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
      findings.add(Finding.warning("relay", subject, SAY.silentHere(), "facteur run"));
    } else if (replies.get(3).startsWith("2")) {
      findings.add(openRelay(subject, SAY.strangerToStranger()));
    } else {
      findings.add(Finding.ok("relay", subject, SAY.relayClosed()));
    }
  }

  private static Finding openRelay(String subject, Text what) {
    return Finding.error(
        "relay", subject, SAY.relayOpen(what), "facteur explain submission.networks");
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
            ? Finding.ok("port-25", "outbound", SAY.port25Open())
            : Finding.error(
                "port-25", "outbound", SAY.port25Blocked(), "facteur explain smarthost.host"));
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
            ? Finding.ok("smarthost", subject, SAY.smarthostAnswers())
            : Finding.error(
                "smarthost", subject, SAY.smarthostSilent(), "facteur explain smarthost.host"));
  }
}
