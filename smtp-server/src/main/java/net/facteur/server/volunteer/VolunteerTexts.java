package net.facteur.server.volunteer;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the pages of whoever looks after the server say.
interface VolunteerTexts {
  VolunteerTexts SAY = Texts.of(VolunteerTexts.class);

  Text todayTitle();

  Text serverTitle();

  Text myAccount();

  Text back();

  Text search();

  Text select();

  Text flows(int waiting);

  Text slow(int waiting, String oldest);

  Text stuck(int waiting, String oldest);

  Text damaged(int count);

  Text allWell();

  Text toDo();

  Text partUnread(Text what);

  Text examination();

  Text examinedAt(String time);

  Text notExamined();

  Text examine();

  Text examining();

  Text examinedWell(int count);

  Text finding(String check, Text subject, Text meaning);

  Text good();

  Text warning();

  Text bad();

  Text reportsTitle();

  Text reportsAre(int days);

  Text reportsNone();

  Text dmarcHeading(String domain);

  Text tlsHeading(String domain);

  Text sources();

  Text sourceColumn();

  Text passedColumn();

  Text failedColumn();

  Text moreDomains(int count);

  Text journalTitle();

  Text journalIs();

  Text journalNone();

  Text journalSearch();

  Text timeColumn();

  Text whoColumn();

  Text whereColumn();

  Text whatColumn();
}
