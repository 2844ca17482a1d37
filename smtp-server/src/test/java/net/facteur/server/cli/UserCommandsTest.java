package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.addresses.AddressesFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Users and addresses by command, where no server runs.
class UserCommandsTest {
  private static final String ALICE = "alice@example.org";

  @TempDir Path directory = Path.of("");
  private Path settings = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void alice() throws IOException {
    settings = directory.resolve("mail.conf");
    data = directory.resolve("data");
    Files.writeString(
        settings,
        """
        hostname = mail.example.org
        domains { "example.org" {}, "example.net" {} }
        directories.data = data
        aliases { "set@example.org" = "alice@example.org" }
        mailboxes.quota = 1MiB
        passwords.memory = 7MiB
        passwords.iterations = 1
        """);
    good("user add alice@example.org --generate");
  }

  private CommandRun run(String line) {
    return CommandRun.of(settings, Map.of(), "", line.split(" ", -1));
  }

  private String good(String line) {
    CommandRun run = run(line);
    assertEquals(Facteur.OK, run.code(), line + ": " + run.err());
    return run.out();
  }

  private String bad(String line) {
    CommandRun run = run(line);
    assertEquals(Facteur.PROBLEM, run.code(), line + ": " + run.out());
    return run.err();
  }

  private Optional<User> user(String name) throws IOException {
    var file = new UsersFile(data.resolve("users"), new java.security.SecureRandom());
    return file.read().find(UserName.parse(name).orElseThrow());
  }

  private Optional<AddressEntry> address(String key) throws IOException {
    return Optional.ofNullable(
        AddressesFile.beside(data.resolve("users")).read().entries().get(key));
  }

  private Path mail(String name, String file, int octets) throws IOException {
    Path maildir = data.resolve("mail/example.org").resolve(name).resolve("Maildir");
    Path path = maildir.resolve(file);
    Path folder = file.startsWith(".") ? maildir.resolve(file.split("/", -1)[0]) : maildir;
    for (String part : List.of("new", "cur", "tmp")) {
      Files.createDirectories(folder.resolve(part));
    }
    return Files.write(path, new byte[octets]);
  }

  private static JsonNode json(String line) {
    return new JsonMapper().readTree(line);
  }

  @Test
  void aNameThatTheUsersFileOrDovecotWouldMisreadIsNoNewUser() throws IOException {
    for (String name : List.of("#bob", "*", "al?ce")) {
      for (String line :
          List.of(
              "user add " + name + "@example.org --generate",
              "user rename alice@example.org " + name + "@example.org")) {
        CommandRun run = run(line);
        assertEquals(Facteur.USAGE, run.code(), line + ": " + run.out());
        assertTrue(run.err().contains(name + "@example.org"), run.err());
      }
    }
    assertTrue(user(ALICE).isPresent());
    good("user add b#ob@example.org --generate");
    assertTrue(user("b#ob@example.org").isPresent());
  }

  /// Whoever owns the directory would own what root copies into it.
  @Test
  void nothingIsCopiedFromWhereALinkLeads() throws IOException {
    Path secret = Files.writeString(directory.resolve("shadow"), "root:secret\n");
    Path addresses = data.resolve("addresses");
    for (Path file : List.of(data.resolve("users"), addresses)) {
      Files.deleteIfExists(file);
      Files.createSymbolicLink(file, secret);
      String line =
          file.equals(addresses)
              ? "alias add i@example.org x@elsewhere.example"
              : "user add bob@example.org --generate";
      assertTrue(bad(line).contains(file + " is a link"), line);
      assertTrue(Files.isSymbolicLink(file));
    }
    assertEquals("root:secret\n", Files.readString(secret));
  }

