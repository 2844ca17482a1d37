package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TlsRptCommandTest {
  private static CommandRun show(String policies) {
    return CommandRun.of(
        Path.of("mail.conf"),
        Map.of(),
        "\ufeff{\"date-range\":{\"start-datetime\":\"2026-01-01T00:00:00\","
            + "\"end-datetime\":\"2026-01-01T23:59:59\"},\"policies\":["
            + policies
            + "]}",
        "tlsrpt",
        "show",
        "-");
  }

  private static String policy(String summary, String details) {
    return "{\"policy\":{\"policy-type\":\"sts\",\"policy-domain\":\"example.org\"},"
        + summary
        + "\"failure-details\":["
        + details
        + "]}";
  }

  private static String sums(String good, String failed) {
    return "\"summary\":{\"total-successful-session-count\":"
        + good
        + ",\"total-failure-session-count\":"
        + failed
        + "},";
  }

  private static void expect(int code, String line, CommandRun run) {
    assertTrue(run.out().lines().anyMatch(line::equals), line + " is not in " + run.out());
    assertEquals(code, run.code(), run.out());
  }

  @Test
  void saysWhatFailedAndWhatIsNotKnown() {
    expect(Facteur.OK, "sts example.org: 5 good, 0 failed", show(policy(sums("5", "0"), "")));
    expect(
        Facteur.PROBLEM,
        "sts example.org: 5 good, 3 failed",
        show(policy(sums("\"5\"", "\"3\""), "")));
    expect(
        Facteur.PROBLEM,
        "sts example.org: 5 good, an unknown number failed",
        show(policy(sums("5", "-3"), "")));
    CommandRun without = show(policy("", "{\"result-type\":\"x\",\"failed-session-count\":\"4\"}"));
    expect(
        Facteur.PROBLEM,
        "sts example.org: an unknown number good, an unknown number failed, but its details tell"
            + " of 4",
        without);
    expect(
        Facteur.PROBLEM,
        "total:   0 sessions good, 4 failed, and others that the report does not count",
        without);
    expect(Facteur.PROBLEM, "    failed  4 times x", without);
    expect(
        Facteur.PROBLEM,
        "sts example.org: 5 good, 0 failed, but its details tell of 1",
        show(policy(sums("5", "0"), "{\"result-type\":\"x\"}")));
  }
}
