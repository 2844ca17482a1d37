package net.facteur.auth.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageHeaderTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          A: b~                    | A: b~
          A: b~~                   | A: b~
          A: b~B: c                | A: b~/B: c
          A: b~ c~B:~~D: e         | A: b~ c~/B:~
          A: b;B: c~               | A: b;B: c~
          A: b^B: c~ ;~C           | A: b^B: c~ ;~/C
          ~A: b                    |
          none~: x~                | none~/: x~
          """)
  void cutsTheSectionIntoFields(String section, String fields) {
    MessageHeader header = MessageHeader.parse(octets(section));
    assertEquals(
        fields == null ? List.of() : List.of(fields.split("/")),
        header.fields().stream().map(f -> shown(f.raw())).toList());
    String joined = fields == null ? "" : fields.replace("/", "");
    assertArrayEquals(octets(joined), header.octets());
    assertArrayEquals(octets(joined + "~"), header.section());
  }

  /// `~` stands for CRLF, `;` for LF, `^` for CR.
  private static byte[] octets(String text) {
    return text.replace("~", "\r\n").replace(';', '\n').replace('^', '\r').getBytes(ISO_8859_1);
  }

  private static String shown(byte[] octets) {
    return new String(octets, ISO_8859_1)
        .replace("\r\n", "~")
        .replace('\n', ';')
        .replace('\r', '^');
  }

  @Test
  void fieldsInTheMiddleReadLikeFieldsOnTheirOwn() {
    HeaderField field =
        MessageHeader.parse("A: b\r\nSub\tject \t:  c\r\n d \r\nE: f\r\n".getBytes(ISO_8859_1))
            .fields()
            .get(1);
    assertEquals("Sub\tject", field.name());
    assertEquals("  c\r\n d ", field.value());
    assertEquals("c d", field.unfolded());
    assertTrue(field.resembles("Subject"));
    assertEquals(8, field.nameEnd());
    assertEquals(11, field.valueStart());
    assertEquals(field.raw().length, field.length());
    assertEquals('S', field.octet(0));
    assertEquals('\n', field.octet(field.length() - 1));
  }

  /// A stranger's header may be of 256 KiB, of many messages at once.
  @Test
  void theFieldsAreNotCopiedOutOfTheSection() {
    byte[] section = ("X-Long: " + "a".repeat(968) + "\r\n").repeat(255).getBytes(ISO_8859_1);
    MessageHeader.parse(section).section(); // loads the classes
    long start = THREADS.getCurrentThreadAllocatedBytes();
    MessageHeader header = MessageHeader.parse(section);
    long parsed = THREADS.getCurrentThreadAllocatedBytes();
    byte[] again = header.section();
    long joined = THREADS.getCurrentThreadAllocatedBytes();
    assertEquals(section.length + 2, again.length);
    assertTrue(parsed - start < section.length / 4, () -> "parsed with " + (parsed - start));
    assertTrue(joined - parsed < section.length * 5L / 4, () -> "joined with " + (joined - parsed));
  }

  /// Each octet of a run of line ends would otherwise begin a line that is looked at up to its end.
  @Test
  void aRunOfLineEndsBeginsOneLine() {
    String run = "\r".repeat(20_000);
    MessageHeader header =
        MessageHeader.parse(("A: b" + run + "From: c@d\r\n").getBytes(ISO_8859_1));
    assertEquals(1, header.fields().size());
    assertEquals(
        List.of("From: c@d"),
        header.fields().getFirst().strayLines().stream()
            .map(line -> new String(line.raw(), ISO_8859_1))
            .toList());
    assertEquals("c@d", header.resembling("From").getFirst().unfolded());
  }
}
