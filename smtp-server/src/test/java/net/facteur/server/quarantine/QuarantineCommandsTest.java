package net.facteur.server.quarantine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.server.admin.ControlServer;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.cli.Facteur;
import net.facteur.server.cli.Workplace;
import net.facteur.server.filter.Handling;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands as they are typed, beside a server and without one.
class QuarantineCommandsTest {
  @TempDir Path data = Path.of("");
  private QuarantineBench bench = new QuarantineBench(data);
  private Path settings = data;
  private String out = "";
  private String err = "";

  @BeforeEach
  void make() throws IOException {
    bench = new QuarantineBench(data);
    settings = data.resolve("mail.conf");
    Files.writeString(
        settings,
        "hostname = mail.example.org\ndirectories.data = \""
            + data
            + "\"\ndomains { \"example.org\" {} }\n");
  }

  private ControlServer server() throws IOException {
    var control =
        (ServerControl)
            Proxy.newProxyInstance(
                QuarantineCommandsTest.class.getClassLoader(),
                new Class<?>[] {ServerControl.class},
                (_, method, _) -> {
                  assertEquals("quarantine", method.getName());
                  return QuarantineRequests.of(
                      new QuarantineView(bench.store, QuarantineBench.KEEP),
                      bench.releases(),
                      () -> bench.now);
                });
    return ControlServer.open(data.resolve("control.socket"), control);
  }

  private int run(String language, String... arguments) {
    var outText = new StringWriter();
    var errText = new StringWriter();
    var workplace =
        new Workplace(
            "facteur",
            Map.of("LANG", language),
            Optional::empty,
            settings,
            new ByteArrayInputStream(new byte[0]),
            new PrintWriter(outText, true),
            new PrintWriter(errText, true),
            false,
            _ -> Optional.empty(),
            new SecureRandom(),
            (_, _, _, _) -> Facteur.OK,
            () -> bench.now,
            (_, _) -> {
              throw new AssertionError("the quarantine needs no DNS");
            },
            _ -> List.of());
    int code = Facteur.commandLine(workplace).execute(arguments);
    out = outText.toString();
    err = errText.toString();
    return code;
  }

  private int quarantine(String... arguments) {
    var all = new ArrayList<>(Arrays.asList(arguments));
    all.addFirst("quarantine");
    return run("C", all.toArray(String[]::new));
  }

  private JsonNode json() {
    return new JsonMapper().readTree(out);
  }

  @Test
  void nothingIsThereBeforeTheFirstMessage() {
    assertEquals(Facteur.OK, quarantine("list"));
    assertEquals("Nothing is in quarantine.\n", out);
    assertEquals(Facteur.OK, quarantine("list", "--json"));
    assertEquals("", out);
    assertEquals(Facteur.PROBLEM, quarantine("release", "01JD0000000000AB"));
    assertTrue(err.contains("There is no message 01JD0000000000AB in quarantine."), err);
    assertFalse(Files.exists(bench.directory), "looking makes nothing");
  }

  @Test
  void theListShowsWhatMayBeReleased() throws Exception {
    QueueId id = bench.keep("bob", "erin");
    bench.release(bench.keep("bob"));
    for (int i = 0; i < 2; i++) {
      try (AutoCloseable _ = i == 0 ? () -> {} : server()) {
        assertEquals(Facteur.OK, quarantine("list"), err);
        assertEquals(2, out.lines().count(), out);
        assertTrue(out.contains(id + "  2026-12-01T06:00:00Z  spam   Zoë <zoe@far.example>"), out);
        assertTrue(out.contains("bob@example.org, erin@example.org"), out);
        assertTrue(out.contains("A bill?[31m <b>"), out);
        assertTrue(out.contains("score=12.3 BAYES"), out);
        assertEquals(Facteur.OK, quarantine("list", "--json"), err);
        assertEquals("A bill\u001b[31m <b>", json().path("subject").asString(""));
        assertFalse(out.contains("\u001b"), "escaped");
        assertEquals("2026-12-31T06:00:00Z", json().path("until").asString(""));
      }
    }
  }

  @Test
  void aMessageIsShownWithoutWhatATerminalObeys() {
    QueueId id = bench.keep("bob");
    assertEquals(Facteur.OK, quarantine("show", id.text()), err);
    assertTrue(out.contains("put into quarantine for spam (score=12.3 BAYES)"), out);
    assertTrue(out.contains("<bob@example.org>  in quarantine"), out);
    assertTrue(out.contains("\nSubject: A bill?[31m <b>\n"), out);
    assertTrue(out.contains("\n\nPay at once.\n"), out);
    assertFalse(out.contains("\u001b"), out);
    assertEquals(Facteur.OK, quarantine("show", "--json", id.text()), err);
    assertEquals(QuarantineBench.BODY, json().path("body").asString(""));
    assertFalse(json().path("cut").asBoolean(true));
  }

