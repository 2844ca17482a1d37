package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.facteur.server.metrics.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The numbers of a whole server, and what is shipped for Prometheus.
class MetricsTest {
  private static final Path SHIPPED = Path.of("..", "conf", "monitoring").toAbsolutePath();

  @TempDir private Path directory;

  private static String scrape(RunningServer server) throws IOException, InterruptedException {
    InetSocketAddress at = server.server().metricsListeners().getFirst();
    try (var client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.getPort() + "/metrics"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode());
      return answer.body();
    }
  }

  private static boolean has(String numbers, String pattern) {
    return Pattern.compile("^" + pattern + "$", Pattern.MULTILINE).matcher(numbers).find();
  }

  @Test
  void whatTheServerDoesIsCountedAndTimed() throws Exception {
    try (var server = RunningServer.start(directory, "listen.metrics = [\"127.0.0.1:0\"]\n");
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      server.mail("friend@example.net");
      server.mail(Site.BOB);
      Await.until(
          () -> numbers(server),
          () ->
              has(numbers(server), "facteur_delivery_seconds_count\\{to=\"remote\"} 1")
                  && has(numbers(server), "facteur_delivery_seconds_count\\{to=\"mailbox\"} 1"));
      assertEquals(1, mx.transactions().size());
      String numbers = scrape(server);
      for (String line :
          new String[] {
            "facteur_messages_accepted_total\\{source=\"submission\"} 2.0",
            "facteur_queue_commit_seconds_count 2",
            "facteur_delivery_attempts_total\\{provider=\"other\",result=\"delivered\",tls=\"none\"}"
                + " 1.0",
            "facteur_delivery_outcomes_total\\{result=\"delivered\"} 2.0",
            "facteur_logins_total\\{mechanism=\"password\",result=\"accepted\"} [1-9]\\.0",
            "facteur_signing_seconds_count\\{result=\"signed\"} 2",
            "facteur_queue_recipients\\{state=\"queued\"} [0-9.]+",
            "facteur_dns_lookups_total\\{result=\"records\"} [0-9.]+",
            "facteur_smtp_connections [0-9.]+",
            "facteur_disk_free_bytes [0-9.E]+",
            "facteur_certificate_expiry_timestamp_seconds [0-9.E]+",
            "process_start_time_seconds [0-9.E]+"
          }) {
        assertTrue(has(numbers, line), () -> line + " is missing in\n" + numbers);
      }
    }
  }

  private static String numbers(RunningServer server) {
    try {
      return scrape(server);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nothingIsServedUnlessSomebodyWantsIt() throws Exception {
    try (var server = RunningServer.start(directory)) {
      assertEquals(0, server.server().metricsListeners().size());
    }
  }

  /// `promtool check metrics` knows the conventions of names.
  @Test
  @RequiresProgram(Program.PROMETHEUS)
  void promtoolFindsNothingToSayOfTheNumbers() throws Exception {
    try (var server = RunningServer.start(directory, "listen.metrics = [\"127.0.0.1:0\"]\n")) {
      server.mail(Site.BOB);
      Path numbers = Files.writeString(directory.resolve("numbers"), scrape(server));
      Command check = Command.with(numbers, Program.PROMETHEUS.path(), "check", "metrics");
      String ours =
          check.output().lines().filter(l -> l.contains("facteur")).collect(Collectors.joining());
      assertEquals("", ours);
    }
  }

  @Test
  @RequiresProgram(Program.PROMETHEUS)
  void promtoolAcceptsTheRulesAndTheirTests() throws IOException {
    String promtool = Program.PROMETHEUS.path();
    for (String[] line :
        new String[][] {
          {promtool, "check", "rules", SHIPPED.resolve("facteur.rules.yml").toString()},
          {promtool, "test", "rules", SHIPPED.resolve("facteur.rules.test.yml").toString()},
          {
            promtool,
            "check",
            "config",
            "--syntax-only",
            SHIPPED.resolve("prometheus.yml").toString()
          }
        }) {
      Command run = Command.run(line);
      assertEquals(0, run.exitCode(), run::output);
    }
  }

  /// Rules and the board ask for nothing that the server does not count.
  @Test
  void whatIsShippedNamesKnownMetricsOnly() throws IOException {
    Set<String> known =
        Arrays.stream(Metric.values())
            .flatMap(
                metric ->
                    switch (metric.kind()) {
                      case HISTOGRAM ->
                          Set.of(
                              metric.title() + "_bucket",
                              metric.title() + "_count",
                              metric.title() + "_sum")
                              .stream();
                      case COUNTER, GAUGE, INFO -> Set.of(metric.title()).stream();
                    })
            .collect(Collectors.toSet());
    for (String file : new String[] {"facteur.rules.yml", "facteur-board.json"}) {
      var named = new TreeSet<String>();
      Matcher names =
          Pattern.compile("\\bfacteur_[a-z_]+").matcher(Files.readString(SHIPPED.resolve(file)));
      while (names.find()) {
        named.add(names.group());
      }
      assertTrue(named.size() > 5, () -> file + " names " + named);
      named.removeAll(known);
      assertEquals(Set.of(), named, file);
    }
  }
}
