package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.facteur.it.WebVisitor.Answer;
import net.facteur.it.WebVisitor.FilledForm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two browsers and the command line change the same user: no change is lost without a word.
class SimultaneousChangesTest {
  private static final String PERSON =
      "/server/person?user=" + URLEncoder.encode(Site.BOB, StandardCharsets.UTF_8);

  @TempDir private Path directory = Path.of("");
  private LivedInServer lived;
  private WebVisitor first;
  private WebVisitor second;

  @BeforeEach
  void start() throws Exception {
    lived = LivedInServer.start(directory);
    first = browser(20);
    second = browser(21);
  }

  @AfterEach
  void stop() throws Exception {
    lived.close();
  }

  private WebVisitor browser(int network) throws IOException {
    var alice = new WebVisitor(lived, World.loopback(network, 5), "localhost");
    assertEquals("/me", alice.signIn(Site.ALICE, Site.PASSWORD).field("location"));
    return alice;
  }

  /// A form of Bob's page as a browser has it now.
  private static FilledForm form(WebVisitor browser, String part) throws IOException {
    return browser.get(PERSON).forms().stream()
        .filter(form -> part.equals(form.fields().get("part")))
        .findFirst()
        .orElseThrow();
  }

  private String bob() {
    return lived.command("user", "show", Site.BOB);
  }

  private static void taken(Answer answer) {
    assertEquals(303, answer.status(), answer.body());
  }

  @Test
  void theSlowerOfTwoBrowsersIsToldAndChangesNothing() throws Exception {
    FilledForm fast = form(first, "quota").with("quota", "1GiB");
    FilledForm slow = form(second, "quota").with("quota", "2GiB");
    taken(first.send(fast));
    Answer told = second.send(slow);
    assertEquals(409, told.status());
    assertTrue(told.body().contains("1GiB") && told.body().contains("2GiB"), told.body());
    all("1.0 GiB");
    taken(second.send(form(second, "quota").with("quota", "2GiB")));
    all("2.0 GiB");
  }

  @Test
  void aCommandBetweenPageAndFormIsNotOverwritten() throws Exception {
    FilledForm old = form(first, "quota").with("quota", "1GiB");
    lived.command("user", "quota", Site.BOB, "3GiB");
    assertEquals(409, first.send(old).status());
    all("3.0 GiB");
  }

  @Test
  void whoChangeDifferentThingsDoNotMeet() throws Exception {
    FilledForm quota = form(first, "quota").with("quota", "1GiB");
    FilledForm contact = form(second, "contact").with("contact", "bob@example.net");
    lived.command("user", "lock", Site.BOB);
    taken(first.send(quota));
    taken(second.send(contact));
    all("1.0 GiB", "bob@example.net", "locked");
  }

  /// All three press the button in the same moment, again and again.
  @Test
  void allThreeInTheSameMomentAreAllTaken() throws Exception {
    try (var people = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 1; round <= 10; round++) {
        String gigabytes = round + "GiB";
        String address = "bob" + round + "@example.net";
        String verb = round % 2 == 0 ? "unlock" : "lock";
        FilledForm quota = form(first, "quota").with("quota", gigabytes);
        FilledForm contact = form(second, "contact").with("contact", address);
        List<Callable<Integer>> acts =
            List.of(
                () -> first.send(quota).status(),
                () -> second.send(contact).status(),
                () -> lived.command("user", verb, Site.BOB).length() > 0 ? 303 : 0);
        for (Future<Integer> act : people.invokeAll(acts)) {
          assertEquals(303, act.get());
        }
        all(round + ".0 GiB", address);
        assertEquals(verb.equals("lock"), bob().contains("locked"), bob());
      }
    }
  }

  private void all(String... words) {
    String shown = bob();
    for (String word : words) {
      assertTrue(shown.contains(word), shown);
    }
  }
}
