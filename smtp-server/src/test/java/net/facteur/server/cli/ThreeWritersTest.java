package net.facteur.server.cli;

import static net.facteur.server.signin.SignInHouse.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.accounts.User;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.volunteer.PeopleBench;
import net.facteur.server.web.Response;
import net.facteur.server.web.Status;
import net.facteur.server.web.TestBrowser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two browsers and the command line change the same things at once, and nobody's change is lost
/// without a word.
class ThreeWritersTest {
  private static final int CHANGES = 6;
  private static final String PAGE = "/server/person?user=bob%40example.org";
  private static final String ADDRESS = "/server/address?key=info%40example.org";

  @TempDir private Path directory = Path.of("");
  private PeopleBench bench;

  ThreeWritersTest() {}

  @BeforeEach
  void open() throws Exception {
    bench = new PeopleBench(directory, "");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private String command(String... words) {
    CommandRun run = CommandRun.of(bench.conf, Map.of(), "", words);
    assertEquals(Facteur.OK, run.code(), run.err());
    return run.out();
  }

  private User bob() throws Exception {
    return bench.house.users.read().find(BOB).orElseThrow();
  }

  /// The hidden fields of the form about one part of an account, and what its field shows.
  private static Map<String, String> form(Response page, String part) {
    Matcher form =
        Pattern.compile(
                "name=\"part\" value=\""
                    + part
                    + "\">.*?name=\"version\" value=\"([^\"]*)\".*?id=\"field-"
                    + part
                    + "\"[^>]* value=\"([^\"]*)\"",
                Pattern.DOTALL)
            .matcher(page.body());
    assertTrue(form.find(), page.body());
    var fields = new HashMap<String, String>();
    fields.put("form", TestBrowser.hidden(page, "/signout").getOrDefault("form", ""));
    fields.put("user", BOB.text());
    fields.put("part", part);
    fields.put("version", form.group(1));
    fields.put(part, form.group(2));
    return fields;
  }

  /// Adds an address to those that Bob may send as, as a person does it who looks again where
  /// somebody was faster.
  ///
  /// @return how often somebody was
  private int add(TestBrowser browser, String address) throws Exception {
    int overtaken = 0;
    while (true) {
      Map<String, String> fields = form(browser.get(PAGE), "send-as");
      String before = fields.getOrDefault("send-as", "");
      fields.put("send-as", before.isEmpty() ? address : before + ", " + address);
      Response answer = browser.post("/server/person/change", fields);
      if (answer.status() == Status.OK) {
        return overtaken;
      }
      assertEquals(Status.CONFLICT, answer.status(), answer.body());
      assertTrue(answer.body().contains("Somebody else has changed this"), answer.body());
      assertTrue(answer.body().contains(address), "what was wanted is shown");
      overtaken++;
    }
  }

  private Integer adds(CyclicBarrier together, TestBrowser browser, String who) throws Exception {
    together.await();
    int overtaken = 0;
    for (int i = 0; i < CHANGES; i++) {
      overtaken += add(browser, who + i + "@example.org");
    }
    return overtaken;
  }

  private Integer commands(CyclicBarrier together) throws Exception {
    together.await();
    for (int i = 0; i < CHANGES; i++) {
      String contact = "bob" + i + "@far.example";
      command("user", "contact", BOB.text(), contact);
      assertEquals(contact, bob().contact().orElseThrow().text(), "nobody undoes it");
    }
    return 0;
  }

  @Test
  void changesOfOneUserByThreeAtOnceAllStay() throws Exception {
    TestBrowser one = bench.alice();
    TestBrowser other = bench.alice();
    var together = new CyclicBarrier(3);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> writers =
          List.of(
              () -> adds(together, one, "one"),
              () -> adds(together, other, "other"),
              () -> commands(together));
      for (Future<Integer> each : threads.invokeAll(writers)) {
        assertTrue(each.get() >= 0);
      }
    }
    var wanted = new HashSet<String>();
    for (int i = 0; i < CHANGES; i++) {
      wanted.add("one" + i + "@example.org");
      wanted.add("other" + i + "@example.org");
    }
    assertEquals(wanted, new HashSet<>(bob().sendAs()));
    assertEquals(
        Optional.of("bob" + (CHANGES - 1) + "@far.example"),
        bob().contact().map(contact -> contact.text()));
  }

  @Test
  void whatACommandChangedAfterALookIsShownBesideWhatWasTyped() throws Exception {
    TestBrowser alice = bench.alice();
    Map<String, String> fields = form(alice.get(PAGE), "quota");
    command("user", "quota", BOB.text(), "3GiB");
    fields.put("quota", "4GiB");
    Response late = alice.post("/server/person/change", fields);
    assertEquals(Status.CONFLICT, late.status());
    assertTrue(late.body().contains(">3GiB</dd>") && late.body().contains(">4GiB</dd>"));
    assertEquals(Optional.of(3L << 30), bob().quota());
    Map<String, String> decided = form(late, "quota");
    assertEquals("4GiB", decided.get("quota"), "what was typed stands in the form");
    assertEquals(Status.OK, alice.post("/server/person/change", decided).status());
    assertEquals(Optional.of(4L << 30), bob().quota());
  }

  @Test
  void anAddressThatACommandChangedAfterALookIsNotOverwritten() throws Exception {
    command("alias", "add", "info@example.org", "alice@example.org");
    TestBrowser alice = bench.alice();
    Response page = alice.get(ADDRESS);
    command("alias", "add", "info@example.org", "bob@example.org", "--replace");
    Response late =
        alice.submit(page, "/server/address", Map.of("kind", "alias", "to", "carol@far.example"));
    assertEquals(Status.CONFLICT, late.status());
    assertTrue(late.body().contains("goes to bob@example.org"), late.body());
    assertTrue(late.body().contains("goes to carol@far.example"), late.body());
    AddressEntry entry = bench.addresses.entry("info@example.org").orElseThrow();
    assertEquals("alias info@example.org to=bob@example.org", entry.line());
    assertTrue(command("alias", "list").contains("bob@example.org"));
  }
}
