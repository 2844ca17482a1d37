package net.facteur.server.lists.posting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Language;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.ListOptions;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostTest {
  private static final UserName STAFF = UserName.parse("staff@example.org").orElseThrow();
  private static final MailAddress OWNER = new MailAddress("alice", "example.org");
  private static final MailAddress MEMBER = new MailAddress("bob", "example.net");
  private static final MailAddress STRANGER = new MailAddress("eve", "example.com");
  private static final MailAddress POSTER = new MailAddress("news", "example.com");

  private static ListContent list(ListKind kind) {
    return ListContent.empty(
            MailingList.fresh(STAFF, List.of(OWNER), ListOptions.usual(Language.ENGLISH))
                .withKind(kind)
                .withPosters(List.of(POSTER)))
        .with(Member.active(MEMBER, ""));
  }

  private static PostDecision decide(
      ListContent list, MailAddress author, boolean proven, String... fields) throws IOException {
    return PostRules.decide(
        list,
        new Author(Optional.of(author), proven, List.of(), false),
        new ReversePath.Of(author),
        header(fields),
        1000,
        InputStream::nullInputStream);
  }

  private static MessageHeader header(String... fields) {
    return MessageHeader.parse(
        (String.join("\r\n", fields) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest(
      name = "{0}: owner {1}, member {2}, stranger {3}, poster {4}, unproven member {5}")
  @CsvSource({
    "OPEN,              Take, Take,     Take,     Take,     Moderate",
    "MODERATED,         Take, Moderate, Moderate, Moderate, Moderate",
    "MEMBERS,           Take, Take,     Refuse,   Take,     Moderate",
    "MEMBERS_MODERATED, Take, Moderate, Refuse,   Moderate, Moderate",
    "ANNOUNCEMENTS,     Take, Refuse,   Refuse,   Take,     Refuse",
  })
  void theKindSaysWhoMayPost(
      ListKind kind, String owner, String member, String stranger, String poster, String unproven)
      throws IOException {
    ListContent list = list(kind);
    assertEquals(owner, decide(list, OWNER, true).getClass().getSimpleName());
    assertEquals(member, decide(list, MEMBER, true).getClass().getSimpleName());
    assertEquals(stranger, decide(list, STRANGER, true).getClass().getSimpleName());
    assertEquals(poster, decide(list, POSTER, true).getClass().getSimpleName());
    assertEquals(unproven, decide(list, MEMBER, false).getClass().getSimpleName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Auto-Submitted: auto-replied (vacation)",
        "Precedence: bulk",
        "X-Autoreply: yes",
        "X-Loop: staff@example.org",
        "List-Id: Staff <staff.example.org>"
      })
  void answersOfProgramsAndLoopsNeverReachAList(String field) throws IOException {
    assertInstanceOf(PostDecision.Drop.class, decide(list(ListKind.OPEN), MEMBER, true, field));
  }

  @Test
  void whatAProgramOfAPosterWritesIsNoAnswer() throws IOException {
    assertInstanceOf(
        PostDecision.Take.class,
        decide(list(ListKind.OPEN), POSTER, true, "Auto-Submitted: auto-generated"));
  }

  @Test
  void suspectMailIsModerated() throws IOException {
    assertEquals(
        new PostDecision.Moderate(PostDecision.Reason.SUSPECT),
        decide(list(ListKind.MEMBERS), MEMBER, true, "X-Spam-Flag: YES"));
  }

  @Test
  void attachmentsAreRefusedWhereTheListTakesNone() throws IOException {
    ListContent list = list(ListKind.OPEN);
    list = list.with(list.list().withOptions(list.list().options().withAttachments(false)));
    assertInstanceOf(
        PostDecision.Refuse.class,
        decide(list, MEMBER, true, "Content-Type: application/pdf; name=a.pdf"));
    assertInstanceOf(
        PostDecision.Take.class, decide(list, MEMBER, true, "Content-Type: text/plain"));
  }

  @Test
  void anUnchangedPostKeepsWhatItsAuthorWroteOctetByOctet() {
    MessageHeader header =
        header("DKIM-Signature: v=1;  a=b", "From:  Bob <bob@example.net>", "Subject:hello");
    MessageHeader post =
        PostHeader.of(list(ListKind.OPEN).list(), header, Optional.of(MEMBER), false);
    String text = new String(post.section(), StandardCharsets.UTF_8);
    assertTrue(text.endsWith(new String(header.section(), StandardCharsets.UTF_8)), text);
    assertTrue(text.contains("List-Id: \"staff\" <staff.example.org>\r\n"), text);
  }

  @Test
  void whereFromIsRewrittenAnswersReachTheAuthor() {
    MessageHeader post =
        PostHeader.of(
            list(ListKind.OPEN).list(),
            header("From: Bob <bob@example.net>"),
            Optional.of(MEMBER),
            true);
    assertEquals(
        "\"Bob via staff\" <staff@example.org>", value(post, "From").replaceAll("\\s+", " "));
    assertEquals("Bob <bob@example.net>", value(post, "Reply-To"));
    MessageHeader answered =
        PostHeader.of(
            list(ListKind.OPEN).list(),
            header("From: Bob <bob@example.net>", "Reply-To: office@example.net"),
            Optional.of(MEMBER),
            true);
    assertEquals("office@example.net", value(answered, "Reply-To"));
    assertEquals(1, answered.all("Reply-To").size());
  }

  private static String value(MessageHeader header, String name) {
    return header.first(name).map(HeaderField::unfolded).orElse("").strip();
  }

  private static String withFooter(String type, String body) throws IOException {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    var content =
        new MessageContent() {
          @Override
          public byte[] header() {
            return new byte[0];
          }

          @Override
          public long bodySize() {
            return octets.length;
          }

          @Override
          public InputStream openBody() {
            return new ByteArrayInputStream(octets);
          }
        };
    PostBody made =
        PostBody.of(
            header("From: <bob@example.net>", "MIME-Version: 1.0", type),
            content,
            Optional.of("-- \nLeave: héhé"),
            "list_x",
            MemoryStage::new);
    try (InputStream in = made.body().open()) {
      return new String(made.header().section(), StandardCharsets.UTF_8)
          + new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aFooterStandsBelowPlainTextAndBesideEverythingElse() throws IOException {
    String plain = withFooter("Content-Type: text/plain; charset=utf-8", "Hello\r\n");
    assertTrue(plain.endsWith("Hello\r\n\r\n-- \r\nLeave: héhé\r\n"), plain);
    assertFalse(plain.contains("multipart"), plain);

    String html = withFooter("Content-Type: text/html", "<p>Hello</p>\r\n");
    assertTrue(html.contains("Content-Type: multipart/mixed;\r\n boundary=\"list_x\""), html);
    assertTrue(html.contains("--list_x\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>"), html);
    assertTrue(html.endsWith("Leave: héhé\r\n--list_x--\r\n"), html);
    assertEquals(1, html.split("MIME-Version", -1).length - 1, html);
  }

  /// A stage in memory.
  private static final class MemoryStage implements BodyStage {
    private final java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();

    @Override
    public void write(java.nio.ByteBuffer octets) {
      byte[] some = new byte[octets.remaining()];
      octets.get(some);
      out.writeBytes(some);
    }

    @Override
    public long size() {
      return out.size();
    }

    @Override
    public boolean inFile() {
      return false;
    }

    @Override
    public StagedBody complete() {
      return StagedBody.of(out.toByteArray());
    }

    @Override
    public void discard() {}
  }
}
