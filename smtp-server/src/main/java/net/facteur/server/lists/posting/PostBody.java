package net.facteur.server.lists.posting;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MessageContent;
import net.facteur.queue.StagedBody;
import net.facteur.server.mime.ContentType;

/// The body of a post as members get it: as it came, or with the footer of the list.
///
/// A footer stands below the text of a message that is nothing but plain text in which it can be
/// written. Any other message becomes the first part of one with two, so that nothing within it
/// changes.
///
/// @param header with the fields that say what the body is
record PostBody(MessageHeader header, StagedBody body) {
  private static final int PIECE = 16 << 10;

  /// @param boundary made up, so that it stands nowhere in the message
  static PostBody of(
      MessageHeader header,
      MessageContent content,
      Optional<String> footer,
      String boundary,
      Supplier<BodyStage> stages)
      throws IOException {
    if (footer.isEmpty()) {
      return new PostBody(header, copied(content, new byte[0], new byte[0], stages));
    }
    String text = footer.get().replace("\n", "\r\n") + "\r\n";
    if (isPlain(header, text)) {
      byte[] below = ("\r\n" + text).getBytes(UTF_8);
      return new PostBody(header, copied(content, new byte[0], below, stages));
    }
    return wrapped(header, content, text, boundary, stages);
  }

  private static boolean isPlain(MessageHeader header, String footer) {
    ContentType type = ContentType.of(header);
    boolean ascii = footer.chars().allMatch(c -> c < 0x80);
    String field = header.first("Content-Type").map(f -> Ascii.lower(f.unfolded())).orElse("");
    boolean utf8 = field.contains("charset=utf-8") || field.contains("charset=\"utf-8\"");
    return type.type().equals("text/plain")
        && type.isIdentity()
        && !field.contains("format=flowed")
        && (ascii ? !field.contains("utf-16") && !field.contains("utf-32") : utf8);
  }

  private static PostBody wrapped(
      MessageHeader header,
      MessageContent content,
      String footer,
      String boundary,
      Supplier<BodyStage> stages)
      throws IOException {
    var outer = new ArrayList<HeaderField>();
    var inner = new ArrayList<HeaderField>();
    for (HeaderField field : header.fields()) {
      String name = Ascii.lower(field.name().strip());
      if (name.startsWith("content-")) {
        inner.add(field);
      } else if (!name.equals("mime-version")) {
        outer.add(field);
      }
    }
    outer.add(HeaderField.of("MIME-Version", " 1.0"));
    outer.add(
        HeaderField.of("Content-Type", " multipart/mixed;\r\n boundary=\"" + boundary + "\""));
    outer.add(HeaderField.of("Content-Transfer-Encoding", " 8bit"));
    byte[] fields = new MessageHeader(List.copyOf(inner)).section();
    byte[] start = ("--" + boundary + "\r\n").getBytes(US_ASCII);
    byte[] before = new byte[start.length + fields.length];
    System.arraycopy(start, 0, before, 0, start.length);
    System.arraycopy(fields, 0, before, start.length, fields.length);
    byte[] after =
        ("\r\n--"
                + boundary
                + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Transfer-Encoding: 8bit\r\nContent-Disposition: inline\r\n\r\n"
                + footer
                + "--"
                + boundary
                + "--\r\n")
            .getBytes(UTF_8);
    return new PostBody(
        new MessageHeader(List.copyOf(outer)), copied(content, before, after, stages));
  }

  private static StagedBody copied(
      MessageContent content, byte[] before, byte[] after, Supplier<BodyStage> stages)
      throws IOException {
    BodyStage stage = stages.get();
    boolean whole = false;
    try (InputStream in = content.openBody()) {
      stage.write(ByteBuffer.wrap(before));
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        stage.write(ByteBuffer.wrap(piece, 0, read));
      }
      stage.write(ByteBuffer.wrap(after));
      StagedBody body = stage.complete();
      whole = true;
      return body;
    } finally {
      if (!whole) {
        stage.discard();
      }
    }
  }
}
