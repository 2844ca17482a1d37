package net.facteur.server.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.facteur.server.files.ToldException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
  private static final Instant NOW = Instant.parse("2026-12-01T03:00:00Z");

  private static byte[] archive(String name, byte[] octets) throws IOException {
    var out = new ByteArrayOutputStream();
    var tar = new TarWriter(out);
    tar.add(name, NOW, octets);
    tar.finish();
    return out.toByteArray();
  }

  private static void readAll(byte[] archive) throws IOException {
    var reader = new TarReader(new ByteArrayInputStream(archive));
    while (reader.next().isPresent()) {
      var _ = reader.content().readAllBytes();
    }
  }

  /// The sum of a header that was changed.
  private static byte[] summed(byte[] archive) {
    Arrays.fill(archive, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += archive[i] & 0xff;
    }
    byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, archive, 148, 8);
    return archive;
  }

  @ParameterizedTest
  @ValueSource(strings = {"users", "a/b/c", "mail/é/ü", "a/.b", "x"})
  void whatWasWrittenIsRead(String name) throws IOException {
    for (int size : new int[] {0, 1, 511, 512, 513, 70_000}) {
      var octets = new byte[size];
      new Random(size).nextBytes(octets);
      var reader = new TarReader(new ByteArrayInputStream(archive(name, octets)));
      TarReader.Entry entry = reader.next().orElseThrow();
      assertEquals(new TarReader.Entry(name, false, 0600, size, NOW), entry);
      assertArrayEquals(octets, reader.content().readAllBytes());
      assertEquals(Optional.empty(), reader.next());
    }
  }

  @Test
  void longNamesAreRead() throws IOException {
    String name = "mail/" + "x".repeat(200) + "/" + "ö".repeat(150);
    assertEquals(
        name,
        new TarReader(new ByteArrayInputStream(archive(name, new byte[3])))
            .next()
            .orElseThrow()
            .name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "./a",
        "a/.",
        "..",
        ".",
        "a/..",
        "a\u0000b",
        "a\nb",
        "/"
      })
  void namesThatLeadOutAreRefused(String name) throws IOException {
    byte[] archive = archive(name, new byte[3]);
    if (name.indexOf('\0') < 0) {
      assertThrows(ToldException.class, () -> readAll(archive));
    }
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '3', '4', '6', '7', 'g', 'L', 'K', 'S'})
  void whatIsNoPlainFileIsRefused(char type) throws IOException {
    byte[] archive = archive("x", new byte[0]);
    archive[156] = (byte) type;
    assertThrows(ToldException.class, () -> readAll(summed(archive)));
  }

  @Test
  void eachCutIsNoticed() throws IOException {
    byte[] whole = archive("users", new byte[700]);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> readAll(cut), "cut at " + length);
    }
  }

  @Test
  void oneNameTwiceIsRefused() throws IOException {
    var out = new ByteArrayOutputStream();
    var tar = new TarWriter(out);
    tar.add("users", NOW, new byte[1]);
    tar.add("users", NOW, new byte[2]);
    tar.finish();
    assertThrows(ToldException.class, () -> readAll(out.toByteArray()));
  }

  /// Whatever a stranger may send, it is read or refused, and nothing else.
  @Test
  void damagedArchivesAreReadOrRefused() throws IOException {
    byte[] whole = archive("mail/" + "x".repeat(150), new byte[700]);
    var random = new Random(20261201);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] spoiled = whole.clone();
      for (int k = random.nextInt(4); k >= 0; k--) {
        spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt(256);
      }
      try {
        readAll(spoiled);
      } catch (IOException _) {
        refused++;
      }
    }
    int seen = refused;
    assertTrue(seen > 1000, () -> seen + " of 3000 were refused");
  }
}
