package net.facteur.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// A message as a file holds it.
///
/// @param header the header section
/// @param body everything behind the empty line
record MessageFile(MessageHeader header, byte[] body) {
  private static final VerifyTexts SAY = VerifyTexts.SAY;

  private static final long MAX_OCTETS = 256L << 20;

  static MessageFile read(Path file) throws IOException {
    try {
      if (Files.isDirectory(file)) {
        throw new CommandFailedException(CliTexts.SAY.isDirectory(file), SAY.verifyNameOne());
      }
      if (Files.size(file) > MAX_OCTETS) {
        throw new CommandFailedException(SAY.verifyTooLarge(file), SAY.verifySingle());
      }
      return of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new CommandFailedException(CliTexts.SAY.noFile(file), SAY.verifySave());
    }
  }

  /// Cuts a message at its first empty line. Programs on Unix save messages with LF alone; where no
  /// CRLF stands in it, they are put back.
  static MessageFile of(byte[] saved) {
    byte[] octets = onTheWire(saved);
    int end = headerEnd(octets);
    return new MessageFile(
        MessageHeader.parse(Arrays.copyOf(octets, end)),
        Arrays.copyOfRange(octets, Math.min(end + 2, octets.length), octets.length));
  }

  /// The index of the CRLF that is the empty line.
  private static int headerEnd(byte[] octets) {
    for (int i = 0; i + 1 < octets.length; i++) {
      boolean lineStart = i == 0 || (i > 1 && octets[i - 1] == '\n' && octets[i - 2] == '\r');
      if (lineStart && octets[i] == '\r' && octets[i + 1] == '\n') {
        return i;
      }
    }
    return octets.length;
  }

  private static byte[] onTheWire(byte[] saved) {
    for (int i = 1; i < saved.length; i++) {
      if (saved[i] == '\n' && saved[i - 1] == '\r') {
        return saved;
      }
    }
    var out = new ByteArrayOutputStream(saved.length + saved.length / 32);
    for (byte octet : saved) {
      if (octet == '\n') {
        out.write('\r');
      }
      out.write(octet);
    }
    return out.toByteArray();
  }

  MessageBody stream() {
    return MessageBody.of(body);
  }

  /// The reverse-path that the Return-Path field keeps; empty where there is none.
  String returnPath() {
    return header
        .first("Return-Path")
        .map(field -> field.unfolded().strip())
        .filter(text -> text.startsWith("<") && text.endsWith(">"))
        .map(text -> text.substring(1, text.length() - 1))
        .orElse("");
  }
}