  @Test
  void whatIsAskedBeforeAUserGoesMayBeSeen() throws IOException {
    Map<String, String> french = Map.of("LANG", "fr_FR.UTF-8");
    CommandRun odd =
        CommandRun.answering(french, settings, List.of("peut-être"), "user", "remove", ALICE);
    assertEquals(Facteur.PROBLEM, odd.code());
    assertTrue(odd.err().contains("`peut-être`"), odd.err());
    assertTrue(user(ALICE).isPresent());
    CommandRun no = CommandRun.answering(french, settings, List.of("non"), "user", "erase", ALICE);
    assertEquals(Facteur.PROBLEM, no.code());
    assertTrue(user(ALICE).isPresent());
    CommandRun gone =
        CommandRun.answering(
            Map.of(), settings, List.of("forward", "bob@example.org", ""), "user", "remove", ALICE);
    assertEquals(
        "Mail of alice@example.org: keep, forward or erase? [keep] "
            + "New mail goes to: For how long? [90d] "
            + "ok: user alice@example.org removed; mail goes to bob@example.org"
            + " until 2027-02-20T06:00:00Z",
        gone.out().lines().findFirst().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"transférer", "Transfe\u0301rer", "t", "forward"})
  void frenchWordsAnswerTheFrenchQuestion(String word) throws IOException {
    Map<String, String> french = Map.of("LANG", "fr_FR.UTF-8");
    CommandRun run =
        CommandRun.answering(
            french, settings, List.of(word, "bob@example.org", ""), "user", "remove", ALICE);
    assertEquals(Facteur.OK, run.code(), run.err());
    assertTrue(run.out().startsWith("Courrier de " + ALICE + " : garder, transférer"), run.out());
    assertTrue(address(ALICE).isPresent());

    mail("carol", "new/1.M.h", 10);
    good("user add carol@example.org --generate");
    CommandRun kept =
        CommandRun.answering(
            french, settings, List.of("garder"), "user", "remove", "carol@example.org");
    assertEquals(Facteur.OK, kept.code(), kept.err());
    assertTrue(Files.exists(data.resolve("mail/example.org/carol/Maildir/new/1.M.h")));
    good("user add carol@example.org --generate");
    CommandRun erased =
        CommandRun.answering(
            french, settings, List.of("effacer"), "user", "remove", "carol@example.org");
    assertEquals(Facteur.OK, erased.code(), erased.err());
    assertFalse(Files.exists(data.resolve("mail/example.org/carol/Maildir")));
  }

  @Test
  void usersOfADirectoryAreListedOnceTheyHaveLoggedInAndShownByName() throws Exception {
    var config = new InMemoryDirectoryServerConfig("dc=example,dc=org");
    config.setSchema(null);
    var directoryServer = new InMemoryDirectoryServer(config);
    directoryServer.add("dn: dc=example,dc=org", "objectClass: domain", "dc: example");
    directoryServer.add(
        "dn: uid=bob,dc=example,dc=org",
        "objectClass: inetOrgPerson",
        "uid: bob",
        "mail: bob@example.org",
        "mail: robert@example.org");
    directoryServer.startListening();
    Files.writeString(
        settings,
        Files.readString(settings)
            + """
            ldap {
              servers = ["ldap://127.0.0.1:%d"]
              base = "dc=example,dc=org"
              starttls = false
              time-limit = 1s
            }
            """
                .formatted(directoryServer.getListenPort()));
    try {
      String none = good("user list");
      assertFalse(none.contains("bob@"), none);
      assertTrue(none.contains("facteur user show"), none);
      Files.writeString(
          data.resolve("users.logins"),
          "bob@example.org - 2026-11-20T06:00:00Z 192.0.2.1 imap\n"
              + "stranger@elsewhere.example - 2026-11-20T06:00:00Z 192.0.2.1 imap\n");
      String list = good("user list");
      assertTrue(
          list.lines()
              .anyMatch(line -> line.matches("bob@example.org +in the directory +2026-11-20.*")),
          list);
      assertFalse(list.contains("stranger"), list);
      assertEquals(
          "ldap",
          json(good("user list --json").lines().toList().getLast()).path("source").asString());

      String shown = good("user show bob@example.org");
      assertTrue(shown.contains("uid=bob,dc=example,dc=org"), shown);
      assertTrue(shown.contains("robert@example.org"), shown);
      assertTrue(shown.contains("2026-11-20T06:00:00Z"), shown);
      JsonNode fields = json(good("user show bob@example.org --json"));
      assertEquals("uid=bob,dc=example,dc=org", fields.path("dn").asString());
      assertTrue(bad("user show nobody@example.org").contains("There is no user"));
    } finally {
      directoryServer.shutDown(true);
    }
    String silent = bad("user show bob@example.org");
    assertTrue(silent.contains("facteur ldap test"), silent);
    assertTrue(
        good("user show " + ALICE).contains("active"), "those of the file are told all the same");
  }

