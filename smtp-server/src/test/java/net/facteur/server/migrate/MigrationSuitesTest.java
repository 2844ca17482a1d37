package net.facteur.server.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.accounts.User;
import net.facteur.server.config.Settings;
import net.facteur.server.migrate.Findings.Fate;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsDomains;
import net.facteur.server.routing.SrsReversePaths;
import net.facteur.server.routing.SrsSecretFile;
import net.facteur.server.routing.SrsSettings;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The suites of `conformance/migration`: each case a test, each that is left out with a reason.
/// Those of password hashes stand in `HashTextTest`.
class MigrationSuitesTest {
  @TempDir Path directory = Path.of("");

  private OldServer postfix() {
    var old = new OldServer(directory.resolve("old"));
    for (String file :
        List.of(
            "main.cf",
            "virtual",
            "virtual.regexp",
            "vmailbox",
            "sender_login",
            "canonical",
            "transport")) {
      old.withSuite("etc/postfix/" + file, "postfix-maps/" + file);
    }
    return old;
  }

  @TestFactory
  Stream<DynamicTest> mailGoesWhereItWentWithPostfix() throws IOException {
    Move move = postfix().move();
    Settings settings = postfix().settled(directory.resolve("new"));
    Set<String> users = move.users().stream().map(u -> u.name().text()).collect(Collectors.toSet());
    var router =
        new Router(
            RoutingSettings.from(settings),
            (local, domain) -> users.contains(local + "@" + domain.text()),
            ReversePathRewriter.identity());
    return each("postfix-maps", "virtual")
        .map(
            node -> {
              String recipient = node.path("rcpt").asString();
              return DynamicTest.dynamicTest(
                  recipient, () -> route(router, move, recipient, node.path("final")));
            });
  }

  private static void route(Router router, Move move, String recipient, JsonNode expected) {
    Resolution resolution = router.resolve(address(recipient));
    if (expected.path(0).isObject()) {
      assertInstanceOf(Resolution.UnknownUser.class, resolution);
      assertEquals(List.of("leads back to itself"), OldServer.of(move, Fate.LEFT, recipient));
      return;
    }
    if (recipient.equals("unknown@example.org")) {
      assertInstanceOf(
          Resolution.UnknownUser.class, resolution, "a domain of aliases has no users");
      return;
    }
    var ends = new TreeSet<String>();
    assertInstanceOf(Resolution.Routed.class, resolution)
        .ends()
        .forEach(end -> ends.add(end.user().orElseGet(() -> end.address().text())));
    var wanted = new TreeSet<String>();
    // A tag says which folder a user wants, and is no other mailbox.
    expected.forEach(node -> wanted.add(node.asString().replaceFirst("\\+x@", "@")));
    assertEquals(wanted, ends);
  }

