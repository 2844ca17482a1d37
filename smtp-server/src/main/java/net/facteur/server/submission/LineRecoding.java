package net.facteur.server.submission;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.StagedBody;
import net.facteur.server.mime.ContentType;
import net.facteur.server.mime.EntityWalk;
import net.facteur.server.submission.LineSurvey.Plan;

/// Encodes parts whose lines are too long to travel, before the message is signed: whoever broke
/// them later would break the signature.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.6 RFC 5321, section 4.5.3.1.6: Text
///   Line
final class LineRecoding {
  /// What became of a message.
  sealed interface Outcome {}

  /// Its lines are short now.
  record Done(MessageHeader header, StagedBody body) implements Outcome {}

  /// It cannot be changed; `why` is for the log.
  record Impossible(String why) implements Outcome {}

  private LineRecoding() {}

  /// Reads the body twice and writes another. May block for the disk.
  ///
  /// @param sealed the message bears a signature
  /// @param stage takes the new body; discarded where there is none
  /// @throws IOException where the disk fails; both bodies are still the caller's
  static Outcome recode(MessageHeader header, boolean sealed, StagedBody body, BodyStage stage)
      throws IOException {
    var survey = new LineSurvey();
    try (InputStream in = new BufferedInputStream(body.open())) {
      new EntityWalk(survey).walk(header, sealed, in);
    }
    if (survey.problem().isPresent()) {
      stage.discard();
      return new Impossible(survey.problem().get());
    }
    var out = new StageStream(stage);
    var buffered = new BufferedOutputStream(out);
    try (InputStream in = new BufferedInputStream(body.open())) {
      new EntityWalk(new Rewriting(survey.plans(), buffered)).walk(header, sealed, in);
    }
    buffered.flush();
    out.endLine();
    return new Done(encoded(header, survey.plans().getFirst(), true), stage.complete());
  }

  /// The header of an entity whose content is encoded.
  private static MessageHeader encoded(MessageHeader header, Plan plan, boolean top) {
    String encoding =
        switch (plan) {
          case QUOTED_PRINTABLE -> "quoted-printable";
          case BASE64 -> "base64";
          case KEEP, WRAP, SOFTEN -> "";
        };
    if (encoding.isEmpty()) {
      return header;
    }
    var fields = new ArrayList<HeaderField>(header.fields().size() + 3);
    for (HeaderField field : header.fields()) {
      if (!field.is("Content-Transfer-Encoding")) {
        fields.add(field);
      }
    }
    if (top && header.first("MIME-Version").isEmpty()) {
      fields.add(HeaderField.of("MIME-Version", " 1.0"));
    }
    if (top && header.first("Content-Type").isEmpty()) {
      fields.add(HeaderField.of("Content-Type", " text/plain; charset=utf-8"));
    }
    fields.add(HeaderField.of("Content-Transfer-Encoding", " " + encoding));
    return new MessageHeader(fields);
  }

  /// Writes what the plans say.
  private static final class Rewriting implements EntityWalk.Visitor {
    private final List<Plan> plans;
    private final OutputStream out;
    private Recoder recoder;
    private int entity;
    private int column;

    Rewriting(List<Plan> plans, OutputStream out) {
      this.plans = plans;
      this.out = out;
      this.recoder = new Recoder.Verbatim(out);
    }

    @Override
    public void header(MessageHeader header, boolean sealed) throws IOException {
      Plan plan = plans.get(++entity);
      var folded = new ArrayList<HeaderField>(header.fields().size());
      for (HeaderField field : encoded(header, plan, false).fields()) {
        folded.add(Folding.fits(field) ? field : Folding.fold(field).orElse(field));
      }
      out.write(new MessageHeader(folded).section());
      column = 0;
    }

    @Override
    public void leaf(ContentType type, boolean sealed) {
      recoder =
          switch (plans.get(entity)) {
            case KEEP -> new Recoder.Verbatim(out);
            case QUOTED_PRINTABLE -> new Recoder.QuotedPrintable(out);
            case BASE64 -> new Recoder.InBase64(out);
            case WRAP -> new Recoder.Wrapped(out);
            case SOFTEN -> new Recoder.Softened(out);
          };
    }

    @Override
    public void content(byte[] octets, int length) throws IOException {
      recoder.write(octets, length);
    }

    @Override
    public void leafEnds() throws IOException {
      recoder.end();
      column = 0;
    }

    /// Nobody is shown what stands around parts, so a line of it may be broken anywhere.
    @Override
    public void around(byte[] octets, int length, boolean sealed) throws IOException {
      for (int i = 0; i < length; i++) {
        if (octets[i] == '\n') {
          column = -1;
        } else if (column >= Folding.MAX_LINE - 100 && octets[i] != '\r') {
          out.write('\r');
          out.write('\n');
          column = 0;
        }
        out.write(octets[i]);
        column++;
      }
    }
  }

  private static final class StageStream extends OutputStream {
    private final BodyStage stage;
    private byte last = '\n';

    StageStream(BodyStage stage) {
      this.stage = stage;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
      if (length > 0) {
        last = octets[from + length - 1];
        stage.write(ByteBuffer.wrap(octets, from, length));
      }
    }

    void endLine() throws IOException {
      if (last != '\n') {
        stage.write(ByteBuffer.wrap(new byte[] {'\r', '\n'}));
      }
    }
  }
}
