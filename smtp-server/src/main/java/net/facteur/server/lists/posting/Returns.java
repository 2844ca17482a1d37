package net.facteur.server.lists.posting;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MessageContent;
import net.facteur.server.accounts.UserName;
import net.facteur.server.bounces.BounceReader;
import net.facteur.server.bounces.DeliveryReport;
import net.facteur.server.lists.ListAddress;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.mime.Entity;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Mail to members that came back. Each day on which some does is a point; a member with enough of
/// them is paused, asked by a probe each week, and removed when the last probe came back as well. A
/// probe that does not come back ends the pause.
public final class Returns {
  /// Points with which a member is paused.
  public static final int PAUSED_AT = 5;

  /// Days without a return after which the points count no longer.
  public static final int FORGOTTEN_AFTER = 7;

  /// Probes that a member gets before he is removed.
  public static final int PROBES = 3;

  /// How long after a probe it is looked whether it came back.
  public static final Duration PROBE_TIME = Duration.ofDays(7);

  private static final int MAX_BODY = 1 << 20;
  private static final Logger LOG = LogManager.getLogger(Returns.class);

  private final Lists lists;
  private final MemberTags tags;
  private final BounceScores scores;
  private final InstantSource clock;

  public Returns(Lists lists, MemberTags tags, BounceScores scores, InstantSource clock) {
    this.lists = lists;
    this.tags = tags;
    this.scores = scores;
    this.clock = clock;
  }

  /// Sends a probe.
  @FunctionalInterface
  public interface Probes {
    /// @return false where it cannot be sent now
    boolean send(ListContent list, Member member);
  }

  /// Reads what came to the address for reports. Whatever it is, nobody is answered.
  void read(ListAddress address, MessageContent content) throws IOException {
    Optional<ListContent> list = lists.list(address.list());
    if (list.isEmpty()) {
      return;
    }
    byte[] body;
    try (InputStream in = content.openBody()) {
      body = in.readNBytes(MAX_BODY);
    }
    List<DeliveryReport.Reported> failed =
        BounceReader.read(Entity.of(MessageHeader.parse(content.header()), body))
            .map(DeliveryReport::failed)
            .orElse(List.of());
    if (failed.isEmpty()) {
      LOG.info("list={} to=<{}> result=no-failure", address.list(), address.tag());
      return;
    }
    for (Member member : whose(list.get(), address.tag(), failed, body)) {
      returned(address.list(), member);
    }
  }

  /// By the tag, which only mail to that member had; or else by the addresses that the report
  /// names, as far as it brings a tag of theirs back. Anybody can write a report, and members are
  /// not to be taken off a list by strangers.
  private List<Member> whose(
      ListContent list, String tag, List<DeliveryReport.Reported> failed, byte[] body) {
    if (!tag.isEmpty()) {
      return tags.returned(list, tag).stream().toList();
    }
    UserName name = list.list().address();
    // A line that quoted-printable broke is one line.
    String whole = new String(body, StandardCharsets.ISO_8859_1).replace("=\r\n", "");
    var members = new ArrayList<Member>();
    for (DeliveryReport.Reported reported : failed) {
      Stream.concat(Stream.of(reported.address()), reported.others().stream())
          .flatMap(text -> Member.address(text).stream())
          .flatMap(its -> list.member(its).stream())
          .findFirst()
          .filter(
              member ->
                  whole.contains(tags.returnTag(name, member))
                      || whole.contains(tags.leaveTag(name, member)))
          .ifPresent(members::add);
    }
    return members;
  }

  private void returned(UserName list, Member member) throws IOException {
    Instant now = clock.instant();
    var key = new BounceScores.Key(list.text(), member.key());
    BounceScores.Score score = scores.change(key, before -> before.returned(now, FORGOTTEN_AFTER));
    LOG.info("list={} member=<{}> returned points={}", list, member.address(), score.points());
    if (score.points() >= PAUSED_AT && member.isActive()) {
      var outcome =
          lists.changeMember(
              list,
              member.address(),
              m ->
                  m.isActive() ? m.withState(new Member.State.Paused(Member.Why.BOUNCES, now)) : m);
      LOG.warn("list={} member=<{}> paused result={}", list, member.address(), outcome);
    }
  }

  /// Goes on with members who are paused for what came back.
  public void advance(Probes probes) throws IOException {
    for (ListContent list : lists.lists()) {
      for (Member member : list.all()) {
        if (member.state() instanceof Member.State.Paused(Member.Why why, Instant _)
            && why == Member.Why.BOUNCES) {
          advance(list, member, probes);
        }
      }
    }
  }

  private void advance(ListContent list, Member member, Probes probes) throws IOException {
    UserName name = list.list().address();
    Instant now = clock.instant();
    var key = new BounceScores.Key(name.text(), member.key());
    BounceScores.Score score = scores.of(key);
    if (score.probed().filter(at -> now.isBefore(at.plus(PROBE_TIME))).isPresent()) {
      return;
    }
    if (score.probed().isPresent() && !score.probeReturned()) {
      var outcome =
          lists.changeMember(name, member.address(), m -> m.withState(new Member.State.Active()));
      scores.forget(key);
      LOG.info("list={} member=<{}> resumed result={}", name, member.address(), outcome);
    } else if (score.probes() >= PROBES) {
      var outcome = lists.removeMember(name, member.address());
      scores.forget(key);
      LOG.warn("list={} member=<{}> removed result={}", name, member.address(), outcome);
    } else if (probes.send(list, member)) {
      var after = scores.change(key, before -> before.withProbe(now));
      LOG.info("list={} member=<{}> probe={}", name, member.address(), after.probes());
    }
  }
}