  @Test
  void everyRestrictionIsLaidAndTakenAway() throws IOException {
    for (var pair :
        Map.of("lock", "unlock", "suspend", "resume", "send-only", "mailbox").entrySet()) {
      good("user " + pair.getKey() + " " + ALICE);
      assertEquals(1, user(ALICE).orElseThrow().restrictions().size(), pair.getKey());
      good("user " + pair.getValue() + " " + ALICE);
      assertEquals(0, user(ALICE).orElseThrow().restrictions().size(), pair.getValue());
    }
    good("user suspend " + ALICE);
    good("user lock " + ALICE);
    assertTrue(good("user list").contains("locked, suspended"));
    good("user unlock " + ALICE);
    assertTrue(json(good("user list --json")).path("suspended").asBoolean());
  }

  @Test
  void aForgottenPasswordBecomesAnotherThatIsShownOnce() throws IOException {
    var before = user(ALICE).orElseThrow().password();
    String out = good("user reset " + ALICE);
    String password = out.lines().findFirst().orElseThrow().replace("password: ", "");
    var after = user(ALICE).orElseThrow().password().orElseThrow();
    assertFalse(before.equals(Optional.of(after)));
    assertTrue(after.matches(password.getBytes(StandardCharsets.UTF_8)));
    assertFalse(Files.readString(data.resolve("users")).contains(password));
  }

  @Test
  void aPasswordThatWasMadeUpIsNotShownWhereTheUserCannotBeAdded() throws IOException {
    Path users = data.resolve("users");
    Path elsewhere = Files.move(users, data.resolve("elsewhere"));
    Files.createSymbolicLink(users, elsewhere);
    for (String line : List.of("user add late@example.org --generate", "user reset " + ALICE)) {
      CommandRun run = run(line);
      assertEquals(Facteur.PROBLEM, run.code(), run.err());
      assertEquals("", run.out());
    }
  }

  @Test
  void anAppPasswordIsShownOnceListedAndRevoked() throws IOException {
    good("user send-as " + ALICE + " x@example.org");
    CommandRun foreign =
        run("user app-password add " + ALICE + " office-scanner --only-as s@example.org");
    assertEquals(Facteur.PROBLEM, foreign.code());
    assertFalse(foreign.out().contains("password:"), foreign.out());
    assertTrue(
        foreign.err().contains("facteur user send-as " + ALICE + " x@example.org s@example.org"),
        foreign.err());
    assertEquals(List.of(), user(ALICE).orElseThrow().appPasswords());
    good("user app-password add " + ALICE + " own --only-as " + ALICE);
    good("user app-password revoke " + ALICE + " own");
    good("alias add s@example.org " + ALICE);
    String out =
        good(
            "user app-password add "
                + ALICE
                + " office-scanner --send-only --only-as s@example.org");
    assertTrue(out.matches("password: ([a-z2-9]{4}-){5}[a-z2-9]{4}\n(?s).*"), out);
    AppPassword app = user(ALICE).orElseThrow().appPasswords().getFirst();
    assertEquals(AppPassword.Use.SUBMISSION, app.use());
    assertEquals("s@example.org", app.onlyAs().orElseThrow().text());
    assertTrue(bad("user app-password add " + ALICE + " OFFICE-scanner").contains("already"));
    good("user app-password add " + ALICE + " phone");
    Files.writeString(
        data.resolve("users.logins"), ALICE + " phone 2026-11-20T10:00:00Z 192.0.2.7 imap\n");
    String list = good("user app-password list " + ALICE);
    assertTrue(list.contains("2026-11-20T10:00:00Z") && list.contains("192.0.2.7 by imap"), list);
    assertTrue(list.contains("never"), list);
    assertEquals(
        "192.0.2.7",
        json(good("user app-password list --json " + ALICE).lines().toList().get(1))
            .path("last_use_from")
            .asString(""));
    good("user app-password revoke " + ALICE + " office-scanner");
    assertEquals(1, user(ALICE).orElseThrow().appPasswords().size());
    assertTrue(bad("user app-password revoke " + ALICE + " office-scanner").contains("no app"));
    assertEquals(Facteur.USAGE, run("user app-password add " + ALICE + " a:b").code());
  }

