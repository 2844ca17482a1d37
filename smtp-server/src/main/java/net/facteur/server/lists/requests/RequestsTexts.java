package net.facteur.server.lists.requests;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What a list writes to people who join, leave, or ask how.
interface RequestsTexts {
  RequestsTexts SAY = Texts.of(RequestsTexts.class);

  Text confirmSubject(String list);

  Text confirm(String name, String list, String address);

  Text answerByMailOrLink();

  Text answerByMail();

  Text confirmElse(long count);

  Text confirmPage(String address, String list);

  Text noList();

  Text onceOnly();

  Text welcomeSubject(String list);

  Text welcome(String name, String address);

  Text welcomePost(String list);

  Text welcomeLeave(String address);

  Text welcomePeople(String address);

  Text joined(String address, String list);

  Text full(String list);

  Text noOwner(String list);

  Text waits(String address, String list);

  Text admitSubject(String list, String address);

  Text admit(String name, String person);

  Text admitAnswer();

  Text admitPageHere();

  Text admitElse(long count);

  Text admitPage(String person, String list);

  Text toldNo(String address);

  Text discarded(String address);

  Text refusedSubject(String list);

  Text refused(String name);

  Text because(String reason);

  Text refusedAsk(String address);

  Text leftSubject(String list);

  Text left(String address, String name);

  Text leftAgain(String address);

  Text notMemberSubject(String list);

  Text notMember(String address, String name);

  Text notMemberHow();

  Text thereSubject(String list);

  Text there(String address, String name);

  Text helpSubject(String list);

  Text help(String name);

  Text helpJoin(String address);

  Text helpLeave(String address);

  Text helpPeople(String address);

  Text helpUnclear();
}
