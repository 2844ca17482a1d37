package net.facteur.server.addresses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressStoreTest {
  private static final DomainName OURS = DomainName.of("example.org");
  private static final DomainName OTHER = DomainName.of("example.net");
  private static final Set<String> USERS =
      Set.of("alice@example.org", "bob@example.org", "dan@example.net");

  @TempDir private Path directory = Path.of("");
  private Instant now = Instant.parse("2026-11-30T12:00:00Z");

  private AddressesFile file() {
    return AddressesFile.beside(directory.resolve("users"));
  }

  private void put(String line) throws IOException {
    assertEquals(
        AddressChange.Outcome.DONE,
        file().apply(new AddressChange.Put(AddressEntry.parse(line).orElseThrow(), false)));
  }

  private Router router(AddressStore store, Map<String, List<String>> aliases) {
    var settings =
        new RoutingSettings(
            List.of(OURS, OTHER),
            Set.of(),
            "+",
            aliases,
            Map.of(),
            Map.of(OURS, "alice@example.org"),
            Optional.of("bob@example.org"),
            Optional.empty(),
            Map.of(),
            Optional.empty());
    return new Router(
        settings,
        (local, domain) -> USERS.contains(local + "@" + domain.text()),
        ReversePathRewriter.identity(),
        Optional.empty(),
        store);
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private static List<String> ends(Router router, String to) {
    return router.resolve(address(to)) instanceof Resolution.Routed(List<Resolution.End> ends)
        ? ends.stream().map(end -> end.hop().destination().text()).toList()
        : List.of("refused " + router.resolve(address(to)).refusal().orElseThrow());
  }

  @Test
  void eachKindOfEntryDoesWhatItSays() throws IOException {
    put("alias team@example.org to=bob@example.org,carol@elsewhere.example");
    put("forward bob@example.org to=bob@elsewhere.example keep=yes");
    put("refuse spam@example.org");
    put("refuse alice+shop@example.org");
    put("discard noreply@example.org");
    put("domain example.net of=example.org");
    Router router = router(new AddressStore(file(), () -> now), Map.of());
    assertEquals(
        List.of("mx:elsewhere.example", "maildir:bob@example.org"),
        ends(router, "team@example.org").stream()
            .distinct()
            .sorted(java.util.Comparator.reverseOrder())
            .toList());
    assertEquals(
        List.of("maildir:bob@example.org", "mx:elsewhere.example"),
        ends(router, "BOB@example.org"));
    assertEquals(List.of("refused 5.1.1"), ends(router, "Spam@example.org"));
    assertEquals(List.of("refused 5.1.1"), ends(router, "spam+tag@example.org"));
    assertEquals(List.of("refused 5.1.1"), ends(router, "alice+shop@example.org"));
    assertEquals(List.of("maildir:alice@example.org"), ends(router, "alice+x@example.org"));
    assertEquals(
        List.of("maildir:alice@example.org"), ends(router, "anybody@example.org"), "catch-all");
    assertEquals(List.of("discard:address"), ends(router, "noreply@example.org"));
    assertEquals(
        List.of("maildir:alice@example.org"), ends(router, "alice+shoes@example.net"), "domain");
    assertEquals(List.of("discard:address"), ends(router, "noreply@example.net"));
    assertEquals(List.of("maildir:dan@example.net"), ends(router, "dan@example.net"));
    assertEquals(List.of("refused 5.1.1"), ends(router, "spam@example.net"));
  }

  @Test
  void thePostmasterIsNeverRefused() throws IOException {
    put("refuse postmaster@example.org");
    put("refuse abuse@example.org");
    Router router = router(new AddressStore(file(), () -> now), Map.of());
    assertEquals(List.of("maildir:bob@example.org"), ends(router, "postmaster@example.org"));
    assertEquals(List.of("maildir:bob@example.org"), ends(router, "abuse@example.org"));
  }

  @Test
  void theSettingsWinWhereBothNameAnAddress() throws IOException {
    put("alias team@example.org to=bob@example.org");
    put("refuse info@example.org");
    var store = new AddressStore(file(), () -> now);
    Router router =
        router(store, Map.of("team@example.org", List.of("alice"), "info", List.of("alice")));
    assertEquals(List.of("maildir:alice@example.org"), ends(router, "team@example.org"));
    assertEquals(List.of("maildir:alice@example.org"), ends(router, "info@example.org"));
  }

  @Test
  void whatIsForATimeEndsByItself() throws IOException {
    put("alias gone@example.net to=bob@example.org until=2026-12-01T00:00:00Z");
    Router router = router(new AddressStore(file(), () -> now), Map.of());
    assertEquals(List.of("maildir:bob@example.org"), ends(router, "gone@example.net"));
    now = Instant.parse("2026-12-01T00:00:00Z");
    assertEquals(List.of("refused 5.1.1"), ends(router, "gone@example.net"));
  }

  @Test
  void aChangeByHandIsSeenAndCommentsAndOrderStay() throws IOException {
    put("alias b@example.org to=bob@example.org");
    String text = Files.readString(file().path());
    Files.writeString(
        file().path(),
        text.replace("alias b@", "# of the choir\nalias c@example.org to=x@y.example\nalias b@"));
    var store = new AddressStore(file(), () -> now);
    put("alias a@example.org to=alice@example.org");
    assertEquals(
        AddressChange.Outcome.UNKNOWN, store.change(new AddressChange.Remove("zoe@example.org")));
    assertEquals(
        AddressChange.Outcome.DONE, store.change(new AddressChange.Remove("c@example.org")));
    assertEquals(
        text.replace(
            "alias b@example.org to=bob@example.org\n",
            "# of the choir\n"
                + "alias b@example.org to=bob@example.org\n"
                + "alias a@example.org to=alice@example.org\n"),
        Files.readString(file().path()));
    assertEquals(Set.of("a@example.org", "b@example.org"), store.now().aliases().keySet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alias team@example.org",
        "alias team@example.org to=",
        "alias team@example.org to=a b@c.example",
        "alias team@example.org to=|/bin/sh@c.example",
        "alias team@example.org to=nobody",
        "alias team to=a@b.example",
        "forward bob@example.org keep=no to=a@b.example",
        "refuse spam@example.org to=a@b.example",
        "alias team@example.org to=a@b.example until=tomorrow",
        "domain example.net",
        "domain example.net of=@",
        "move a@example.org to=b@example.org",
        "\u00ff"
      })
  void aDamagedLineMakesNobodyUnknown(String line) throws IOException {
    put("alias team@example.org to=bob@example.org");
    Files.writeString(
        file().path(), Files.readString(file().path()).replace("#end", line + "\n#end"));
    var store = new AddressStore(file(), () -> now);
    Router router = router(store, Map.of());
    assertInstanceOf(Resolution.Undecided.class, router.resolve(address("who@example.net")));
    assertEquals(List.of("maildir:bob@example.org"), ends(router, "team@example.org"));
    assertEquals(List.of("maildir:alice@example.org"), ends(router, "alice@example.org"));
    assertEquals(1, store.problems().size(), store.problems()::toString);
    put("refuse x@example.org");
    assertTrue(Files.readString(file().path()).contains("\n" + line + "\n"), "it stays");
  }

  @Test
  void aTextThatWasCutOffAnywhereMakesNobodyUnknown() throws IOException {
    put("alias team@example.org to=bob@example.org");
    put("alias vorstand@example.org to=bob@example.org,alice@example.org");
    byte[] whole = Files.readAllBytes(file().path());
    for (int length = 1; length < whole.length - 1; length++) {
      Files.write(file().path(), java.util.Arrays.copyOf(whole, length));
      var store = new AddressStore(file(), () -> now);
      assertTrue(store.uncertain(), "cut at " + length);
      assertThrows(
          IOException.class, () -> store.change(new AddressChange.Remove("team@example.org")));
    }
  }

  @Test
  void aFileThatIsGoneOrUnreadableChangesNothing() throws IOException {
    put("alias team@example.org to=bob@example.org");
    var store = new AddressStore(file(), () -> now);
    assertFalse(store.uncertain());
    byte[] octets = Files.readAllBytes(file().path());
    Files.delete(file().path());
    store.refresh();
    assertTrue(store.uncertain());
    assertEquals(Set.of("team@example.org"), store.now().aliases().keySet());
    Files.write(file().path(), new byte[] {(byte) 0xff, '\n'});
    store.refresh();
    assertTrue(store.uncertain());
    Files.write(file().path(), octets);
    store.refresh();
    assertFalse(store.uncertain());
    assertEquals(List.of(), store.problems());
  }

  @Test
  void manyWritersLoseNothing() throws Exception {
    var threads = new ArrayList<Thread>();
    var failures = new java.util.concurrent.ConcurrentLinkedQueue<Exception>();
    for (int i = 0; i < 20; i++) {
      String line = "alias a" + i + "@example.org to=bob@example.org";
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      put(line);
                    } catch (IOException e) {
                      failures.add(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), List.copyOf(failures));
    assertEquals(20, file().read().entries().size());
  }

  @Test
  void everyKindIsReadAsItWasWritten() {
    var alice = UserName.parse("alice@example.org").orElseThrow();
    var end = Optional.of(now);
    for (AddressEntry entry :
        List.of(
            new AddressEntry.Alias(alice, List.of("a@b.example", "c@d.example"), end),
            new AddressEntry.Forward(alice, List.of("a@b.example"), true, Optional.empty()),
            new AddressEntry.Refused(alice),
            new AddressEntry.Discarded(alice),
            new AddressEntry.Domain(OTHER, OURS))) {
      assertEquals(Optional.of(entry), AddressEntry.parse(entry.line()), entry.line());
    }
    assertEquals("discard:address", new NextHop.Discard().destination().text());
  }
}