  @Test
  void aListShowsTheLastLoginTheSizeAndTheLimit() throws IOException {
    mail("alice", "new/1.M1.h,S=850000", 10);
    mail("alice", ".Junk/cur/2.M1.h:2,S", 2000);
    Files.writeString(
        data.resolve("users.logins"), ALICE + " - 2026-11-20T10:00:00Z 192.0.2.7 submission\n");
    good("user add bob@example.org --generate --quota 2GiB --contact bob@elsewhere.example");
    JsonNode alice = json(good("user list --json").lines().findFirst().orElseThrow());
    assertEquals(852_000, alice.path("size").asLong());
    assertEquals(1 << 20, alice.path("limit").asLong());
    assertEquals("2026-11-20T10:00:00Z", alice.path("last_login").asString(""));
    String near = good("user list --near-full");
    assertTrue(near.contains(ALICE) && !near.contains("bob@"), near);
    good("user quota alice@example.org none");
    assertTrue(good("user list --near-full").contains("No mailbox"));
    good("user quota alice@example.org default");
    assertEquals(Optional.empty(), user(ALICE).orElseThrow().quota());
    String bob = good("user show bob@example.org");
    assertTrue(bob.contains("limit: 2.0 GiB") && bob.contains("contact: bob@elsewhere"), bob);
  }

  @Test
  void aRenamedUserKeepsTheMailAndTheOldNameIfWanted() throws IOException {
    mail("alice", "new/1.M1.h,S=10", 10);
    mail("alice", ".Junk/cur/2.M1.h,S=10", 10);
    mail("taken", "new/3.M1.h,S=10", 10);
    assertTrue(bad("user rename " + ALICE + " taken@example.org").contains("There is mail"));
    assertTrue(bad("user rename " + ALICE + " alice@foreign.example").contains("not a domain"));
    Files.writeString(
        data.resolve("users.logins"), ALICE + " - 2026-11-20T10:00:00Z 192.0.2.7 submission\n");
    good("user rename " + ALICE + " alicia@example.net --alias");
    assertTrue(good("user show alicia@example.net").contains("2026-11-20"), "the login stays");
    Path home = data.resolve("mail/example.net/alicia/Maildir");
    assertTrue(Files.exists(home.resolve("new/1.M1.h,S=10")));
    assertTrue(Files.exists(home.resolve(".Junk/cur/2.M1.h,S=10")));
    assertFalse(Files.exists(data.resolve("mail/example.org/alice")));
    assertEquals(Optional.empty(), user(ALICE));
    assertTrue(user("alicia@example.net").isPresent());
    assertEquals(
        "alias alice@example.org to=alicia@example.net", address(ALICE).orElseThrow().line());
    assertTrue(bad("user rename " + ALICE + " x@example.org").contains("no user"));
  }

  @Test
  void whatALeavingUserLeavesIsKeptForwardedOrErased() throws IOException {
    Path message = mail("alice", "new/1.M1.h,S=10", 10);
    good("user remove " + ALICE);
    assertTrue(Files.exists(message), "without an answer the mail is kept");
    good("user add alice@example.org --generate");
    good("user remove " + ALICE + " --forward-to bob@elsewhere.example --for 90d");
    assertEquals(
        "alias alice@example.org to=bob@elsewhere.example until="
            + CommandRun.NOW.plusSeconds(90L * 86_400),
        address(ALICE).orElseThrow().line());
    assertTrue(Files.exists(message));
    good("user add alice@example.org --generate");
    good("user remove " + ALICE + " --erase-mail");
    assertFalse(Files.exists(data.resolve("mail/example.org/alice")));
    assertEquals(Facteur.USAGE, run("user remove " + ALICE + " --keep-mail --erase-mail").code());
    assertEquals(Facteur.USAGE, run("user remove " + ALICE + " --for 90d").code());
    good("user add bob@example.org --generate");
    CommandRun itself = run("user remove bob@example.org --forward-to BOB@example.org");
    assertEquals(Facteur.USAGE, itself.code());
    assertTrue(itself.err().contains("bob@example.org"), itself.err());
    assertTrue(user("bob@example.org").isPresent());
    assertEquals(Facteur.USAGE, run("user remove " + ALICE + " --forward-to |/bin/sh").code());
  }

