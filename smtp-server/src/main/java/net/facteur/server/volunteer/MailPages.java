package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.VolunteerTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.Destination;
import net.facteur.queue.Fact;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Attempt;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.queue.RecipientState;
import net.facteur.queue.Refusal;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.QueueRequests;
import net.facteur.server.admin.QueueSelection;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.admin.ServerControl.Action;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.routing.NextHop;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// Where a message is, and what can be done with it while it waits. Neither subject nor text is
/// shown. Whoever looks at a message stands in the journal.
///
/// @param queue looked into
/// @param door acts on it, as commands do
/// @param ways next hops that the settings name, by what they are called there
record MailPages(
    SignedPages pages,
    QueueInspector queue,
    ServerControl.QueueControl door,
    Map<String, String> ways,
    InstantSource clock) {
  static final String MAIL = "/server/mail";
  private static final String MESSAGE = "/server/message/";
  private static final String BOUNCE = "/server/bounce/";
  private static final String MOVE = "/server/move/";
  private static final String ACT = "/server/queue";

  private static final int MOST = 40;
  private static final int MOST_RECIPIENTS = 15;
  private static final int MOST_ATTEMPTS = 3;
  private static final int MOST_FACTS = 15;

  /// Spans that can be chosen, in hours; 0 is all that is known.
  private static final List<Integer> SPANS = List.of(0, 1, 24, 168);

  /// What can be done here.
  private static final Map<Action, Deed.Kind> ACTIONS =
      Map.of(
          Action.RETRY, Deed.Kind.QUEUE_RETRIED,
          Action.HOLD, Deed.Kind.QUEUE_HELD,
          Action.RELEASE, Deed.Kind.QUEUE_RELEASED,
          Action.BOUNCE, Deed.Kind.QUEUE_BOUNCED,
          Action.MOVE, Deed.Kind.QUEUE_MOVED);

  List<Route> routes() {
    return List.of(
        pages.get(MAIL, Who.ADMINISTRATOR, this::mail),
        pages.get(MESSAGE + "{id}", Who.ADMINISTRATOR, this::message),
        pages.get(BOUNCE + "{id}", Who.ADMINISTRATOR, MailPages::bounce),
        pages.get(MOVE + "{id}", Who.ADMINISTRATOR, this::move),
        pages.post(ACT, Who.ADMINISTRATOR, this::act));
  }

  // ---- search

  private Response mail(Signed signed) {
    String typed = signed.request().query("q").orElse("").strip();
    String wanted =
        typed.startsWith("<") && typed.endsWith(">") && typed.length() > 1
            ? typed.substring(1, typed.length() - 1)
            : typed;
    if (QueueId.isQueueId(wanted) && queue.show(new QueueId(wanted)).isPresent()) {
      return Response.seeOther(MESSAGE + wanted);
    }
    int hours =
        SPANS.stream()
            .filter(one -> signed.request().query("within").filter(("" + one)::equals).isPresent())
            .findFirst()
            .orElse(0);
    Instant since = hours == 0 ? Instant.EPOCH : clock.instant().minus(Duration.ofHours(hours));
    var content = new ArrayList<Html>();
    content.add(signed.paragraph(SAY.mailIs()));
    content.add(search(signed, typed, hours));
    content.add(
        element(
            "p",
            Shown.link(
                DestinationPages.DESTINATIONS, signed.say(PeopleTexts.SAY.destinationsTitle()))));
    if (wanted.isEmpty()) {
      waiting(signed, since, content);
    } else {
      found(signed, wanted, since, content);
    }
    return signed.show(SAY.mailTitle(), content);
  }

  private static Html search(Signed signed, String typed, int hours) {
    return element(
            "form",
            element(
                    "div",
                    element("label", signed.say(SAY.mailSearch())).with("for", "field-q"),
                    Form.input("q", "search", "off")
                        .with("value", Shown.cleaned(typed))
                        .with("maxlength", "320"))
                .with("class", "field"),
            element(
                    "div",
                    element("label", signed.say(SAY.within())).with("for", "field-within"),
                    element(
                            "select",
                            SPANS.stream()
                                .map(
                                    span -> {
                                      Html.Element one =
                                          element("option", signed.say(span(span)))
                                              .with("value", "" + span);
                                      return span == hours ? one.with("selected", "") : one;
                                    })
                                .toList())
                        .with("id", "field-within")
                        .with("name", "within"))
                .with("class", "field"),
            element("button", signed.say(SAY.search())).with("type", "submit"))
        .with("method", "get")
        .with("action", MAIL);
  }

  private static Text span(int hours) {
    return switch (hours) {
      case 1 -> SAY.withinHour();
      case 24 -> SAY.withinDay();
      case 168 -> SAY.withinWeek();
      default -> SAY.withinAll();
    };
  }

  private void waiting(Signed signed, Instant since, List<Html> content) {
    content.add(signed.heading(SAY.waitingTitle()));
    List<Listed> listed =
        queue.list(
            new QueueFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(since)),
            MOST);
    if (listed.isEmpty()) {
      content.add(signed.paragraph(SAY.nothingWaits()));
      return;
    }
    content.add(
        Shown.table(
            signed,
            List.of(SAY.messageColumn(), SAY.timeColumn(), SAY.fromColumn(), SAY.toColumn()),
            listed.stream()
                .map(
                    one ->
                        List.of(
                            message(one.id()),
                            words(SecurityPages.time(one.received())),
                            Shown.stranger("<" + one.reversePath() + ">"),
                            Shown.stranger("<" + one.address() + ">")))
                .toList()));
  }

  private void found(Signed signed, String wanted, Instant since, List<Html> content) {
    content.add(signed.heading(SAY.foundTitle()));
    var rows = new ArrayList<List<Html>>();
    for (QueueId id : queue.find(wanted, MOST)) {
      queue
          .show(id)
          .filter(one -> !one.received().isBefore(since))
          .ifPresent(
              one ->
                  rows.add(
                      List.of(
                          message(id),
                          words(SecurityPages.time(one.received())),
                          signed.say(
                              one.finished().isPresent() ? SAY.leftQueue() : SAY.stillQueued()))));
    }
    for (Refusal one : queue.refusals(wanted, MOST)) {
      if (!one.at().isBefore(since)) {
        rows.add(
            List.of(
                signed.say(SAY.refused()),
                words(SecurityPages.time(one.at())),
                Shown.stranger(
                    "<" + one.reversePath() + "> " + one.origin() + ": " + one.reply())));
      }
    }
    content.add(
        rows.isEmpty()
            ? signed.paragraph(SAY.nothingFound())
            : Shown.table(
                signed,
                List.of(SAY.messageColumn(), SAY.timeColumn(), SAY.stateColumn()),
                rows.subList(0, Math.min(rows.size(), MOST))));
  }

  private static Html message(QueueId id) {
    return Shown.link(MESSAGE + id.text(), words(id.text()));
  }

  // ---- one message

  private Response message(Signed signed) {
    String id = signed.request().variable("id");
    Optional<QueueInspector.Shown> found =
        QueueId.isQueueId(id) ? queue.show(new QueueId(id)) : Optional.empty();
    if (found.isEmpty()) {
      return gone(signed);
    }
    QueueInspector.Shown shown = found.get();
    signed.done(Deed.Kind.MAIL_SEEN, id);
    var content = new ArrayList<Html>();
    content.add(
        signed.paragraph(
            SAY.messageFacts(
                SecurityPages.time(shown.received()),
                shown.size(),
                Shown.cleaned(shown.origin()))));
    shown
        .messageId()
        .ifPresent(its -> content.add(element("p", Shown.stranger("Message-ID <" + its + ">"))));
    var facts = new ArrayList<Html>();
    for (Fact fact : shown.facts().stream().limit(MOST_FACTS).toList()) {
      facts.add(element("li", Shown.stranger(fact.what() + ": " + fact.detail())));
    }
    shown.journal().stream()
        .limit(MOST_FACTS)
        .forEach(
            entry ->
                facts.add(
                    element(
                        "li",
                        signed.say(
                            SAY.operator(
                                SecurityPages.time(entry.at()),
                                Shown.cleaned(entry.what()),
                                Shown.cleaned(entry.detail()))))));
    if (!facts.isEmpty()) {
      content.add(element("ul", facts));
    }
    shown.recipients().stream()
        .limit(MOST_RECIPIENTS)
        .forEach(one -> content.add(recipient(signed, one)));
    if (shown.recipients().size() > MOST_RECIPIENTS) {
      content.add(
          signed.paragraph(SAY.moreRecipients(shown.recipients().size() - MOST_RECIPIENTS, id)));
    }
    shown
        .finished()
        .ifPresent(at -> content.add(signed.paragraph(SAY.left(SecurityPages.time(at)))));
    if (shown.finished().isEmpty()) {
      content.add(signed.heading(SAY.doSomething()));
      content.add(button(signed, id, Action.RETRY, SAY.retry()));
      content.add(button(signed, id, Action.HOLD, SAY.hold()));
      content.add(button(signed, id, Action.RELEASE, SAY.letGo()));
      content.add(element("p", Shown.link(MOVE + id, signed.say(PeopleTexts.SAY.move()))));
      content.add(element("p", Shown.link(BOUNCE + id, signed.say(SAY.bounce()))));
    }
    return signed.show(SAY.messageTitle(id), content);
  }

  private static Html button(Signed signed, String id, Action action, Text label) {
    return form(signed, id, action).button(label, "quiet");
  }

  private static Form form(Signed signed, String id, Action action) {
    return signed
        .form(ACT)
        .hidden("id", id)
        .hidden("action", action.name().toLowerCase(Locale.ROOT));
  }

  private static Html recipient(Signed signed, ShownRecipient one) {
    var card = new ArrayList<Html>();
    card.add(
        element(
            "h2",
            signed.say(
                SAY.recipient(
                    "<" + Shown.cleaned(one.reversePath()) + ">",
                    "<" + Shown.cleaned(one.address()) + ">",
                    state(one.state())))));
    card.add(
        signed.paragraph(SAY.destination(Shown.cleaned(one.destination().text()), one.attempts())));
    List<Attempt> history = one.history();
    var list = new ArrayList<Html>();
    for (Attempt attempt :
        history.subList(Math.max(0, history.size() - MOST_ATTEMPTS), history.size())) {
      list.add(
          element(
              "li",
              words(SecurityPages.time(attempt.at()) + " "),
              signed.say(outcome(attempt.outcome())),
              attempt
                  .remote()
                  .map(
                      host ->
                          Shown.stranger(
                              ", " + host.name() + " [" + host.address() + "], " + host.tls()))
                  .orElseGet(() -> words("")),
              element("br"),
              Shown.stranger(attempt.status() + " " + attempt.reply())));
    }
    if (list.isEmpty()) {
      one.last().ifPresent(last -> list.add(element("li", Shown.stranger(last))));
    }
    if (!list.isEmpty()) {
      card.add(element("ul", list));
    }
    if (one.state() == RecipientState.QUEUED) {
      card.add(signed.paragraph(SAY.nextAttempt(SecurityPages.time(one.nextAttempt()))));
    }
    return element("div", card).with("class", "card");
  }

  private static Text state(RecipientState state) {
    return switch (state) {
      case QUEUED -> SAY.stateQueued();
      case HELD -> SAY.stateHeld();
      case DELIVERED -> SAY.stateDelivered();
      case FAILED -> SAY.stateFailed();
      case EXPIRED -> SAY.stateExpired();
      case BOUNCED -> SAY.stateBounced();
      case REMOVED -> SAY.stateRemoved();
      case DAMAGED -> SAY.stateDamaged();
    };
  }

  private static Text outcome(String word) {
    return switch (word) {
      case "delivered" -> SAY.stateDelivered();
      case "deferred" -> SAY.stateDeferred();
      case "failed" -> SAY.stateFailed();
      default -> Text.of(Shown.cleaned(word));
    };
  }

  private static Response gone(Signed signed) {
    return signed
        .show(
            SAY.mailTitle(),
            List.of(
                signed.note("warn", SAY.noSuchMessage()),
                element("p", Shown.link(MAIL, signed.say(SAY.back())))))
        .with(Status.NOT_FOUND);
  }

  // ---- deeds

  private static Response bounce(Signed signed) {
    String id = signed.request().variable("id");
    return QueueId.isQueueId(id)
        ? Shown.ask(
            signed,
            SAY.messageTitle(id),
            SAY.bounceSure(),
            form(signed, id, Action.BOUNCE).button(SAY.bounce(), "danger"),
            MESSAGE + id)
        : gone(signed);
  }

  private Response move(Signed signed) {
    String id = signed.request().variable("id");
    return QueueId.isQueueId(id) && queue.show(new QueueId(id)).isPresent()
        ? move(signed, id, Optional.empty())
        : gone(signed);
  }

  /// Where to: a way that the settings name, or a host that is typed.
  private Response move(Signed signed, String id, Optional<Text> problem) {
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    content.add(signed.paragraph(PeopleTexts.SAY.moveIs()));
    Form form = form(signed, id, Action.MOVE);
    if (!ways.isEmpty()) {
      var options = new ArrayList<Form.Option>();
      options.add(new Form.Option("", "-", true));
      ways.forEach(
          (name, hop) -> options.add(new Form.Option(hop, name + " (" + hop + ")", false)));
      form = form.select("way", PeopleTexts.SAY.moveWay(), options);
    }
    content.add(
        form.field(
                PeopleTexts.SAY.moveHost(),
                Form.input("host", "text", "off")
                    .with("maxlength", "1024")
                    .with("value", Shown.cleaned(signed.field("host").orElse(""))))
            .button(PeopleTexts.SAY.move()));
    content.add(element("p", Shown.link(MESSAGE + id, signed.say(SAY.back()))));
    return signed.show(SAY.messageTitle(id), content);
  }

  /// The next hop that was asked for; a host alone is a smarthost.
  private static String hop(Signed signed) {
    String typed = signed.field("host").orElse("").strip();
    if (typed.isEmpty()) {
      return signed.field("way").orElse("");
    }
    return NextHop.parse(new Destination(typed)).toOptional().isPresent()
        ? typed
        : NextHop.SMARTHOST + typed;
  }

  private Response act(Signed signed) {
    String id = signed.field("id").orElse("");
    Optional<Action> action =
        signed
            .field("action")
            .flatMap(
                word ->
                    ACTIONS.keySet().stream()
                        .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(word))
                        .findFirst());
    if (action.isEmpty() || !QueueId.isQueueId(id)) {
      return gone(signed).with(Status.BAD_REQUEST);
    }
    boolean moves = action.get() == Action.MOVE;
    String hop = moves ? hop(signed) : "";
    Optional<Text> nowhere = moves ? QueueRequests.whyNoNextHop(hop) : Optional.empty();
    if (nowhere.isPresent()) {
      return move(
              signed, id, Optional.of(Text.of(Shown.cleaned(nowhere.get().in(signed.language())))))
          .with(Status.BAD_REQUEST);
    }
    Optional<Text> problem =
        door.act(new ControlRequest.QueueAct(action.get(), QueueSelection.of(id), hop), _ -> {});
    if (problem.isPresent()) {
      return gone(signed).with(Status.CONFLICT);
    }
    Deed.Kind kind = ACTIONS.get(action.get());
    if (kind != null) {
      signed.done(kind, moves ? id + " -> " + hop : id);
    }
    return Response.seeOther(MESSAGE + id);
  }
}
