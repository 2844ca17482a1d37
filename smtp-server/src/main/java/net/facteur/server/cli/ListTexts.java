package net.facteur.server.cli;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of mailing lists.
interface ListTexts {
  ListTexts SAY = Texts.of(ListTexts.class);

  Text listAdded(String list);

  Text listNext(String list);

  Text listMisnamed(String text);

  Text listTypeName(int most);

  Text listTaken(String address);

  Text listTakeOther();

  Text listHasAddress(String address);

  Text listThere(String list);

  Text listToSet(String list);

  Text listNone(String list);

  Text listSeeAll();

  Text listTooMany(int most);

  Text listRemoveSome();

  Text listNoKind(String kind);

  Text listTypeKind(String kinds);

  Text listNoArchive(String archive);

  Text listTypeArchive();

  Text listNoSize(String size);

  Text listTypeSize();

  Text listNoLanguage(String language);

  Text listTypeLanguage(String codes);

  Text listLongText(String option, int most);

  Text listTypeShorter();

  Text listNothingToSet();

  Text listSeeSettable();

  Text listChanged(String list);

  Text listRemoved(String list);

  Text listHasMembers(String list, int count);

  Text listRemoveYes(String list);

  Text listUnreadable();

  Text listColumns();

  Text listListNone();

  Text listMemberAdded(String member, String list);

  Text listMemberThere(String member, String list);

  Text listMemberRemoved(String member, String list);

  Text listMemberNone(String member, String list);

  Text listSeeMembers(String list);

  Text listMemberPaused(String member, String list);

  Text listMemberResumed(String member, String list);

  Text listMemberColumns();

  Text listMembersNone(String list);

  Text listMemberActive();

  Text listPausedBounces(String since);

  Text listPausedMember(String since);

  Text listPausedOwner(String since);

  Text listShowAddress(String list);

  Text listShowName(String name);

  Text listShowDescription(String text);

  Text listShowKind(String word, Text what);

  Text listKindOpen();

  Text listKindModerated();

  Text listKindMembers();

  Text listKindMembersModerated();

  Text listKindAnnouncements();

  Text listShowMembers(int members, int paused);

  Text listShowOwners(String people);

  Text listShowModerators(String people);

  Text listShowPosters(String people);

  Text listShowTag(String tag);

  Text listShowFooter(int count);

  Text listShowArchive(Text what);

  Text listArchiveNone();

  Text listArchiveEver();

  Text listArchiveDays(long count);

  Text listShowSize(String size);

  Text listShowAttachmentsKept();

  Text listShowAttachmentsRefused();

  Text listShowLanguage(String language);

  Text listShowFile(Path file);
}