  @Test
  void besideAServerAReleaseIsAtOnceAndOnce() throws IOException {
    QueueId id = bench.keep("bob", "erin");
    try (var _ = server()) {
      assertEquals(Facteur.OK, quarantine("release", id.text(), "--to", "ERIN@example.org"), err);
      String as = bench.queued.getFirst().id().text();
      assertEquals(
          "ok: "
              + id
              + " is on its way to erin@example.org; see how it goes: facteur why "
              + as
              + "\n",
          out);
      assertEquals(Facteur.PROBLEM, quarantine("release", id.text(), "--to", "erin@example.org"));
      assertTrue(err.contains("Nothing is left of message " + id), err);
      assertEquals(Facteur.PROBLEM, quarantine("release", id.text(), "--to", "x@example.org"));
      assertTrue(err.contains("was not for x@example.org"), err);
      assertEquals(Facteur.OK, quarantine("release", "--json", id.text()), err);
      assertEquals("released", json().path("outcome").asString(""));
      assertEquals("bob@example.org", json().path("to").path(0).asString(""));
    }
    assertEquals(List.of("bob@example.org", "erin@example.org"), bench.recipients());
    assertTrue(bench.queued.getFirst().facts().getFirst().detail().contains("by postmaster ("));
  }

  @Test
  void withoutAServerAReleaseWaitsForIt() throws IOException {
    QueueId id = bench.keep("bob");
    assertEquals(Facteur.OK, quarantine("learn", id.text()), err);
    assertEquals("ok: " + id + " goes to bob@example.org as soon as the server runs\n", out);
    assertEquals(List.of("wished"), bench.states(id));
    bench.releases().fulfilWishes();
    assertEquals(List.of("bob@example.org"), bench.recipients());
    assertEquals(1, bench.learnt.size());
    assertEquals(Facteur.PROBLEM, quarantine("release", id.text()));
  }

  @Test
  void learningIsToldOf() throws IOException {
    QueueId id = bench.keep("bob");
    try (var _ = server()) {
      assertEquals(Facteur.OK, quarantine("learn", id.text()), err);
    }
    assertTrue(out.endsWith("It was learnt as wanted.\n"), out);
  }

  @Test
  void harmfulContentTakesAWordMore() throws IOException {
    QueueId id = bench.keep(Handling.Cause.VIRUS, true, "bob");
    for (String verb : List.of("release", "learn")) {
      assertEquals(Facteur.PROBLEM, quarantine(verb, id.text()));
      assertTrue(err.contains("facteur quarantine release --virus-too " + id), err);
    }
    assertEquals(List.of("kept"), bench.states(id));
    try (var _ = server()) {
      assertEquals(Facteur.PROBLEM, quarantine("release", id.text()));
      assertEquals(Facteur.OK, quarantine("release", "--virus-too", id.text()), err);
    }
    assertEquals(1, bench.queued.size());
  }

  @Test
  void severalAreDoneAndThoseThatCannotBeAreNamed() throws IOException {
    QueueId one = bench.keep("bob");
    QueueId two = bench.keep("erin");
    assertEquals(Facteur.PROBLEM, quarantine("drop", one.text(), "01JD0000000000AB", two.text()));
    assertEquals(2, out.lines().count(), out);
    assertTrue(err.contains("01JD0000000000AB"), err);
    assertEquals(List.of("dropped"), bench.states(two));
    assertFalse(Files.exists(bench.directory.resolve(two + ".eml")));
  }

  @Test
  void whyKnowsWhatIsAndWasInQuarantine() throws IOException {
    SqliteStore.open(QueueSettings.in(data.resolve("queue")), () -> bench.now).close();
    QueueId id = bench.keep("bob", "erin");
    Releases.Outcome released =
        bench
            .releases()
            .release(
                new Releases.Wish(
                    id,
                    one -> one.address().localPart().equals("bob"),
                    "the postmaster, as root",
                    false,
                    false));
    String as = ((Releases.Outcome.Released) released).as().text();
    for (String asked :
        List.of(id.text(), "<1@far.example>", "zoe@far.example", "bob@example.org")) {
      assertEquals(Facteur.OK, run("C", "why", asked), err);
      assertTrue(out.contains("2026-12-01T06:00:00Z  put into quarantine for spam"), out);
      assertTrue(
          out.contains(
              "<bob@example.org>  released at 2026-12-01T06:00:00Z by the postmaster, as root, as "
                  + as),
          out);
      assertTrue(out.contains("<erin@example.org>  in quarantine"), out);
    }
    assertEquals(Facteur.OK, run("fr_FR.UTF-8", "why", id.text()), err);
    assertTrue(out.contains("mis en quarantaine pour spam"), out);
    assertEquals(Facteur.PROBLEM, run("C", "why", "nobody@example.org"));
  }
}
