package net.facteur.server.lists.posting;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.MailingList;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.report.Postbox;
import net.facteur.server.smtp.EncodedWords;

/// Writes to a member whose mail came back. If this comes back as well, it does so to an address
/// that nobody else has.
///
/// @param postbox sends it, so that it is reported if it fails
public record ProbeMail(
    MemberTags tags, Postbox postbox, InstantSource clock, RandomGenerator random)
    implements Returns.Probes {
  @Override
  public boolean send(ListContent content, Member member) {
    MailingList list = content.list();
    String tag =
        tags.byReturn(content).entrySet().stream()
            .filter(entry -> entry.getValue().equals(member))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse("");
    if (tag.isEmpty()) {
      return false;
    }
    Language language = list.options().language();
    MailAddress owner = list.at(ListPart.OWNER);
    Instant now = clock.instant();
    var header =
        new MessageHeader(
            List.of(
                HeaderField.of(
                    "Date",
                    " "
                        + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            now.atOffset(ZoneOffset.UTC))),
                HeaderField.of("From", " <" + owner.text() + ">"),
                HeaderField.of("To", " <" + member.address().text() + ">"),
                HeaderField.of(
                    "Subject",
                    " "
                        + EncodedWords.of(
                            PostingTexts.SAY.probeSubject(list.address().text()).in(language))),
                HeaderField.of(
                    "Message-ID",
                    " <list." + QueueId.next(clock, random) + "@" + list.address().domain() + ">"),
                HeaderField.of("MIME-Version", " 1.0"),
                HeaderField.of("Content-Type", " text/plain; charset=utf-8"),
                HeaderField.of("Content-Transfer-Encoding", " 8bit"),
                // RFC 3834, 3.1: nobody is to answer by a program
                HeaderField.of("Auto-Submitted", " auto-generated"),
                HeaderField.of("List-Id", " <" + list.id() + ">")));
    Text text = PostingTexts.SAY.probeText(list.address().text(), owner.text());
    byte[] body = (text.in(language).replace("\n", "\r\n") + "\r\n").getBytes(UTF_8);
    return postbox.post(list.at(ListPart.BOUNCES, tag), member.address(), header.section(), body);
  }
}
