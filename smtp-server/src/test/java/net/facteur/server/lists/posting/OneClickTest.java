package net.facteur.server.lists.posting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.ListSecret;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.web.Method;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The part of the open suite for RFC 8058 that is about whoever gets the POST. What it says of
/// fields is looked at in the copies themselves ([MemberCopiesTest]).
class OneClickTest {
  private static final UserName STAFF = UserName.parse("staff@example.org").orElseThrow();
  private static final MailAddress BOB = new MailAddress("bob", "example.net");

  @TempDir private Path directory = Path.of("");
  private Lists lists = Lists.unlogged(Path.of("/nowhere"));
  private MemberTags tags = new MemberTags(new ListSecret(List.of(new byte[20])));

  @BeforeEach
  void list() throws IOException {
    lists = new Lists(directory.resolve("lists"));
    lists.add(MailingList.fresh(STAFF, List.of(), ListOptions.usual(Language.ENGLISH)));
    lists.addMember(STAFF, Member.active(BOB, ""));
    tags = new MemberTags(new ListSecret(List.of(new byte[20])));
  }

  private String tag() {
    return tags.leaveTag(STAFF, Member.active(BOB, ""));
  }

  private Response ask(Method method, String tag) throws IOException {
    Route route =
        new OneClick(lists, tags)
            .routes().stream().filter(r -> r.method() == method).findFirst().orElseThrow();
    Map<String, String> variables = route.path().match(OneClick.path(STAFF, tag)).orElseThrow();
    return route.handler().answer(new Request(Optional.empty(), variables, Map.of()));
  }

  private boolean isMember() {
    return lists.list(STAFF).orElseThrow().member(BOB).isPresent();
  }

  @TestFactory
  Stream<DynamicTest> theSuite() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            OneClickTest.class.getResourceAsStream("/conformance/one-click/rfc8058/cases.json"))) {
      JsonNode cases =
          new JsonMapper().readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      List<JsonNode> server =
          StreamSupport.stream(cases.spliterator(), false)
              .filter(c -> c.path("id").asString("").startsWith("server-"))
              .toList();
      assertEquals(4, server.size());
      return server.stream()
          .map(c -> DynamicTest.dynamicTest(c.path("id").asString(""), () -> play(c)));
    }
  }

  private void play(JsonNode c) throws IOException {
    list();
    String request = c.path("request").asString("");
    String tag = tag();
    if (request.contains("changed")) {
      tag = (tag.charAt(0) == 'a' ? 'b' : 'a') + tag.substring(1);
    }
    Method method = request.startsWith("GET") ? Method.GET : Method.POST;
    assertEquals(Status.OK, ask(method, tag).status());
    if (request.contains("twice")) {
      assertEquals(Status.OK, ask(method, tag).status());
    }
    assertEquals(!c.path("must_unsubscribe").asBoolean(), isMember());
  }

  @Test
  void whoeverIsNotOnTheListGetsTheSameAnswer() throws IOException {
    String there = text(ask(Method.POST, tag()));
    assertEquals(there, text(ask(Method.POST, "aaaaaaaaaaaaaaaa")));
    assertTrue(there.contains("staff@example.org"));
  }

  private static String text(Response response) throws IOException {
    try (InputStream in = response.content().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
