package net.facteur.server.filter.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.SampleMessage;
import net.facteur.server.filter.rules.AttachmentSettings.AttachmentAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentFilterTest {
  private static final String MIXED = "Content-Type: multipart/mixed; boundary=b\r\n";

  private static AttachmentFilter filter(AttachmentAction action, String... types) {
    return new AttachmentFilter(
        new AttachmentSettings(
            List.of(types).stream().map(t -> AttachmentType.parse(t).orElseThrow()).toList(),
            action),
        Runnable::run);
  }

  private static Handling judge(String fields, String body) {
    return SampleMessage.PLAIN
        .fields(fields)
        .body(body)
        .judgedBy(filter(AttachmentAction.REJECT, "exe", "video/*"))
        .handling();
  }

  private static String part(String fields) {
    return "--b\r\nContent-Type: text/plain\r\n\r\nHello.\r\n--b\r\n"
        + fields
        + "\r\n\r\nMZ\r\n--b--\r\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: application/octet-stream; name=evil.exe",
        "Content-Type: application/octet-stream; name=\"Evil.EXE\"",
        "Content-Disposition: attachment; filename=evil.exe",
        "Content-Disposition: attachment; filename=\"evil.exe. \"",
        "Content-Disposition: attachment; filename=\"bill.pdf.exe\"",
        "Content-Disposition: attachment;\r\n filename=evil.exe",
        "Content-Disposition: attachment; filename*=UTF-8''%65vil%2Eexe",
        "Content-Disposition: attachment; filename*0=evi; filename*1=\"l.e\"; filename*2=xe",
        "Content-Disposition: attachment; filename*0*=UTF-8''evi; filename*1*=l%2Eexe",
        "Content-Disposition: attachment; filename*1=xe; filename*0=evil.e",
        "Content-Type: application/octet-stream; name=\"=?UTF-8?B?ZXZpbC5leGU=?=\"",
        "Content-Type: application/octet-stream; name==?utf-8?q?evil=2Eexe?=",
        "Content-Type: application/octet-stream; name=\"=?utf-8?q?evil.e?= =?utf-8?q?xe?=\"",
        "Content-Type: application/octet-stream; name=evil.txt; name=evil.exe",
        "Content-Type: application/octet-stream; filename=evil.exe",
        "Content-Disposition: attachment; filename=\"evil\u202e.exe\"",
        "Content-Disposition: attachment; FileName = evil.exe",
        "Content-Type: video/mp4"
      })
  void aRefusedTypeIsFoundHoweverItIsNamed(String fields) {
    assertEquals("reject", judge(MIXED, part(fields)).word());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: application/pdf; name=evil.pdf",
        "Content-Disposition: attachment; filename=\"exe\"",
        "Content-Disposition: attachment; filename=\"evil.exe.txt\"",
        "Content-Type: audio/mp4",
        "Subject: evil.exe"
      })
  void othersPass(String fields) {
    assertEquals("pass", judge(MIXED, part(fields)).word());
  }

  @Test
  void partsOfPartsAndMessagesWithinAreLookedAt() {
    String inner = part("Content-Disposition: attachment; filename=evil.exe").replace("--b", "--c");
    String nested =
        "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n" + inner + "--b--\r\n";
    assertEquals("reject", judge(MIXED, nested).word());
    String message =
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n"
            + "Content-Type: multipart/mixed; boundary=c\r\n\r\n"
            + inner
            + "--b--\r\n";
    assertEquals("reject", judge(MIXED, message).word());
    String coded =
        Base64.getMimeEncoder()
            .encodeToString(
                ("Subject: x\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + inner)
                    .getBytes(StandardCharsets.UTF_8));
    assertEquals(
        "reject",
        judge(
                MIXED,
                "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    + coded
                    + "\r\n--b--\r\n")
            .word());
  }

  @Test
  void aMessageThatIsTheAttachmentItselfIsFound() {
    assertEquals(
        "reject",
        judge("Content-Disposition: attachment; filename=evil.exe\r\n", "TVo=\r\n").word());
  }

  @Test
  void whatIsNestedTooDeeplyIsNotTaken() {
    var body = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      body.append("--b").append(i).append("\r\nContent-Type: multipart/mixed; boundary=b");
      body.append(i + 1).append("\r\n\r\n");
    }
    assertEquals(
        "reject", judge("Content-Type: multipart/mixed; boundary=b0\r\n", body.toString()).word());
  }

  @Test
  void itIsPutAwayWhereTheSettingsSaySoAndNobodyLooksAtOurUsers() {
    AttachmentFilter filter = filter(AttachmentAction.QUARANTINE, "programs");
    SampleMessage message =
        SampleMessage.PLAIN.fields(MIXED).body(part("Content-Type: x/y; name=a.scr"));
    assertEquals("quarantine", message.judgedBy(filter).handling().word());
    assertFalse(filter.concerns(message.outbound().made()));
  }

  @Test
  void aTypeIsAnEndingAMediaTypeOrPrograms() {
    assertTrue(AttachmentType.parse("programs").orElseThrow().names("vbs"));
    assertTrue(AttachmentType.parse(".ISO").orElseThrow().names("iso"));
    assertTrue(AttachmentType.parse("Video/*").orElseThrow().is("video/mp4"));
    for (String wrong : List.of("", ".", "a b", "video/", "*/*", "tar.gz")) {
      assertTrue(AttachmentType.parse(wrong).isEmpty(), wrong);
    }
  }
}
