package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.VolunteerTexts.SAY;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.facteur.server.journal.Deed;
import net.facteur.server.journal.Journal;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;

/// Who did what, by a page or a command, the newest first.
record JournalPage(SignedPages pages, Journal journal) {
  static final String JOURNAL = "/server/journal";
  private static final int MOST = 100;

  List<Route> routes() {
    return List.of(pages.get(JOURNAL, Who.ADMINISTRATOR, this::show));
  }

  private Response show(Signed signed) throws IOException {
    String typed = signed.request().query("q").orElse("").strip();
    String wanted = typed.toLowerCase(Locale.ROOT);
    List<Deed> deeds =
        journal.newest(Instant.EPOCH, deed -> wanted.isEmpty() || has(deed, wanted), MOST);
    var content = new ArrayList<Html>();
    content.add(signed.paragraph(SAY.journalIs()));
    content.add(Shown.search(signed, JOURNAL, SAY.journalSearch(), typed));
    if (deeds.isEmpty()) {
      content.add(signed.paragraph(SAY.journalNone()));
    } else {
      content.add(
          Shown.table(
              signed,
              List.of(SAY.timeColumn(), SAY.whoColumn(), SAY.whereColumn(), SAY.whatColumn()),
              deeds.reversed().stream()
                  .map(
                      deed ->
                          List.of(
                              words(SecurityPages.time(deed.at())),
                              Shown.stranger(deed.by()),
                              Shown.stranger(deed.from()),
                              Shown.stranger(deed.text().in(signed.language()))))
                  .toList()));
    }
    return signed.show(SAY.journalTitle(), content);
  }

  private static boolean has(Deed deed, String wanted) {
    return deed.by().toLowerCase(Locale.ROOT).contains(wanted)
        || deed.on().toLowerCase(Locale.ROOT).contains(wanted)
        || deed.from().contains(wanted);
  }
}
