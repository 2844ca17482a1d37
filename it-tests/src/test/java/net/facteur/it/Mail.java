package net.facteur.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.facteur.auth.message.MessageHeader;

/// A message.
///
/// @param text with CRLF line ends, one `char` per octet
record Mail(String text) {
  /// Reads a file whose lines may end as lines of local files do.
  static Mail read(Path file) throws IOException {
    return ofLocal(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
  }

  static Mail ofLocal(String text) {
    return new Mail(text.replace("\r\n", "\n").replace("\n", "\r\n"));
  }

  /// A small message, as a mail program sends it.
  static Mail of(String from, String to, String subject, String body) {
    return ofLocal(
        """
        From: <%s>
        To: <%s>
        Subject: %s
        Date: Sun, 22 Nov 2026 12:00:00 +0000
        Message-ID: <%s@client.test>

        %s
        """
            .formatted(from, to, subject, Integer.toHexString(subject.hashCode()), body));
  }

  byte[] octets() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  MessageHeader header() {
    int end = text.indexOf("\r\n\r\n");
    String section = end < 0 ? text : text.substring(0, end + 4);
    return MessageHeader.parse(section.getBytes(StandardCharsets.ISO_8859_1));
  }

  String body() {
    int end = text.indexOf("\r\n\r\n");
    return end < 0 ? "" : text.substring(end + 4);
  }

  /// The unfolded values of a field, topmost first.
  List<String> fields(String name) {
    return header().all(name).stream().map(f -> f.unfolded().strip()).toList();
  }

  /// The verdict of `host`, the empty text where it gave none.
  String verdict(String host) {
    return fields("Authentication-Results").stream()
        .filter(value -> value.startsWith(host + ";"))
        .findFirst()
        .orElse("");
  }

  /// Writes the message to a file, as it travels.
  Path write(Path file) throws IOException {
    return Files.write(file, octets());
  }
}