  @Test
  void erasingTakesTheMailAndWhatStandsForTheName() throws IOException {
    mail("alice", "new/1.M1.h,S=10", 10);
    Files.createSymbolicLink(
        data.resolve("mail/example.org/alice/link"),
        Files.createDirectory(directory.resolve("outside")));
    Path outside = Files.writeString(directory.resolve("outside/file"), "stays");
    good("forward add " + ALICE + " x@elsewhere.example");
    assertTrue(bad("user erase " + ALICE).contains("--yes"));
    assertTrue(user(ALICE).isPresent());
    String out = good("user erase --yes " + ALICE);
    assertTrue(out.contains("facteur queue list"), out);
    assertEquals(Optional.empty(), user(ALICE));
    assertEquals(Optional.empty(), address(ALICE));
    assertFalse(Files.exists(data.resolve("mail/example.org/alice")));
    assertTrue(Files.exists(outside), "links are not followed");
    assertTrue(bad("user erase --yes " + ALICE).contains("no user"));
  }

  @Test
  void anExportIsAnArchiveThatTarReads() throws Exception {
    mail("alice", "new/1.M1.h,S=10", 10);
    String odd = "cur/" + "1700000000.Q".repeat(9) + "\u00e9.h,S=700:2,S";
    mail("alice", odd, 700);
    good("user app-password add " + ALICE + " phone");
    Path tar = directory.resolve("alice.tar");
    good("user export " + ALICE + " --file " + tar);
    assertTrue(bad("user export " + ALICE + " --file " + tar).contains("there already"));
    assertEquals(
        "rw-------",
        java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(tar)));
    Path out = Files.createDirectory(directory.resolve("out"));
    var process =
        new ProcessBuilder("tar", "-xf", tar.toString(), "-C", out.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals("", said);
    assertEquals(700, Files.size(out.resolve("mail/Maildir").resolve(odd)));
    assertEquals(10, Files.size(out.resolve("mail/Maildir/new/1.M1.h,S=10")));
    String account = Files.readString(out.resolve("account.json"));
    assertEquals("phone", json(account).path("app_passwords").path(0).path("name").asString(""));
    assertFalse(account.contains("argon2") || account.contains(":mail:"), account);
  }

