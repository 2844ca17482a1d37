package net.facteur.server.report.dmarc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.dmarc.DmarcRecord;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.queue.MailAddress;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.report.TlsReportSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A day of a million messages, no two of them alike: 2,000 domains, 500 sources each.
@Tag("long")
class DmarcVolumeTest {
  private static final int DOMAINS = 2_000;
  private static final int SOURCES = 500;
  private static final LocalDate DAY = LocalDate.parse("2026-11-30");

  @TempDir private Path directory;

  /// Counts and sends in a process of its own, with 128 MiB of heap.
  static final class Run {
    private Run() {}

    public static void main(String[] arguments) throws IOException {
      Path directory = Path.of(arguments[0]);
      try (DmarcCountStore store = DmarcCountStore.in(directory, DmarcCountStore.Limits.DEFAULTS)) {
        long began = System.nanoTime();
        long left = count(store);
        long counted = System.nanoTime();
        System.out.println("left out " + left);
        System.out.println("seconds to count " + (counted - began) / 1_000_000_000);
        System.out.println("octets " + size(directory));
        long[] mails = new long[2];
        send(store, mails);
        System.out.println("seconds to send " + (System.nanoTime() - counted) / 1_000_000_000);
        System.out.println("mails " + mails[0]);
        System.out.println("octets of mails " + mails[1]);
        System.out.println("pending " + store.on(DAY).size());
      }
    }

    private static long count(DmarcCountStore store) throws IOException {
      long left = 0;
      Map<CountedMail, Long> sums = new HashMap<>();
      // As they come: the domains mixed.
      for (int source = 0; source < SOURCES; source++) {
        for (int domain = 0; domain < DOMAINS; domain++) {
          sums.put(counted("d" + domain + ".example", source), 1L);
          if (sums.size() == 20_000) {
            left += store.add(sums);
            sums.clear();
          }
        }
      }
      return left + store.add(sums);
    }

    private static CountedMail counted(String domain, int source) throws IOException {
      boolean pass = source % 3 != 0;
      String word = pass ? "pass" : "fail";
      return new CountedMail(
          DAY.toEpochDay(),
          new CountedMail.Policy(
              DomainName.of(domain),
              DmarcRecord.parse("v=DMARC1; p=quarantine; rua=mailto:rua@" + domain)
                  .toOptional()
                  .orElseThrow()),
          InetAddress.getByAddress(
              new byte[] {(byte) 192, (byte) (source >> 8), (byte) source, (byte) domain.length()}),
          new CountedMail.Result(
              domain,
              domain,
              "example.org",
              pass ? "pass" : "quarantine",
              pass,
              pass,
              List.of(),
              List.of(new CountedMail.Signature(domain, "s" + source % 2, word)),
              domain,
              word));
    }

    private static void send(DmarcCountStore store, long[] mails) {
      Instant now = Instant.parse("2026-12-01T12:00:00Z");
      var contact = new MailAddress("postmaster", "example.org");
      var rules =
          new DmarcReportSettings(
              true,
              100_000,
              Set.of(),
              List.of(),
              Set.of(),
              new TlsReportSettings(
                  true, Optional.of(contact), "Example", 0, List.of(DomainName.of("example.org"))));
      new DmarcReportSender(
              store,
              () -> ZoneResolver.of(Map.of()),
              (from, to, header, body) -> {
                mails[0]++;
                mails[1] += header.length + body.length;
                return true;
              },
              new ReportReturns(store, () -> now, new Random(1), Runnable::run),
              () ->
                  new DmarcReportSender.Plan(
                      rules, Optional.of(new ReportSettings("Example", contact, 0, Duration.ZERO))),
              "Facteur test",
              () -> now,
              new Random(2))
          .run();
    }

    private static long size(Path directory) throws IOException {
      long octets = 0;
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          octets += Files.size(file);
        }
      }
      return octets;
    }
  }

  @Test
  void aMillionDifferentResultsFitInto50MegabytesAndTheirReportsInto128OfMemory()
      throws IOException, InterruptedException {
    Path said = directory.resolve("said");
    Path counts = Files.createDirectory(directory.resolve("counts"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Run.class.getName(),
                counts.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    int code = process.waitFor();
    List<String> lines = Files.readAllLines(said, StandardCharsets.UTF_8);
    List<String> figures = lines.stream().filter(line -> line.matches("[a-z ]+ [0-9]+")).toList();
    System.out.println("a million results: " + figures);
    assertEquals(0, code, lines.toString());
    assertTrue(figures.contains("left out 0"), figures.toString());
    assertTrue(figures.contains("mails " + DOMAINS), figures.toString());
    assertTrue(figures.contains("pending 0"), figures.toString());
    long octets =
        figures.stream()
            .filter(line -> line.startsWith("octets ") && !line.contains("mails"))
            .mapToLong(line -> Long.parseLong(line.substring("octets ".length())))
            .findFirst()
            .orElseThrow();
    assertTrue(octets <= 50_000_000, () -> "octets " + octets);
  }
}
