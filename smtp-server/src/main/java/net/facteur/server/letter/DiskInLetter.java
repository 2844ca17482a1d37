package net.facteur.server.letter;

import static net.facteur.server.letter.LetterTexts.SAY;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// Whether there is room on the disk.
///
/// @param data the directory that the server writes to
/// @param minimumFree octets, below which no mail is taken
public record DiskInLetter(Path data, long minimumFree) implements LetterPart {
  /// Full in weeks rather than in days, so that there is time to do something.
  private static final int TIMES = 4;

  @Override
  public Said tell(Instant from, Instant to) {
    long free = data.toFile().getUsableSpace();
    long mebibytes = free >> 20;
    return free < TIMES * minimumFree
        ? new Said.News(SAY.diskHeading(), List.of(SAY.diskLittle(mebibytes, data.toString())))
        : new Said.Calm(SAY.diskEnough(mebibytes));
  }
}
