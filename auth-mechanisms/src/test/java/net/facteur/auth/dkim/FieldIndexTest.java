package net.facteur.auth.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import org.junit.jupiter.api.Test;

class FieldIndexTest {
  private static MessageHeader header(List<String> names) {
    var text = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      text.append(names.get(i)).append(": ").append(i).append("\r\n");
    }
    return MessageHeader.parse(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static List<String> values(List<HeaderField> fields) {
    return fields.stream().map(HeaderField::unfolded).toList();
  }

  @Test
  void eachNameTakesTheLowestFieldThatIsLeft() {
    var index = new FieldIndex(header(List.of("To", "Received", "From", "received")));
    assertEquals(
        List.of("3", "2", "1"),
        values(index.select(List.of("RECEIVED", "from", "cc", "Received", "From", "Received"))));
    assertEquals(2, index.count("Received"));
    assertEquals(0, index.count("Cc"));
  }

  @Test
  void longListsOverLongHeadersSelectTheSame() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("FieldIndexTest seed " + seed);
    var random = new Random(seed);
    for (int size = 1; size < 100; size++) {
      List<String> inHeader = names(random, size);
      List<String> wanted = names(random, size);
      assertEquals(
          oneByOne(inHeader, wanted),
          values(new FieldIndex(header(inHeader)).select(wanted)),
          () -> "seed " + seed);
    }
  }

  private static List<String> names(Random random, int size) {
    var names = new ArrayList<String>();
    for (int i = 0; i < size; i++) {
      names.add(List.of("a", "A", "b", "Bc", "bC", "d-e").get(random.nextInt(6)));
    }
    return names;
  }

  /// RFC 6376, section 5.4.2, word by word: from the bottom to the top.
  private static List<String> oneByOne(List<String> inHeader, List<String> wanted) {
    var left = new ArrayList<>(inHeader);
    var selected = new ArrayList<String>();
    for (String name : wanted) {
      for (int i = left.size() - 1; i >= 0; i--) {
        if (left.get(i).equalsIgnoreCase(name)) {
          selected.add(Integer.toString(i));
          left.set(i, "");
          break;
        }
      }
    }
    return selected;
  }

  @Test
  void namingDkimSignatureMoreOftenThanOthersExistSelectsOnlyTheOthers() {
    for (int times : new int[] {1, 2, 3, 5_000}) {
      for (int own : new int[] {0, 1}) {
        String twins = "DKIM-Signature: v=1; b=x\r\nDKIM-Signature: v=1; b=x\r\nFrom: a\r\n";
        MessageHeader header = MessageHeader.parse(twins.getBytes(StandardCharsets.ISO_8859_1));
        var names = new ArrayList<>(List.of("From"));
        names.addAll(Collections.nCopies(times, "DKIM-Signature"));
        byte[] data =
            new FieldIndex(header)
                .headerData(
                    names,
                    Canonicalization.Form.RELAXED,
                    SignatureField.of(header.fields().get(own)).orElseThrow());
        assertEquals(
            "from:a\r\ndkim-signature:v=1; b=x\r\ndkim-signature:v=1; b=",
            new String(data, StandardCharsets.ISO_8859_1));
      }
    }
  }
}
