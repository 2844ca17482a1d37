package net.facteur.server.letter;

import static net.facteur.server.letter.LetterTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart.Said;
import net.facteur.server.notices.Notices.Notice;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Makes the letter of what the parts say.
///
/// @param host the name of this server
/// @param parts in the order of the letter
/// @param zone where the postmaster lives
public record Letter(String host, List<LetterPart> parts, ZoneId zone) {
  private static final Logger LOG = LogManager.getLogger(Letter.class);
  private static final Duration WEEK = Duration.ofDays(7);

  /// Paragraphs of one part: the letter is one page.
  private static final int MOST = 6;

  public Letter {
    parts = List.copyOf(parts);
  }

  /// The letter about the week before a moment. Blocks.
  public Notice at(Instant to) {
    Instant from = to.minus(WEEK);
    var news = new ArrayList<Said.News>();
    var calm = new ArrayList<Text>();
    for (LetterPart part : parts) {
      switch (said(part, from, to)) {
        case Said.Nothing() -> {}
        case Said.Calm(Text line) -> calm.add(line);
        case Said.News its -> news.add(its);
      }
    }
    return news.isEmpty() ? quiet() : full(from, to, news, calm);
  }

  private static Said said(LetterPart part, Instant from, Instant to) {
    try {
      return part.tell(from, to);
    } catch (IOException e) {
      LOG.warn("a part of the letter is missing: {}", e.toString());
      return new Said.News(SAY.unknownHeading(), List.of(SAY.unknown(FileTrouble.text(e))));
    }
  }

  private Notice quiet() {
    return new Notice(SAY.quietSubject(host), SAY.quiet(host));
  }

  private Notice full(Instant from, Instant to, List<Said.News> news, List<Text> calm) {
    var paragraphs = new ArrayList<Text>();
    paragraphs.add(SAY.greeting(host, day(from), day(to)));
    for (Said.News its : news) {
      paragraphs.add(heading(its.heading()));
      List<Text> items = its.items();
      items.stream().limit(MOST).map(Letter::item).forEach(paragraphs::add);
      if (items.size() > MOST) {
        paragraphs.add(item(SAY.more(items.size() - MOST)));
      }
    }
    if (!calm.isEmpty()) {
      paragraphs.add(heading(SAY.wellHeading()));
      paragraphs.add(Text.lines(calm.stream().map(Letter::item).toList()));
    }
    paragraphs.add(SAY.end());
    return new Notice(SAY.subject(host), Text.paragraphs(paragraphs));
  }

  private static Text heading(Text heading) {
    return Text.joined("", List.of(Text.of("== "), heading));
  }

  private static Text item(Text text) {
    return Text.joined("", List.of(Text.of("- "), text));
  }

  private LocalDate day(Instant at) {
    return at.atZone(zone).toLocalDate();
  }
}
