package net.facteur.server.filter.clamav;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import net.facteur.server.text.StrangerText;

/// What clamd says of a stream.
sealed interface ClamavAnswer {
  /// Nothing was found.
  record Clean() implements ClamavAnswer {}

  /// Something was found.
  ///
  /// @param name of the signature, as the signature has it
  record Found(StrangerText name) implements ClamavAnswer {
    /// True if all that was found is that nobody can look into it, since it has a password.
    boolean encrypted() {
      return name.raw().startsWith("Heuristics.Encrypted.");
    }
  }

  /// The stream is longer than clamd takes.
  record TooLarge() implements ClamavAnswer {}

  /// Reads the one line that ends with a NUL.
  ///
  /// @throws IOException if it is no such line, or says that clamd could not look
  static ClamavAnswer read(byte[] octets) throws IOException {
    String said = new String(octets, UTF_8);
    if (!said.endsWith("\0")) {
      throw new IOException(
          said.isEmpty() ? "it hangs up without an answer" : "its answer is cut short");
    }
    String line = said.substring(0, said.length() - 1).strip();
    if (line.equals("stream: OK")) {
      return new Clean();
    }
    if (line.startsWith("stream: ") && line.endsWith(" FOUND")) {
      return new Found(
          StrangerText.of(
              line.substring("stream: ".length(), line.length() - " FOUND".length()).strip()));
    }
    if (line.startsWith("INSTREAM size limit exceeded")) {
      return new TooLarge();
    }
    throw new IOException("it says: " + StrangerText.of(line).inLog());
  }
}
