package net.facteur.server.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.syntax.Parsed;

/// A message as it lies in a mailbox.
///
/// @param mailbox whose, with the folder where it is not the inbox
/// @param header its header section
/// @param octets all of it with CRLF line ends, as it was sent
record ArrivedMessage(String mailbox, MessageHeader header, byte[] octets) {
  /// Reads a Maildir file, whose lines end as lines of local files do.
  static ArrivedMessage read(String mailbox, Path file) throws IOException {
    byte[] octets = withCrlf(Files.readAllBytes(file));
    return new ArrivedMessage(mailbox, MessageHeader.parse(headerOf(octets)), octets);
  }

  private static byte[] withCrlf(byte[] local) {
    var wire = new ByteArrayOutputStream(local.length + 64);
    for (int i = 0; i < local.length; i++) {
      if (local[i] == '\n' && (i == 0 || local[i - 1] != '\r')) {
        wire.write('\r');
      }
      wire.write(local[i]);
    }
    return wire.toByteArray();
  }

  private static byte[] headerOf(byte[] octets) {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    return end < 0 ? octets : java.util.Arrays.copyOf(octets, end + 4);
  }

  /// The message after its header, one `char` per octet.
  String body() {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    return end < 0 ? "" : text.substring(end + 4);
  }

  Optional<String> field(String name) {
    return header.first(name).map(f -> f.unfolded().strip());
  }

  /// The verdict of `host`, which wrote the topmost field in its own name.
  Optional<AuthenticationResults> results(String host) {
    for (HeaderField f : header.all(AuthenticationResults.FIELD_NAME)) {
      if (AuthenticationResults.parseLeniently(f.value())
              instanceof Parsed.Ok<AuthenticationResults>(AuthenticationResults results)
          && results.authservId().equals(host)) {
        return Optional.of(results);
      }
    }
    return Optional.empty();
  }

  /// The result words of one method, in the verdict of `host`.
  List<String> words(String host, String method) {
    return results(host).map(AuthenticationResults::results).orElse(List.of()).stream()
        .filter(r -> r.method().equals(method))
        .map(MethodResult::result)
        .toList();
  }

  /// Each signature as `selector (algorithm)`.
  List<String> signatures() {
    return header.all("DKIM-Signature").stream()
        .map(f -> tag(f, "s") + " (" + tag(f, "a") + ")")
        .toList();
  }

  private static String tag(HeaderField field, String name) {
    for (String tag : field.unfolded().split(";", -1)) {
      int equals = tag.indexOf('=');
      if (equals > 0 && tag.substring(0, equals).strip().equals(name)) {
        return tag.substring(equals + 1).strip();
      }
    }
    return "?";
  }
}
