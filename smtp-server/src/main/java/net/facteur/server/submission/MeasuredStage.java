package net.facteur.server.submission;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import net.facteur.queue.BodyStage;
import net.facteur.queue.StagedBody;

/// A stage that looks at the length of lines while they pass by, so that a body is read again only
/// where one is too long.
final class MeasuredStage implements BodyStage {
  private final BodyStage to;
  private int line;
  private boolean tooLong;

  MeasuredStage(BodyStage to) {
    this.to = to;
  }

  /// A body whose lines were measured.
  ///
  /// @param plain the body as the queue knows it
  /// @param tooLong a line of it is too long
  record Body(StagedBody plain, boolean tooLong) implements StagedBody {
    @Override
    public long size() {
      return plain.size();
    }

    @Override
    public InputStream open() throws IOException {
      return plain.open();
    }

    @Override
    public void discard() {
      plain.discard();
    }
  }

  @Override
  public void write(ByteBuffer octets) throws IOException {
    if (!tooLong) {
      measure(octets);
    }
    to.write(octets);
  }

  private void measure(ByteBuffer octets) {
    int length = line;
    for (int i = octets.position(); i < octets.limit(); i++) {
      if (octets.get(i) != '\n') {
        length++;
      } else if (length > Folding.MAX_LINE + 1) { // its CR counted
        tooLong = true;
        return;
      } else {
        length = 0;
      }
    }
    line = length;
    tooLong = length > 2 * Folding.MAX_LINE;
  }

  @Override
  public long size() {
    return to.size();
  }

  @Override
  public boolean inFile() {
    return to.inFile();
  }

  @Override
  public StagedBody complete() throws IOException {
    return new Body(to.complete(), tooLong || line > Folding.MAX_LINE);
  }

  @Override
  public void discard() {
    to.discard();
  }
}
