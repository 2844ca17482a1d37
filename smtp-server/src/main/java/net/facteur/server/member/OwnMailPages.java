package net.facteur.server.member;

import static net.facteur.server.member.MemberTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Own;
import net.facteur.queue.QueueInspector.OwnMessage;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.quarantine.KeptMessage;
import net.facteur.server.quarantine.KeptRecipient;
import net.facteur.server.quarantine.QuarantineStore;
import net.facteur.server.quarantine.Releases;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.text.StrangerText;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Where the mail of a user is: what he sent and what came for him in the last days, and what lies
/// in quarantine for him. Nobody sees the mail of somebody else: of a message to several, a user
/// sees what became of his own copy, or of all that he sent.
public record OwnMailPages(
    SignedPages pages,
    QueueInspector queue,
    QuarantineStore quarantine,
    Releases releases,
    InstantSource clock) {
  static final String MAIL = "/me/mail";
  static final String DATA = "/me/data";
  private static final String RELEASE = "/me/quarantine/release";
  private static final String DROP = "/me/quarantine/drop";

  private static final Duration DAYS = Duration.ofDays(7);
  private static final int MOST = 50;

  /// Messages of all people that are looked at for one page.
  private static final int MOST_LOOKED = 50_000;

  private static final int LONGEST = 300;

  /// What serves them.
  public List<Route> routes() {
    return List.of(
        pages.get(MAIL, Who.MEMBER, this::mail),
        pages.post(RELEASE, Who.MEMBER, signed -> act(signed, true)),
        pages.post(DROP, Who.MEMBER, signed -> act(signed, false)),
        pages.get(DATA, Who.MEMBER, SecurityPages.fresh(this::data)));
  }

  private Response mail(Signed signed) throws IOException {
    var content = new ArrayList<Html>();
    content.add(signed.heading(SAY.quarantineTitle()));
    List<KeptMessage> kept = kept(signed);
    if (kept.isEmpty()) {
      content.add(signed.paragraph(SAY.quarantineEmpty()));
    }
    for (KeptMessage message : kept) {
      content.add(quarantined(signed, message));
    }
    Own own = queue.own(signed.user().text(), clock.instant().minus(DAYS), MOST_LOOKED, MOST);
    content.add(signed.heading(SAY.sentTitle()));
    own.sent().forEach(one -> content.add(message(signed, one)));
    if (own.sent().isEmpty()) {
      content.add(signed.paragraph(SAY.nothingSent()));
    }
    content.add(signed.heading(SAY.cameTitle()));
    boolean came = false;
    for (OwnMessage one : own.came()) {
      List<ShownRecipient> his =
          one.recipients().stream().filter(r -> isOwn(r.address(), signed)).toList();
      if (!his.isEmpty()) {
        came = true;
        // Why it was kept back is its sender's business.
        var copy = new OwnMessage(one.id(), one.received(), Optional.empty(), his);
        content.add(message(signed, copy));
      }
    }
    if (!came) {
      content.add(signed.paragraph(SAY.nothingCame()));
    }
    own.until()
        .ifPresent(at -> content.add(signed.note("warn", SAY.mailSince(SecurityPages.time(at)))));
    return signed.show(SAY.mailTitle(), content);
  }

  private static Html message(Signed signed, OwnMessage its) {
    var card = new ArrayList<Html>();
    card.add(element("h3", words(SecurityPages.time(its.received()))));
    card.add(
        signed.paragraph(
            SAY.messageFrom(
                its.recipients().stream()
                    .findFirst()
                    .map(one -> one.reversePath().isEmpty() ? "<>" : cleaned(one.reversePath()))
                    .orElse("<>"),
                its.id().text())));
    its.reason().ifPresent(why -> card.add(signed.note("warn", SAY.heldFor(cleaned(why)))));
    var list = new ArrayList<Html>();
    for (ShownRecipient one : its.recipients()) {
      list.add(element("li", signed.say(story(one))));
    }
    card.add(element("ul", list));
    return element("div", card).with("class", "card");
  }

  /// What became of one copy, in a sentence.
  private static Text story(ShownRecipient one) {
    String to = cleaned(one.address());
    String last = one.last().map(OwnMailPages::cleaned).orElse("-");
    String at = one.history().isEmpty() ? "-" : SecurityPages.time(one.history().getLast().at());
    return switch (one.state()) {
      case DELIVERED -> SAY.storyDelivered(to, at);
      case QUEUED ->
          one.history().isEmpty()
              ? SAY.storyWaits(to)
              : SAY.storyDeferred(to, at, last, SecurityPages.time(one.nextAttempt()));
      case HELD -> SAY.storyHeld(to);
      case DAMAGED -> SAY.storyDamaged(to);
      case FAILED -> SAY.storyFailed(to, at, last);
      case EXPIRED -> SAY.storyExpired(to, last);
      case BOUNCED -> SAY.storyBounced(to);
      case REMOVED -> SAY.storyRemoved(to);
    };
  }

  private static String cleaned(String text) {
    String cleaned = StrangerText.of(text).onTerminal();
    return cleaned.length() > LONGEST ? cleaned.substring(0, LONGEST) + "…" : cleaned;
  }

  // ---- quarantine

  private List<KeptMessage> kept(Signed signed) throws IOException {
    var kept = new ArrayList<KeptMessage>();
    quarantine.each(
        message -> {
          if (kept.size() < MOST
              && message.inbound()
              && message.recipients().stream()
                  .anyMatch(one -> isOwn(one, signed) && one.fate().open())) {
            kept.add(message);
          }
        });
    return kept;
  }

  private static boolean isOwn(KeptRecipient one, Signed signed) {
    return isOwn(one.address().text(), signed);
  }

  private static boolean isOwn(String address, Signed signed) {
    return address.equalsIgnoreCase(signed.user().text());
  }

  private static Html quarantined(Signed signed, KeptMessage message) {
    var card = new ArrayList<Html>();
    card.add(element("h3", words(cleaned(message.glance().subject()))));
    card.add(
        signed.paragraph(
            SAY.quarantined(
                cleaned(message.glance().from()), SecurityPages.time(message.received()))));
    card.add(signed.paragraph(SAY.quarantinedFor(cleaned(message.handling().reason()))));
    card.add(signed.form(RELEASE).hidden("id", message.id().text()).button(SAY.release()));
    card.add(signed.form(DROP).hidden("id", message.id().text()).button(SAY.drop(), "danger"));
    return element("div", card).with("class", "card");
  }

  private Response act(Signed signed, boolean release) throws IOException {
    String id = signed.field("id").orElse("");
    if (!QueueId.isQueueId(id)) {
      return Response.seeOther(MAIL);
    }
    var wish =
        new Releases.Wish(
            new QueueId(id), one -> isOwn(one, signed), signed.user().text(), false, false);
    Releases.Outcome outcome =
        release ? releases.release(wish) : Releases.drop(quarantine, wish, clock.instant());
    Optional<Text> problem =
        switch (outcome) {
          case Releases.Outcome.Released _, Releases.Outcome.Noted _ -> {
            signed.done(release ? Deed.Kind.MAIL_RELEASED : Deed.Kind.MAIL_DROPPED, id);
            yield Optional.empty();
          }
          case Releases.Outcome.Settled _, Releases.Outcome.Unknown _ ->
              Optional.of(SAY.nothingLeft());
          case Releases.Outcome.Harmful _ -> Optional.of(SAY.harmful());
          case Releases.Outcome.Failed _ -> Optional.of(SAY.notNow());
        };
    return problem.isEmpty()
        ? Response.seeOther(MAIL)
        : signed
            .show(
                SAY.mailTitle(),
                List.of(
                    signed.note("bad", problem.get()),
                    element("p", element("a", signed.say(SAY.back())).with("href", MAIL))))
            .with(Status.CONFLICT);
  }

  // ---- data

  /// What is kept about a user beside the mail itself, for programs and archives.
  private Response data(Signed signed) throws IOException {
    var data = new LinkedHashMap<String, Object>();
    data.put("user", signed.user().text());
    data.put("exported", clock.instant().toString());
    data.put("send-as", signed.visitor().user().sendAs());
    data.put(
        "app-passwords",
        signed.visitor().user().appPasswords().stream().map(AppPassword::name).toList());
    data.put(
        "passkeys",
        signed.door().proofs(signed.visitor().user()).passkeys().stream()
            .map(key -> Map.of("name", key.label(), "added", key.added().toString()))
            .toList());
    data.put(
        "browsers",
        signed.door().sessions().list(Optional.of(signed.user()), signed.door().life()).stream()
            .map(
                session ->
                    Map.of(
                        "since",
                        session.began().toString(),
                        "from",
                        session.address(),
                        "program",
                        session.program()))
            .toList());
    data.put(
        "sent",
        queue.sent(signed.user().text(), clock.instant().minus(DAYS), 10 * MOST).stream()
            .map(
                sent ->
                    Map.of(
                        "id",
                        sent.id().text(),
                        "at",
                        sent.received().toString(),
                        "recipients",
                        sent.recipients()))
            .toList());
    signed.done(Deed.Kind.DATA_EXPORTED, signed.user().text());
    String json =
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(data)
            + "\n";
    return new Response(
        Status.OK,
        "application/json; charset=utf-8",
        StrangerText.inJson(json),
        Map.of("content-disposition", "attachment; filename=\"account.json\""));
  }
}
