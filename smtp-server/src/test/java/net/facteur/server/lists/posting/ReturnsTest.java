package net.facteur.server.lists.posting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.lists.ListAddress;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.ListSecret;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.MemberTags;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReturnsTest {
  private static final UserName STAFF = UserName.parse("staff@example.org").orElseThrow();
  private static final MailAddress BOB = new MailAddress("bob", "example.net");
  private static final String REPORT =
      """
      From: mailer-daemon@example.net
      Content-Type: multipart/report; report-type=delivery-status; boundary=b

      --b
      Content-Type: message/delivery-status

      Reporting-MTA: dns; mx.example.net

      Final-Recipient: rfc822; bob@example.net
      Action: ACTION
      Status: 5.1.1

      --b--
      """;

  @TempDir private Path directory = Path.of("");
  private Instant now = Instant.parse("2026-12-01T10:00:00Z");
  private Lists lists = Lists.unlogged(Path.of("/nowhere"));
  private final MemberTags tags = new MemberTags(new ListSecret(List.of(new byte[20])));
  private final List<String> probes = new ArrayList<>();

  @BeforeEach
  void list() throws IOException {
    lists = new Lists(directory.resolve("lists"));
    lists.add(MailingList.fresh(STAFF, List.of(), ListOptions.usual(Language.ENGLISH)));
    lists.addMember(STAFF, Member.active(BOB, ""));
  }

  /// One that has just started, so that what it knows was written down.
  private Returns returns() throws IOException {
    return new Returns(
        lists, tags, new BounceScores(directory.resolve("lists.returns")), () -> now);
  }

  private void comesBack(String tag, String action) throws IOException {
    reads(tag, REPORT.replace("ACTION", action));
  }

  private void reads(String tag, String report) throws IOException {
    String text = report.replace("\r\n", "\n").replace("\n", "\r\n");
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    int body = end < 0 ? octets.length : end + 4;
    var content =
        new MessageContent() {
          @Override
          public byte[] header() {
            return text.substring(0, body).getBytes(StandardCharsets.ISO_8859_1);
          }

          @Override
          public long bodySize() {
            return (long) octets.length - body;
          }

          @Override
          public InputStream openBody() {
            return new ByteArrayInputStream(octets, body, octets.length - body);
          }
        };
    returns().read(new ListAddress(STAFF, ListPart.BOUNCES, tag), content);
  }

  private String tag() {
    return tags.byReturn(lists.list(STAFF).orElseThrow()).firstKey();
  }

  private boolean active() {
    return lists.list(STAFF).orElseThrow().member(BOB).orElseThrow().isActive();
  }

  private void daysOfReturns(int days) throws IOException {
    for (int i = 0; i < days; i++) {
      comesBack(tag(), "failed");
      comesBack(tag(), "failed");
      now = now.plus(Duration.ofDays(1));
    }
  }

  private void advance() throws IOException {
    returns()
        .advance(
            (_, member) -> {
              probes.add(member.key());
              return true;
            });
  }

  @Test
  void aMemberIsPausedAfterFiveDaysOfReturns() throws IOException {
    daysOfReturns(4);
    assertTrue(active());
    daysOfReturns(1);
    assertFalse(active());
  }

  @Test
  void aReportWithoutATagCountsForWhomItNamesIfItBringsHisMailBack() throws IOException {
    String leave = tags.leaveTag(STAFF, lists.list(STAFF).orElseThrow().member(BOB).orElseThrow());
    for (int i = 0; i < 5; i++) {
      reads(
          "",
          REPORT.replace("ACTION", "failed")
              + "List-Unsubscribe: <https://mail.example.org/leave/"
              + leave.substring(0, 7)
              + "=\n"
              + leave.substring(7)
              + ">\n");
      now = now.plus(Duration.ofDays(1));
    }
    assertFalse(active());
  }

  @Test
  void aReportThatAnybodyCouldWriteCountsForNobody() throws IOException {
    for (int i = 0; i < 9; i++) {
      comesBack("", "failed");
      now = now.plus(Duration.ofDays(1));
    }
    assertTrue(active());
  }

  @Test
  void aTagThatNobodyHasCountsForNobody() throws IOException {
    for (int i = 0; i < 9; i++) {
      comesBack("aaaaaaaaaaaaaaaa", "failed");
      now = now.plus(Duration.ofDays(1));
    }
    assertTrue(active());
  }

  @Test
  void aDelayIsNoReturn() throws IOException {
    for (int i = 0; i < 9; i++) {
      comesBack(tag(), "delayed");
      now = now.plus(Duration.ofDays(1));
    }
    assertTrue(active());
  }

  @Test
  void returnsOfLongAgoAreForgotten() throws IOException {
    daysOfReturns(4);
    now = now.plus(Duration.ofDays(Returns.FORGOTTEN_AFTER + 1));
    daysOfReturns(4);
    assertTrue(active());
  }

  @Test
  void aProbeThatArrivesEndsThePause() throws IOException {
    daysOfReturns(5);
    advance();
    advance();
    assertEquals(List.of("bob@example.net"), probes);
    assertFalse(active());
    now = now.plus(Returns.PROBE_TIME);
    advance();
    assertTrue(active());
  }

  @Test
  void theLastProbeThatComesBackRemovesTheMember() throws IOException {
    daysOfReturns(5);
    for (int i = 0; i < Returns.PROBES; i++) {
      advance();
      assertEquals(i + 1, probes.size());
      now = now.plus(Duration.ofHours(1));
      comesBack(tag(), "failed");
      now = now.plus(Returns.PROBE_TIME);
    }
    advance();
    assertTrue(lists.list(STAFF).orElseThrow().member(BOB).isEmpty());
  }

  private static byte[] suite(String file) throws IOException {
    try (var in =
        ReturnsTest.class.getResourceAsStream("/conformance/bounces/flufl-bounce/" + file)) {
      assertTrue(in != null, file);
      return in.readAllBytes();
    }
  }

  private String everybodysTags() {
    return lists.list(STAFF).orElseThrow().all().stream()
        .map(member -> tags.leaveTag(STAFF, member))
        .collect(Collectors.joining("\n"));
  }

  private static Set<String> addresses(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .flatMap(node -> Member.address(node.asString()).stream())
        .map(Member::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// What Mailman finds in its collected bounces counts for exactly those members, without a tag in
  /// the address, if the tags of their mail come back.
  @Test
  void theReportsOfFluflBounceCountForTheMembersThatTheyName() throws IOException {
    var rows = JsonMapper.shared().readTree(suite("expected.json"));
    var everybody = new TreeSet<String>();
    for (JsonNode row : rows) {
      everybody.addAll(addresses(row.path("permanent")));
      everybody.addAll(addresses(row.path("temporary")));
    }
    for (String address : everybody) {
      lists.addMember(STAFF, Member.active(Member.address(address).orElseThrow(), ""));
    }
    var different = new TreeMap<String, String>();
    for (JsonNode row : rows) {
      String file = row.path("file").asString();
      Set<String> failed = addresses(row.path("permanent"));
      String text = new String(suite(file), StandardCharsets.ISO_8859_1);
      String report = text.startsWith("From ") ? text.substring(text.indexOf('\n') + 1) : text;
      reads("", report + "\n" + everybodysTags());
      var scores = new BounceScores(directory.resolve("lists.returns"));
      var counted = new TreeSet<String>();
      for (String address : everybody) {
        var key = new BounceScores.Key(STAFF.text(), address);
        if (scores.of(key).points() > 0) {
          counted.add(address);
          scores.forget(key);
        }
      }
      if (!counted.equals(failed)) {
        different.put(file, counted + " for " + failed);
      }
    }
    assertEquals(77, rows.size());
    // Two name a local part without a domain, which is nobody's; in the third one recipient has two
    // names, and counts once.
    assertEquals(
        Set.of("messages/aol_01.txt", "messages/yale_01.txt", "messages/sendmail_01.txt"),
        different.keySet(),
        different::toString);
  }
}
