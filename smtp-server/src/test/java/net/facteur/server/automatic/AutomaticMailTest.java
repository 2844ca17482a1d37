package net.facteur.server.automatic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.PathParser;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The suites of automatic answers: none of such messages may make a list write something. What is
/// about one user alone, such as being named in To, says nothing about a list.
class AutomaticMailTest {
  /// Cases about a user and his answers: who he is, when he is away, and whom he has answered.
  private static final List<String> OF_USERS =
      List.of("own-address", "not-named-in-header", "second-within-period", "original-in-date");

  private static JsonNode suite(String file) throws IOException {
    try (var in =
        AutomaticMailTest.class.getResourceAsStream("/conformance/autoresponder/" + file)) {
      assertTrue(in != null, file);
      return JsonMapper.shared().readTree(in.readAllBytes());
    }
  }

  private static ReversePath path(String text) {
    return text.isEmpty()
        ? ReversePath.Null.NULL
        : new ReversePath.Of(
            PathParser.mailbox(text).toOptional().orElse(new MailAddress("a", "example.org")));
  }

  @TestFactory
  Stream<DynamicTest> whatNobodyAnswersIsNotAnswered() throws IOException {
    return StreamSupport.stream(suite("rfc3834-5230/cases.json").spliterator(), false)
        .filter(node -> !OF_USERS.contains(node.path("id").asString()))
        .map(
            node ->
                DynamicTest.dynamicTest(
                    node.path("id").asString(),
                    () -> {
                      var lines = new ArrayList<String>();
                      node.path("headers").forEach(line -> lines.add(line.asString() + "\r\n"));
                      var header =
                          MessageHeader.parse(
                              String.join("", lines).getBytes(StandardCharsets.UTF_8));
                      var why = AutomaticMail.why(path(node.path("mail_from").asString()), header);
                      if (node.path("reply").asBoolean()) {
                        assertEquals(java.util.Optional.empty(), why);
                      } else {
                        assertTrue(why.isPresent(), node.toString());
                      }
                    }));
  }

  private static boolean isAnswer(String... lines) {
    return AutomaticMail.isAnswer(
        MessageHeader.parse(
            (String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void theAnswersOfExchangeAreAnswers() {
    assertTrue(
        isAnswer("Auto-Submitted: auto-generated", "Subject: Automatic reply: The next meeting"));
    assertTrue(isAnswer("Auto-Submitted: auto-replied (vacation)", "Subject: away"));
  }

  @Test
  void whatAPersonOrATimetableWritesIsNoAnswer() {
    assertFalse(isAnswer("Subject: Auto: my old car is for sale"));
    assertFalse(isAnswer("Auto-Submitted: no", "Subject: Out of office: how do you do it?"));
    assertFalse(isAnswer("Auto-Submitted: auto-generated", "Subject: Rooms of this week"));
  }

  @Test
  void answersThatSisimaiCollectedAreKnown() throws IOException {
    for (JsonNode each : suite("sisimai-rfc3834/expected.json")) {
      String file = each.path("file").asString();
      try (var in =
          AutomaticMailTest.class.getResourceAsStream(
              "/conformance/autoresponder/sisimai-rfc3834/" + file)) {
        assertTrue(in != null, file);
        String text =
            new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).replaceAll("\r?\n", "\r\n");
        int end = text.indexOf("\r\n\r\n");
        var header =
            MessageHeader.parse(
                text.substring(text.indexOf('\n') + 1, end + 2)
                    .getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(AutomaticMail.why(path("kijitora@example.jp"), header).isPresent(), file);
      }
    }
  }
}
