package net.facteur.server.filter.rspamd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.StagedBody;
import net.facteur.server.filter.daemon.Conversation;
import net.facteur.server.text.StrangerText;

/// A request of HTTP/1.0, after whose answer the connection ends.
///
/// @param line method and path
/// @param fields in order
/// @param header what comes first in the body
/// @param body the rest of it
/// @param settings of this one question, in JSON on one line and in ASCII, which we wrote
record HttpRequest(
    String line, List<Field> fields, byte[] header, StagedBody body, Optional<String> settings) {
  /// What is in one piece.
  private static final int SMALL = 64 * 1024;

  /// A field. What strangers said in it is cleaned, so that it can be no other.
  record Field(String name, String value) {
    void write(StringBuilder to) {
      to.append(name).append(": ").append(StrangerText.of(value).inField(true)).append("\r\n");
    }
  }

  /// One without a body.
  static HttpRequest of(String line, List<Field> fields) {
    return new HttpRequest(line, fields, new byte[0], StagedBody.of(new byte[0]), Optional.empty());
  }

  void send(Conversation conversation) throws IOException {
    var head = new StringBuilder(512).append(line).append(" HTTP/1.0\r\n");
    fields.forEach(field -> field.write(head));
    settings.ifPresent(json -> head.append("Settings: ").append(json).append("\r\n"));
    head.append("Content-Length: ").append(header.length + body.size()).append("\r\n\r\n");
    byte[] first = head.toString().getBytes(UTF_8);
    if (body instanceof StagedBody.Octets(byte[] octets)) {
      conversation.send(first, header, octets);
      return;
    }
    try (InputStream in = body.open()) {
      if (body.size() <= SMALL) {
        conversation.send(first, header, in.readAllBytes());
      } else {
        conversation.send(first, header);
        conversation.send(in, conversation::send);
      }
    }
  }

  /// Sends it, and hears the body of an answer that it went well.
  ///
  /// @param most octets of the answer
  byte[] ask(Conversation conversation, int most) throws IOException {
    return hear(conversation, most).good();
  }

  /// Sends it, and hears the answer.
  ///
  /// @param most octets of it
  HttpAnswer hear(Conversation conversation, int most) throws IOException {
    IOException broken = null;
    try {
      send(conversation);
    } catch (ClosedChannelException e) {
      throw e; // the time is over
    } catch (IOException e) {
      broken = e; // it may have said why before it hung up
    }
    byte[] answer;
    try {
      answer = conversation.answer(most);
    } catch (IOException e) {
      throw broken == null ? e : broken;
    }
    if (broken != null && answer.length == 0) {
      throw broken;
    }
    return HttpAnswer.read(answer);
  }
}