  @TestFactory
  Stream<DynamicTest> usersSendAsTheyDid() {
    Move move = postfix().move();
    return each("postfix-maps", "sender_login")
        .map(
            node ->
                DynamicTest.dynamicTest(
                    node.path("mail_from").asString() + " by " + node.path("login").asString(),
                    () -> {
                      User user =
                          move.users().stream()
                              .filter(u -> u.name().text().equals(node.path("login").asString()))
                              .findFirst()
                              .orElseThrow();
                      String from = node.path("mail_from").asString();
                      boolean may =
                          user.sendAs().contains(from)
                              || user.sendAs().contains("*" + from.substring(from.indexOf('@')));
                      assertEquals(node.path("may").asBoolean(), may);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> waysOutAreKeptOrNamed() {
    Move move = postfix().move();
    return each("postfix-maps", "transport")
        .map(
            node -> {
              String domain = node.path("domain").asString();
              return DynamicTest.dynamicTest(
                  domain,
                  () -> {
                    if (move.relayDomains().containsKey(domain)) {
                      assertEquals(
                          node.path("next").asString().replaceAll("[\\[\\]]", ""),
                          move.relayDomains().getOrDefault(domain, Optional.empty()).orElseThrow());
                    } else if (!node.path("next").isNull()) {
                      String row = domain.startsWith("a.") ? domain.substring(1) : domain;
                      assertEquals(
                          1,
                          OldServer.of(move, Fate.LEFT, ": " + row + " ").size(),
                          "named as left");
                    }
                  });
            });
  }

  @TestFactory
  Stream<DynamicTest> mailboxesAreFound() {
    Move move = postfix().move();
    return each("postfix-maps", "mailboxes")
        .map(
            node -> {
              String address = node.path("address").asString();
              return DynamicTest.dynamicTest(
                  address,
                  () -> {
                    String owner =
                        move.mailboxes().containsKey(address)
                            ? address
                            : move.catchAll()
                                .getOrDefault("boxes.example", Optional.empty())
                                .orElseThrow();
                    assertTrue(
                        move.mailboxes()
                            .getOrDefault(owner, "")
                            .endsWith("/" + node.path("maildir").asString()),
                        () -> String.valueOf(move.mailboxes()));
                  });
            });
  }

  @TestFactory
  Stream<DynamicTest> aliasesAreReadAsPostfixReadsThem() {
    AliasesFile file =
        AliasesFile.parse(OldServer.resource("etc-aliases/aliases").lines().toList());
    assertEquals(List.of(), file.malformed());
    return each("etc-aliases", "aliases")
        .map(
            node -> {
              String name = node.path("alias").asString();
              return DynamicTest.dynamicTest(
                  name,
                  () -> {
                    List<AliasTarget> targets =
                        file.aliases().stream()
                            .filter(a -> a.name().equals(name))
                            .findFirst()
                            .orElseThrow()
                            .targets();
                    assertEquals(
                        StreamSupport.stream(node.path("targets").spliterator(), false)
                            .map(t -> t.path("kind").asString() + " " + t.path("value").asString())
                            .toList(),
                        targets.stream().map(MigrationSuitesTest::words).toList());
                  });
            });
  }

  private static String words(AliasTarget target) {
    return switch (target) {
      case AliasTarget.Local(String name) -> "local " + name;
      case AliasTarget.Mailbox(String name) -> "mailbox " + name;
      case AliasTarget.Address(String address) -> "address " + address;
      case AliasTarget.Pipe(String command) -> "pipe " + command;
      case AliasTarget.File(String path) -> "file " + path;
      case AliasTarget.Discard() -> "discard /dev/null";
      case AliasTarget.Include(String path) -> "include " + path;
    };
  }

  @TestFactory
  Stream<DynamicTest> everyLineOfAliasesIsTakenOrNamed() {
    Move move =
        postfix()
            .withSuite("etc/aliases", "etc-aliases/aliases")
            .withSuite("etc/mail/members.list", "etc-aliases/members.list")
            .move();
    return each("etc-aliases", "aliases")
        .map(
            node ->
                DynamicTest.dynamicTest(
                    node.path("alias").asString(),
                    () -> {
                      String what = ": " + node.path("alias").asString();
                      boolean told =
                          Stream.of(Fate.values())
                              .flatMap(fate -> move.findings().of(fate).stream())
                              .anyMatch(
                                  f ->
                                      f.what().startsWith("/etc/aliases")
                                          && f.what().endsWith(what));
                      boolean postmaster =
                          node.path("alias").asString().matches("postmaster|mailer-daemon");
                      assertTrue(told || postmaster, "said in one of the lists");
                    }));
  }

  @TestFactory
  Stream<DynamicTest> membersOfListsAreRead() {
    Move move =
        postfix()
            .withSuite("etc/mail/members.list", "etc-aliases/members.list")
            .with(
                "etc/aliases", "members: :include:/etc/mail/members.list\nmm2: :include:/etc/mm2\n")
            .withSuite("etc/mm2", "mailman/members-mm2-regular.txt")
            .move();
    JsonNode mailman = JsonMapper.shared().readTree(OldServer.resource("mailman/expected.json"));
    JsonNode aliases =
        JsonMapper.shared().readTree(OldServer.resource("etc-aliases/expected.json"));
    return Stream.of(
        DynamicTest.dynamicTest(
            "members.list",
            () ->
                assertEquals(
                    texts(aliases.path("members.list")),
                    move.aliases().get("members@mail.example.org"))),
        DynamicTest.dynamicTest(
            "members-mm2-regular.txt",
            () ->
                assertEquals(
                    texts(mailman.path("members-mm2-regular.txt")),
                    move.aliases().get("mm2@mail.example.org"))),
        DynamicTest.dynamicTest(
            "members-mm3.csv",
            () -> abort("Facteur has no mailing lists with owners and digests; Mailman stays")));
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asString).toList();
  }

  @TestFactory
  Stream<DynamicTest> openDkimSignsSo() {
    OpenDkim tables =
        OpenDkim.parse(
            OldServer.resource("opendkim/opendkim.conf").lines().toList(),
            OldServer.resource("opendkim/KeyTable").lines().toList(),
            OldServer.resource("opendkim/SigningTable").lines().toList());
    assertFalse(tables.multiple());
    return StreamSupport.stream(
            JsonMapper.shared()
                .readTree(OldServer.resource("opendkim/expected.json"))
                .spliterator(),
            false)
        .map(
            node -> {
              String from = node.path("from").asString();
              return DynamicTest.dynamicTest(
                  from,
                  () -> {
                    assertEquals(signers(node.path("first_match")), tables.of(from, false));
                    if (node.has("multiple_signatures")) {
                      assertEquals(
                          signers(node.path("multiple_signatures")), tables.of(from, true));
                    }
                  });
            });
  }

  private static List<OpenDkim.Signer> signers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(
            n ->
                new OpenDkim.Signer(
                    n.path("d").asString(), n.path("s").asString(), n.path("key").asString()))
        .toList();
  }

  @TestFactory
  Stream<DynamicTest> bouncesToAddressesOfPostsrsdComeBack() throws IOException {
    JsonNode expected = JsonMapper.shared().readTree(OldServer.resource("postsrsd/expected.json"));
    return Stream.of("postsrsd.default", "postsrsd.conf")
        .flatMap(
            version -> {
              var old =
                  new OldServer(directory.resolve(version))
                      .with("etc/postfix/main.cf", "mydestination = example.com\n")
                      .withSuite("etc/postsrsd.secret", "postsrsd/postsrsd.secret")
                      .withSuite(
                          version.endsWith("conf") ? "etc/postsrsd.conf" : "etc/default/postsrsd",
                          "postsrsd/" + version);
              var paths = new SrsReversePaths(domains(old, version, expected));
              return StreamSupport.stream(expected.path("cases").spliterator(), false)
                  .map(
                      node ->
                          DynamicTest.dynamicTest(
                              version + " " + node.path("input").asString(),
                              () -> srs(paths, node)));
            });
  }

  private SrsDomains domains(OldServer old, String version, JsonNode expected) {
    try {
      SrsSettings settings = SrsSettings.from(old.settled(directory.resolve("new-" + version)));
      return new SrsDomains(
          new SrsSecretFile(settings.secretFile()).read(),
          settings.domain(),
          () -> Instant.ofEpochSecond(expected.path("now").asLong()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void srs(SrsReversePaths paths, JsonNode node) {
    MailAddress input = address(node.path("input").asString());
    if (node.path("op").asString().equals("forward")) {
      assertEquals(
          new ReversePath.Of(address(node.path("expect").asString())),
          paths.rewrite(new ReversePath.Of(input), address("bob@example.com")));
    } else {
      assertEquals(
          node.path("expect").isObject() ? "" : node.path("expect").asString(),
          paths.restore(input).map(MailAddress::text).orElse(""));
    }
  }

  private static Stream<JsonNode> each(String suite, String list) {
    JsonNode cases =
        JsonMapper.shared().readTree(OldServer.resource(suite + "/expected.json")).path(list);
    assertTrue(cases.size() > 1, list);
    return StreamSupport.stream(cases.spliterator(), false);
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), DomainName.of(text.substring(at + 1)).text());
  }
}
