package net.facteur.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Destination;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Notify;
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {
  private static final DomainName LOCAL = DomainName.of("example.org");
  private static final Set<String> USERS = Set.of("alice", "bob", "a+b", "keeper", "mailer");

  private static final Map<String, List<String>> ALIASES =
      Map.of(
          "info", List.of("alice", "bob"),
          "info@example.net", List.of("carol@example.com"),
          "all", List.of("info", "alice", "Alice@EXAMPLE.org"),
          "circle", List.of("circle2"),
          "circle2", List.of("circle"),
          "team", List.of("alice", "dave"),
          "half", List.of("circle", "bob"),
          "gone", List.of("nobody"),
          "bob", List.of("bob", "bob@example.com"),
          "abroad", List.of("x@example.com", "X@example.com", "x@EXAMPLE.com"));

  private static Router router() {
    return new Router(settings(), (local, _) -> USERS.contains(local), new TaggingRewriter());
  }

  private static RoutingSettings settings() {
    return new RoutingSettings(
        List.of(LOCAL, DomainName.of("example.net"), DomainName.of("catch.example")),
        Set.of("[192.0.2.1]"),
        "+-",
        ALIASES,
        Map.of(
            "keeper", new RoutingSettings.Forwarding(List.of("k@example.com"), true),
            "alice@example.net", new RoutingSettings.Forwarding(List.of("a@example.com"), false)),
        Map.of(DomainName.of("catch.example"), "alice@example.org"),
        Optional.of("alice@example.org"),
        Optional.empty(),
        Map.of(
            DomainName.of("backup.example"),
            new RelayDomain(Optional.empty(), new RelayDomain.Recipients.Asked()),
            DomainName.of("inner.example"),
            new RelayDomain(
                Optional.of(new NextHop.Relay("mail.inner.example", 2525)),
                new RelayDomain.Recipients.Listed(Set.of("x", "mary-ann")))),
        Optional.empty());
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alice@example.org            | alice@example.org maildir:alice@example.org
          ALICE@Example.ORG            | ALICE@Example.ORG maildir:alice@example.org
          alice+Tag@example.org        | alice+Tag@example.org maildir:alice@example.org
          alice-tag+x@example.org      | alice-tag+x@example.org maildir:alice@example.org
          a+b@example.org              | a+b@example.org maildir:a+b@example.org
          a+b-c+d@example.org          | a+b-c+d@example.org maildir:a+b@example.org
          mailer-x@example.org         | mailer-x@example.org maildir:mailer@example.org
          mailer-daemon@example.org    | alice@example.org maildir:alice@example.org
          +alice@example.org           | unknown
          nobody@example.org           | unknown
          nobody+alice@example.org     | unknown
          info@example.org             | alice@example.org maildir:alice@example.org, bob@example.com mx:example.com, bob@example.org maildir:bob@example.org
          info+tag@example.net         | carol@example.com mx:example.com
          all@example.org              | alice@example.org maildir:alice@example.org, bob@example.com mx:example.com, bob@example.org maildir:bob@example.org
          bob@example.org              | bob@example.com mx:example.com, bob@example.org maildir:bob@example.org
          circle@example.org           | misconfigured
          half@example.org             | bob@example.com mx:example.com, bob@example.org maildir:bob@example.org
          gone@example.org             | unknown
          abroad@example.org           | X@example.com mx:example.com, x@example.com mx:example.com
          keeper@example.org           | k@example.com mx:example.com, keeper@example.org maildir:keeper@example.org
          alice@example.net            | a@example.com mx:example.com
          any.thing@catch.example      | alice@example.org maildir:alice@example.org
          alice@catch.example          | alice@catch.example maildir:alice@catch.example
          postmaster@example.org       | alice@example.org maildir:alice@example.org
          ABUSE@example.net            | alice@example.org maildir:alice@example.org
          postmaster                   | alice@example.org maildir:alice@example.org
          bob                          | unknown
          postmaster@[192.0.2.1]       | alice@example.org maildir:alice@example.org
          alice@[192.0.2.1]            | unknown
          x@[192.0.2.7]                | x@[192.0.2.7] mx:[192.0.2.7]
          x@[IPv6:2001:db8::1]         | x@[IPv6:2001:db8::1] mx:[IPv6:2001:db8::1]
          x@[192.0.2.07]               | bad domain
          x@[192.0.2]                  | bad domain
          x@..                         | bad domain
          x@example.com                | x@example.com mx:example.com
          x@backup.example             | x@backup.example mx:backup.example
          x@inner.example              | x@inner.example relay:mail.inner.example:2525
          X+tag@inner.example          | X+tag@inner.example relay:mail.inner.example:2525
          mary-ann-x@inner.example     | mary-ann-x@inner.example relay:mail.inner.example:2525
          mary@inner.example           | unknown
          postmaster@inner.example     | postmaster@inner.example relay:mail.inner.example:2525
          info@backup.example          | info@backup.example mx:backup.example
          postmaster@backup.example    | postmaster@backup.example mx:backup.example
          x@sub.example.org            | x@sub.example.org mx:sub.example.org
          info@example.org@example.org | unknown
          alice@example.net@example.org | unknown
          keeper@example.org@example.org | unknown
          """)
  void followsAnAddressToItsEnds(String address, String expected) {
    assertEquals(expected, describe(router().resolve(address(address))));
  }

  @Test
  void aNextHopOfAJunkFolderBehindLmtpIsReadAsItWasWritten() {
    for (NextHop server :
        List.of(new NextHop.LmtpSocket("/run/lmtp"), new NextHop.LmtpHost("dovecot", 24))) {
      var hop = new NextHop.LmtpJunk(new MailAddress("alice+Junk", "example.org"), server);
      assertEquals(Parsed.ok(hop), NextHop.parse(hop.destination()));
    }
    for (String damaged :
        List.of("lmtp-junk:alice", "lmtp-junk:@x /run", "lmtp-junk:a@x run:y:z")) {
      assertInstanceOf(Parsed.Malformed.class, NextHop.parse(new Destination(damaged)), damaged);
    }
  }

  @Test
  void acceptsFromStrangersOnlyLocalAndRelayDomains() {
    var router = router();
    assertTrue(router.accepts(address("nobody@example.org")));
    assertTrue(router.accepts(address("x@backup.example")));
    assertTrue(router.accepts(address("postmaster")));
    assertTrue(router.accepts(address("postmaster@[192.0.2.1]")));
    assertFalse(router.accepts(address("x@example.com")));
    assertFalse(router.accepts(address("x@sub.example.org")));
    assertFalse(router.accepts(address("x@[192.0.2.2]")));
    assertFalse(router.accepts(address("alice%example.com@example.com")));
  }

  @Test
  void rewritesTheReversePathOnlyOfForeignMailThatLeaves() {
    var paths =
        List.of(path("keeper@example.org"), path("x@example.com"), path("alice@example.org"));
    var foreign = router().envelopes(new ReversePath.Of(address("s@example.edu")), paths);
    assertEquals(
        Map.of(
            "s@example.edu", Set.of("keeper@example.org", "x@example.com", "alice@example.org"),
            "SRS0=s=example.edu@example.org", Set.of("k@example.com")),
        byPath(foreign));
    var own = router().envelopes(new ReversePath.Of(address("bob@example.org")), paths);
    assertEquals(Set.of("bob@example.org"), byPath(own).keySet());
    var none = router().envelopes(ReversePath.Null.NULL, paths);
    assertEquals(Set.of(""), byPath(none).keySet());
  }

  @Test
  void bringsAReportForARewrittenPathBackToTheSender() {
    var ends = router().resolve(address("SRS0=s=example.edu@example.org"));
    assertEquals("s@example.edu mx:example.edu", describe(ends));
  }

  @Test
  void remembersTheRecipientAsWrittenWhereItIsReplaced() {
    var envelopes =
        router()
            .envelopes(
                new ReversePath.Of(address("s@example.edu")),
                List.of(path("abroad+a=b@example.org")));
    var recipient = envelopes.getFirst().recipients().getFirst();
    assertEquals(Optional.of("rfc822;abroad+2Ba+3Db@example.org"), recipient.originalRecipient());
    assertEquals(
        "utf-8;\\x{E9}t\\x{2B}x@example.org", OriginalRecipient.of(address("ét+x@example.org")));
  }

  /// RFC 3461, 5.2.7.3 (c): what stands for several is reported once, as expanded.
  @Test
  void anAliasOfSeveralEndsTheWishToHearOfSuccess() {
    var wishes = Optional.of(Set.of(Notify.SUCCESS, Notify.FAILURE));
    var original = Optional.of("rfc822;list@example.edu");
    var recipients = recipients(new ForwardPath(address("info@example.org"), wishes, original));
    assertEquals(4, recipients.size());
    assertEquals(
        new Recipient(
            address("info@example.org"),
            Destination.EXPANDED,
            Optional.of(Set.of(Notify.SUCCESS)),
            original),
        recipients.getFirst());
    for (Recipient member : recipients.subList(1, 4)) {
      assertEquals(Optional.of(Set.of(Notify.FAILURE)), member.notifyOn());
      assertEquals(original, member.originalRecipient());
    }
    var alone = new ForwardPath(address("info@example.net"), wishes, original);
    assertEquals(wishes, recipients(alone).getFirst().notifyOn());
    assertEquals(1, recipients(alone).size());
    var failure = Optional.of(Set.of(Notify.FAILURE));
    assertEquals(
        3, recipients(new ForwardPath(address("info@example.org"), failure, original)).size());
  }

  private static List<Recipient> recipients(ForwardPath path) {
    return router().envelopes(new ReversePath.Of(address("s@example.edu")), List.of(path)).stream()
        .flatMap(e -> e.recipients().stream())
        .toList();
  }

  @Test
  void keepsEachEndOnceForTheWholeTransaction() {
    var envelopes =
        router()
            .envelopes(
                new ReversePath.Of(address("bob@example.org")),
                List.of(
                    path("info@example.org"), path("alice@example.org"), path("all@example.org")));
    assertEquals(3, envelopes.stream().mapToInt(e -> e.recipients().size()).sum());
  }

  @Test
  void aMailboxGetsOneCopyHoweverManySubAddressesOfItAreNamed() {
    var paths = new ArrayList<ForwardPath>();
    for (int i = 0; i < 1000; i++) {
      paths.add(path("alice+" + i + "@example.org"));
    }
    paths.add(path("ALICE@example.org"));
    var recipients = recipients(paths);
    assertEquals(
        List.of(address("alice+0@example.org")),
        recipients.stream().map(Recipient::address).toList());
  }

  /// RFC 3461, section 4.1: the wishes of those who share a copy.
  @ParameterizedTest
  @CsvSource({
    "NEVER, '', FAILURE",
    "'', NEVER, ''",
    "NEVER, NEVER, NEVER",
    "DELAY, FAILURE, DELAY FAILURE",
    "NEVER, SUCCESS FAILURE, FAILURE"
  })
  void whoeverSharesACopyHearsOfItsFailure(String first, String second, String kept) {
    var recipients =
        recipients(
            List.of(
                new ForwardPath(address("alice+1@example.org"), wishes(first), Optional.empty()),
                new ForwardPath(address("alice+2@example.org"), wishes(second), Optional.empty())));
    assertEquals(wishes(kept), recipients.getFirst().notifyOn());
    boolean success = second.contains("SUCCESS");
    assertEquals(success ? 2 : 1, recipients.size());
    if (success) {
      assertEquals(
          new Recipient(
              address("alice+2@example.org"),
              Destination.EXPANDED,
              Optional.of(Set.of(Notify.SUCCESS)),
              Optional.empty()),
          recipients.getLast());
    }
  }

  private static Optional<Set<Notify>> wishes(String text) {
    return switch (text) {
      case "" -> Optional.empty();
      case "NEVER" -> Optional.of(Set.of());
      default ->
          Optional.of(
              Arrays.stream(text.split(" ", -1)).map(Notify::valueOf).collect(Collectors.toSet()));
    };
  }

  private static List<Recipient> recipients(List<ForwardPath> paths) {
    return router().envelopes(new ReversePath.Of(address("s@example.edu")), paths).stream()
        .flatMap(e -> e.recipients().stream())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "alice+1 alice+2 ALICE+3, alice+1",
    "alice+1 alice alice+2, alice",
    "ALICE alice+1, ALICE",
    "alice+1 bob+1 alice bob+2, alice bob+1"
  })
  void aMailboxOfAnotherProgramGetsOneCopyByItsPlainNameWhereOneIsGiven(String to, String kept) {
    var paths = Arrays.stream(to.split(" ", -1)).map(name -> path(name + "@example.org")).toList();
    assertEquals(
        Arrays.stream(kept.split(" ", -1)).map(name -> address(name + "@example.org")).toList(),
        lmtpRouter().envelopes(new ReversePath.Of(address("s@example.edu")), paths).stream()
            .flatMap(e -> e.recipients().stream())
            .map(Recipient::address)
            .toList());
  }

  @Test
  void sendsForeignMailToTheSmarthostAndLocalMailToLmtp() {
    var router = lmtpRouter();
    assertEquals(
        "x@example.com relay:smtp.example.net:587",
        describe(router.resolve(address("x@example.com"))));
    assertEquals(
        "alice+t@example.org lmtp:/run/dovecot/lmtp",
        describe(router.resolve(address("alice+t@example.org"))));
  }

  private static Router lmtpRouter() {
    var base = settings();
    var settings =
        new RoutingSettings(
            base.domains(),
            base.literals(),
            "+",
            Map.of(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            Optional.of(new NextHop.LmtpSocket("/run/dovecot/lmtp")),
            Map.of(),
            Optional.of(new NextHop.Relay("smtp.example.net", 587)));
    return new Router(settings, (l, _) -> USERS.contains(l), ReversePathRewriter.identity());
  }

  @Test
  void stopsAtDepthAndAtTheLimitOfExpansion() {
    var chain = new HashMap<String, List<String>>();
    for (int i = 0; i < 12; i++) {
      chain.put("n" + i, List.of("n" + (i + 1)));
    }
    chain.put("n12", List.of("alice"));
    chain.put("wide", many(1000));
    chain.put("wider", many(1001));
    var router =
        new Router(
            RoutingSettings.of(LOCAL).withAliases(chain),
            (l, _) -> USERS.contains(l),
            ReversePathRewriter.identity());
    assertEquals("misconfigured", describe(router.resolve(address("n0@example.org"))));
    assertEquals(
        "alice@example.org maildir:alice@example.org",
        describe(router.resolve(address("n3@example.org"))));
    var wide =
        assertInstanceOf(Resolution.Routed.class, router.resolve(address("wide@example.org")));
    assertEquals(1000, wide.ends().size());
    assertEquals("misconfigured", describe(router.resolve(address("wider@example.org"))));
  }

  /// Any tangle of aliases ends, and reaches exactly the users that plain reachability finds.
  @Test
  void reachesWhatIsReachableInAnyGraphOfAliases() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.err.println("seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      var graph = graph(random);
      var settings = RoutingSettings.of(LOCAL).withAliases(graph);
      settings =
          new RoutingSettings(
              settings.domains(),
              Set.of(),
              "+",
              graph,
              Map.of(),
              Map.of(),
              Optional.empty(),
              Optional.empty(),
              Map.of(),
              Optional.empty());
      var router =
          new Router(settings, (l, _) -> l.startsWith("u"), ReversePathRewriter.identity());
      var expected = reachable(graph, "n0");
      var got = new TreeSet<String>();
      if (router.resolve(address("n0@example.org")) instanceof Resolution.Routed(var ends)) {
        ends.stream().filter(e -> !e.nowhere()).forEach(e -> got.add(e.address().localPart()));
      }
      assertEquals(expected, got, "seed " + seed + " round " + round + " " + graph);
    }
  }

  private static Map<String, List<String>> graph(Random random) {
    var graph = new HashMap<String, List<String>>();
    int nodes = 1 + random.nextInt(10);
    for (int i = 0; i < nodes; i++) {
      var to = new ArrayList<String>();
      for (int j = 0; j <= random.nextInt(3); j++) {
        to.add(random.nextInt(4) == 0 ? "u" + random.nextInt(5) : "n" + random.nextInt(nodes));
      }
      graph.put("n" + i, to);
    }
    return graph;
  }

  private static Set<String> reachable(Map<String, List<String>> graph, String start) {
    var seen = new HashSet<String>();
    var todo = new ArrayList<>(List.of(start));
    var users = new TreeSet<String>();
    while (!todo.isEmpty()) {
      String at = todo.removeLast();
      if (seen.add(at)) {
        if (at.startsWith("u")) {
          users.add(at);
        }
        todo.addAll(graph.getOrDefault(at, List.of()));
      }
    }
    return users;
  }

  @ParameterizedTest
  @CsvSource({
    "maildir:alice@example.org",
    "lmtp:/run/dovecot/lmtp",
    "refused:5.7.1 bob@example.net: not yours",
    "lmtp:mail.example.org:24",
    "lmtp:[2001:db8::1]:24",
    "relay:smtp.example.org:587",
    "relay:192.0.2.1:25",
    "mx:example.org",
    "mx:[192.0.2.1]",
    "mx:[IPv6:2001:db8::1]"
  })
  void readsBackEveryDestination(String text) {
    var hop = assertInstanceOf(Parsed.Ok.class, NextHop.parse(new Destination(text)));
    assertEquals(text, ((NextHop) hop.value()).destination().text());
  }

  @ParameterizedTest
  @CsvSource({
    "smtp:example.org",
    "mx:",
    "relay:host:0",
    "relay:host:65536",
    "relay:host:+25",
    "relay:[::1",
    "mx:[1.2.3]",
    "example.org",
    "relay:a..b:25",
    "mx:[IPv6:1:2:3:4:5:6:7:8:9]",
    "mx:[IPv6::::]"
  })
  void refusesOtherDestinations(String text) {
    assertInstanceOf(Parsed.Malformed.class, NextHop.parse(new Destination(text)));
  }

  /// `dave` may or may not be a user.
  @ParameterizedTest
  @CsvSource({
    "dave@example.org, undecided",
    "Dave@EXAMPLE.org, undecided",
    "dave+tag@example.org, undecided",
    "dave@catch.example, undecided",
    "alice@example.org, alice@example.org maildir:alice@example.org",
    "alice+dave@example.org, alice+dave@example.org maildir:alice@example.org",
    "team@example.org, undecided",
    "mallory@example.org, unknown",
    "postmaster@example.org, alice@example.org maildir:alice@example.org"
  })
  void whereNobodyCanSayWhetherThereIsAUserMailWaits(String address, String expected) {
    var users =
        new LocalUsers() {
          @Override
          public boolean exists(String localPart, DomainName domain) {
            return USERS.contains(localPart);
          }

          @Override
          public boolean uncertain(String localPart, DomainName domain) {
            return localPart.equals("dave");
          }
        };
    var router = new Router(settings(), users, new TaggingRewriter());
    MailAddress asked = address(address);
    assertEquals(expected, describe(router.resolve(asked)));
    if (expected.equals("undecided")) {
      assertEquals(451, router.resolve(asked).reply().code());
      // What was taken before, or is a report of our own, is not lost.
      var kept = router.envelopes(ReversePath.Null.NULL, List.of(path(address)));
      assertTrue(kept.toString().contains("maildir:dave@"), kept.toString());
    }
  }

  private static List<String> many(int count) {
    var out = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      out.add("u" + i + "@example.com");
    }
    return out;
  }

  private static String describe(Resolution resolution) {
    return switch (resolution) {
      case Resolution.UnknownUser _ -> "unknown";
      case Resolution.Rests _ -> "rests";
      case Resolution.BadDomain _ -> "bad domain";
      case Resolution.Misconfigured _ -> "misconfigured";
      case Resolution.Undecided(List<Resolution.End> _) -> "undecided";
      case Resolution.Routed(var ends) ->
          String.join(
              ", ",
              ends.stream().map(e -> e.address() + " " + e.hop().destination()).sorted().toList());
    };
  }

  private static Map<String, Set<String>> byPath(List<Envelope> envelopes) {
    var out = new HashMap<String, Set<String>>();
    for (var e : envelopes) {
      e.recipients()
          .forEach(
              r ->
                  out.computeIfAbsent(e.reversePath().text(), _ -> new HashSet<>())
                      .add(r.address().text()));
    }
    return out;
  }

  private static ForwardPath path(String address) {
    return new ForwardPath(address(address), Optional.empty(), Optional.empty());
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return at < 0
        ? new MailAddress(text, "")
        : new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private static final class TaggingRewriter implements ReversePathRewriter {
    @Override
    public ReversePath rewrite(ReversePath.Of original, MailAddress forwarder) {
      var sender = original.address();
      return new ReversePath.Of(
          new MailAddress(
              "SRS0=" + sender.localPart() + "=" + sender.domain(), forwarder.domain()));
    }

    @Override
    public Optional<MailAddress> restore(MailAddress recipient) {
      var parts = recipient.localPart().split("=", -1);
      return parts.length == 3 && parts[0].equals("SRS0")
          ? Optional.of(new MailAddress(parts[1], parts[2]))
          : Optional.empty();
    }
  }
}