  @Test
  void aliasesOfEveryKindAreAddedListedAndRemoved() throws IOException {
    good("alias add Info@EXAMPLE.org alice@example.org bob@elsewhere.example");
    good("alias add spam@example.org --refuse");
    good("alias add noreply@example.org --discard");
    good("alias add @example.net @example.org");
    good("alias add x@example.org alice@example.org --for 10d");
    good("forward add alice@example.org alice@elsewhere.example --keep");
    String list = good("alias list");
    for (String word :
        List.of("info@example.org", "refused", "discarded", "@example.net", "set@example.org")) {
      assertTrue(list.contains(word), word + " in\n" + list);
    }
    assertFalse(list.contains("with a copy"), "forwards have a list of their own");
    assertTrue(good("forward list").contains("forward, with a copy"));
    List<JsonNode> rows = new ArrayList<>();
    good("alias list --json").lines().forEach(line -> rows.add(json(line)));
    assertEquals(6, rows.size());
    assertEquals(
        CommandRun.NOW.plusSeconds(10 * 86_400),
        Instant.parse(rows.getLast().path("until").asString("")));
    assertTrue(bad("alias add info@example.org alice@example.org").contains("--replace"));
    good("alias add info@example.org alice@example.org --replace");
    assertTrue(bad("alias add set@example.org bob@example.org").contains(settings.toString()));
    assertTrue(bad("alias add a@foreign.example bob@example.org").contains("not a domain"));
    assertTrue(bad("forward add nobody@example.org x@y.example").contains("no user"));
    good("alias remove info@example.org");
    good("alias remove @example.net");
    assertTrue(bad("alias remove info@example.org").contains("Nothing stands"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alias add info@example.org",
        "alias add info@example.org --refuse --discard",
        "alias add info@example.org x@y.example --refuse",
        "alias add info@example.org /etc/passwd",
        "alias add @example.net x@example.org",
        "alias add @example.net @example.net",
        "alias add info x@y.example",
        "alias add info@example.org x@y.example --for never",
        "forward add alice@example.org alice@example.org",
        "user quota alice@example.org 2GB",
        "user quota alice@example.org 0KiB",
        "user contact alice@example.org nowhere",
        "user rename alice@example.org two words@example.org",
        "user add \"quoted\"@example.org --generate"
      })
  void whatMakesNoSenseIsNotUnderstood(String line) {
    assertEquals(Facteur.USAGE, run(line).code(), run(line).err());
  }

  @Test
  void checkTellsOfAddressesThatStandInBoth() throws IOException {
    Files.writeString(
        data.resolve("addresses"),
        "alias set@example.org to=bob@elsewhere.example\nalias a@foreign.example to=x@y.example\n");
    CommandRun run = run("check");
    String said = run.out() + run.err();
    assertTrue(said.contains("set@example.org stands in the settings file too"), said);
    assertTrue(said.contains("a@foreign.example is of a domain that is not ours"), said);
    String list = good("alias list");
    assertTrue(list.contains("set@example.org stands in the settings too"), list);
    assertTrue(
        good("alias list --json").lines().anyMatch(line -> line.contains("\"overruled\":true")));
  }

  @Test
  void checkTellsOfStoredAddressesThatLeadToNobody() throws IOException {
    good("alias add info@example.org gone@example.org");
    good("alias add round@example.org round@example.org");
    good("alias add good@example.org alice@example.org x@elsewhere.example");
    good("forward add alice@example.org x@elsewhere.example --keep");
    CommandRun run = run("check");
    String said = run.out() + run.err();
    assertTrue(said.contains("`info@example.org` leads to gone@example.org"), said);
    assertTrue(said.contains("`round@example.org` leads to itself"), said);
    assertFalse(said.contains("good@example.org"), said);
    assertFalse(said.contains("forward `alice@example.org`"), said);
  }

  @Test
  void manyCommandsAtOnceLoseNothing() throws Exception {
    var threads = new ArrayList<Thread>();
    var failures = new java.util.concurrent.ConcurrentLinkedQueue<String>();
    for (int i = 0; i < 8; i++) {
      String name = "device" + i;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    CommandRun run = run("user app-password add " + ALICE + " " + name);
                    if (run.code() != Facteur.OK) {
                      failures.add(run.err());
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), List.copyOf(failures));
    assertEquals(8, user(ALICE).orElseThrow().appPasswords().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user remove alice@example.org --keep-mail",
        "user rename alice@example.org alicia@example.org",
        "user erase alice@example.org --yes"
      })
  void whatStillLeadsToANameThatIsGoneIsNamed(String line) {
    good("alias add info@example.org alice@example.org");

    String said = good(line);

    assertTrue(said.contains("still leads to alice@example.org"), said);
    assertTrue(said.contains("info@example.org, set@example.org"), said);
  }

  @Test
  void nothingIsSaidOfWhatLeadsToANameThatStaysAnAlias() {
    String said = good("user rename alice@example.org alicia@example.org --alias");

    assertFalse(said.contains("still leads"), said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user list",
        "user list --near-full",
        "user show alice@example.org",
        "user lock alice@example.org",
        "user quota alice@example.org 2GiB",
        "user send-as alice@example.org",
        "user add bob@example.org --generate",
        "user add alice@example.org --generate",
        "user add alice",
        "user add bob@example.com --generate",
        "user show nobody@example.org",
        "user app-password list alice@example.org",
        "user app-password add alice@example.org phone",
        "user reset alice@example.org",
        "user rename alice@example.org alicia@example.org",
        "user remove alice@example.org --keep-mail",
        "user erase alice@example.org",
        "alias list",
        "alias add set@example.org alice@example.org",
        "alias add info@example.org",
        "alias remove info@example.org",
        "forward list"
      })
  void aFrenchTerminalReadsFrench(String line) {
    CommandRun run = CommandRun.with(Map.of("LANG", "fr_FR.UTF-8"), settings, line.split(" "));
    String said = run.out() + run.err();

    assertFalse(said.isBlank(), line);
    assertFalse(
        java.util.regex.Pattern.compile(
                "\\b(the|is|are|was|has|have|not|no|and|or|of|to|in|from|with|USER|STATE|never|none"
                    + "|password|ADDRESS|Type|Take|See|There)\\b")
            .matcher(said.replaceAll("facteur [a-z].*|[A-Za-z0-9]+@[a-z.]+|/\\S+|: \\S{20,}", ""))
            .find(),
        said);
  }

  @Test
  void aLineAddedByHandBehindTheEndStaysWhereACommandWritesTheFile() throws IOException {
    good("alias add info@example.org alice@example.org");
    Path file = data.resolve("addresses");
    Files.writeString(
        file, Files.readString(file) + "alias hand@example.org to=alice@example.org\n");

    good("alias add office@example.org alice@example.org");

    String written = Files.readString(file);
    assertTrue(written.contains("alias hand@example.org"), written);
    assertTrue(written.contains("alias office@example.org"), written);
    assertTrue(written.endsWith("\n#end\n"), written);
  }
}
