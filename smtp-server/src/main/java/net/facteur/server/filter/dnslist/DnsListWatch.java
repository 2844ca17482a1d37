package net.facteur.server.filter.dnslist;

import static net.facteur.server.filter.dnslist.DnsListTexts.SAY;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import net.facteur.auth.dnslist.DnsList;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.upkeep.Upkeep;

/// Looks at the test points of the lists, and tells the postmaster of those that do not work, of
/// each once a day.
public record DnsListWatch(
    List<DnsList> lists, ListStandings standings, Notices notices, InstantSource clock)
    implements Upkeep.Chore {
  public DnsListWatch {
    lists = List.copyOf(lists);
  }

  @Override
  public String name() {
    return "lists in the DNS";
  }

  @Override
  public String stamp() {
    return "";
  }

  @Override
  public void advance() {
    List<Text> troubles = standings.troubles(lists);
    if (!troubles.isEmpty()) {
      notices.tell(
          new Notices.Notice(
              SAY.subject(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)),
              Text.paragraphs(SAY.happened(), Text.lines(troubles), SAY.countForNothing())));
    }
  }
}
