package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.VolunteerTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Sent;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.limits.SendingWishes.Verb;
import net.facteur.server.quarantine.QuarantineWish;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// What is kept back: mail of accounts that sent too much, and messages in quarantine. Whoever
/// looks at a message in quarantine stands in the journal; its text is not shown.
public record ProtectionPages(SignedPages pages, Doors doors) {
  static final String PROTECTION = "/server/protection";
  private static final String ACCOUNT = "/server/account";
  static final String DROP_ACCOUNT = "/server/account/drop";
  private static final String KEPT = "/server/quarantine/";
  private static final String QUARANTINE = "/server/quarantine";
  private static final String DROP_KEPT = "/server/quarantine/drop/";

  private static final int MOST_HELD = 1000;
  private static final int MOST_ACCOUNTS = 30;
  private static final int MOST_KEPT = 40;

  /// What is behind them.
  ///
  /// @param queue knows what is held
  /// @param sending releases and drops it
  /// @param users who they are
  /// @param change locks one
  /// @param quarantine as commands ask it
  public record Doors(
      QueueInspector queue,
      ServerControl.SendingControl sending,
      Function<UserName, Optional<User>> users,
      UserDoor change,
      QuarantineDoor quarantine) {}

  List<Route> routes() {
    return List.of(
        pages.get(PROTECTION, Who.ADMINISTRATOR, this::overview),
        pages.post(ACCOUNT, Who.ADMINISTRATOR, this::account),
        pages.post(DROP_ACCOUNT, Who.ADMINISTRATOR, ProtectionPages::dropAccount),
        pages.get(KEPT + "{id}", Who.ADMINISTRATOR, this::kept),
        pages.get(DROP_KEPT + "{id}", Who.ADMINISTRATOR, ProtectionPages::dropKept),
        pages.post(QUARANTINE, Who.ADMINISTRATOR, this::quarantine));
  }

  private Response overview(Signed signed) throws IOException {
    var content = new ArrayList<Html>();
    content.add(signed.heading(SAY.heldTitle()));
    Map<String, List<Sent>> held = new TreeMap<>();
    for (Sent one : doors.queue().held(Optional.empty(), Optional.empty(), MOST_HELD)) {
      held.computeIfAbsent(one.account(), _ -> new ArrayList<>()).add(one);
    }
    if (held.isEmpty()) {
      content.add(signed.paragraph(SAY.nobodyHeld()));
    }
    held.entrySet().stream()
        .limit(MOST_ACCOUNTS)
        .forEach(each -> content.add(held(signed, each.getKey(), each.getValue())));
    content.add(signed.heading(SAY.quarantineTitle()));
    content.add(signed.paragraph(SAY.quarantineIs()));
    var rows = new ArrayList<List<Html>>();
    Optional<Text> problem =
        ask(
            signed,
            QuarantineWish.Verb.LIST,
            "",
            false,
            row -> {
              if (rows.size() < MOST_KEPT) {
                String id = String.valueOf(row.get("id"));
                rows.add(
                    List.of(
                        Shown.link(KEPT + id, words(id)),
                        Shown.stranger(String.valueOf(row.get("received"))),
                        Shown.stranger("<" + row.get("reverse-path") + ">"),
                        Shown.stranger(String.valueOf(row.get("reason")))));
              }
            });
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    content.add(
        rows.isEmpty()
            ? signed.paragraph(SAY.quarantineEmpty())
            : Shown.table(
                signed,
                List.of(
                    SAY.messageColumn(), SAY.timeColumn(), SAY.fromColumn(), SAY.reasonColumn()),
                rows));
    return signed.show(SAY.protectionTitle(), content);
  }

  // ---- held accounts

  private Html held(Signed signed, String account, List<Sent> messages) {
    var card = new ArrayList<Html>();
    card.add(element("h3", Shown.stranger(account)));
    card.add(
        signed.paragraph(
            SAY.heldIs(
                messages.size(),
                messages.stream().mapToInt(Sent::held).sum(),
                messages.getFirst().reason().map(Shown::cleaned).orElse("-"))));
    if (!SendingWishes.isAccount(account)) {
      return element("div", card).with("class", "card");
    }
    card.add(
        signed
            .form(ACCOUNT)
            .hidden("account", account)
            .hidden("verb", "release")
            .button(SAY.heldLetGo()));
    card.add(signed.form(DROP_ACCOUNT).hidden("account", account).button(SAY.heldDrop(), "quiet"));
    user(account)
        .filter(user -> !user.locked())
        .ifPresent(
            _ ->
                card.add(
                    signed
                        .form(ACCOUNT)
                        .hidden("account", account)
                        .hidden("verb", "lock")
                        .button(SAY.lock(), "quiet")));
    return element("div", card).with("class", "card");
  }

  /// Who an account belongs to; its devices stand behind a slash.
  private Optional<User> user(String account) {
    int slash = account.indexOf('/', Math.max(account.indexOf('@'), 0));
    return UserName.parse(slash < 0 ? account : account.substring(0, slash)).flatMap(doors.users());
  }

  private static Response dropAccount(Signed signed) {
    String account = signed.field("account").orElse("");
    return Shown.ask(
        signed,
        SAY.protectionTitle(),
        SAY.heldDropSure(Shown.cleaned(account)),
        signed
            .form(ACCOUNT)
            .hidden("account", account)
            .hidden("verb", "drop")
            .button(SAY.heldDrop(), "danger"),
        PROTECTION);
  }

  private Response account(Signed signed) throws IOException {
    String account = signed.field("account").orElse("");
    if (!SendingWishes.isAccount(account)) {
      return Response.seeOther(PROTECTION);
    }
    Optional<Text> problem =
        switch (signed.field("verb").orElse("")) {
          case "release" -> sending(signed, Verb.RELEASE, account, Deed.Kind.ACCOUNT_RELEASED);
          case "drop" -> sending(signed, Verb.DROP, account, Deed.Kind.ACCOUNT_DROPPED);
          case "lock" -> lock(signed, account);
          default -> Optional.of(SAY.nothingDone());
        };
    return answer(signed, problem);
  }

  private Optional<Text> sending(Signed signed, Verb verb, String account, Deed.Kind kind) {
    Optional<Text> problem = doors.sending().act(new SendingWishes.Wish(verb, account), _ -> {});
    if (problem.isEmpty()) {
      signed.done(kind, account);
    }
    return problem;
  }

  private Optional<Text> lock(Signed signed, String account) throws IOException {
    Optional<User> user = user(account);
    if (user.isEmpty()) {
      return Optional.of(SAY.nothingDone());
    }
    UserChange.Outcome outcome =
        doors.change().change(new UserChange.Replace(user.get(), user.get().withLock(true)));
    return switch (outcome) {
      case DONE -> {
        signed.done(Deed.Kind.ACCOUNT_LOCKED, user.get().name().text());
        yield Optional.empty();
      }
      case TAKEN, UNKNOWN, OVERTAKEN -> Optional.of(SAY.overtaken());
    };
  }

  private static Response answer(Signed signed, Optional<Text> problem) {
    return problem.isEmpty()
        ? Response.seeOther(PROTECTION)
        : signed
            .show(
                SAY.protectionTitle(),
                List.of(
                    element("div", element("p", Shown.said(signed, problem.get())))
                        .with("class", "note bad")
                        .with("role", "alert"),
                    element("p", Shown.link(PROTECTION, signed.say(SAY.back())))))
            .with(Status.CONFLICT);
  }

  // ---- quarantine

  private Optional<Text> ask(
      Signed signed,
      QuarantineWish.Verb verb,
      String id,
      boolean harmful,
      Consumer<Map<String, Object>> out)
      throws IOException {
    return doors
        .quarantine()
        .fulfil(
            new QuarantineWish(verb, id, List.of(), harmful, signed.user().text()),
            signed.language(),
            out);
  }

  private Response kept(Signed signed) throws IOException {
    String id = signed.request().variable("id");
    var found = new ArrayList<Map<String, Object>>();
    Optional<Text> problem =
        QueueId.isQueueId(id)
            ? ask(signed, QuarantineWish.Verb.SHOW, id, false, found::add)
            : Optional.of(SAY.nothingDone());
    if (problem.isPresent() || found.isEmpty()) {
      return answer(signed, Optional.of(problem.orElseGet(SAY::nothingDone)));
    }
    signed.done(Deed.Kind.MAIL_SEEN, id);
    Map<String, Object> message = found.getFirst();
    var facts = new ArrayList<Html>();
    fact(signed, facts, SAY.fromColumn(), message.getOrDefault("from", "-"));
    fact(signed, facts, SAY.envelopeFrom(), "<" + message.getOrDefault("reverse-path", "-") + ">");
    fact(signed, facts, SAY.subject(), message.getOrDefault("subject", "-"));
    fact(signed, facts, SAY.reasonColumn(), message.getOrDefault("reason", "-"));
    fact(signed, facts, SAY.cameFrom(), message.getOrDefault("origin", "-"));
    fact(signed, facts, SAY.keptUntil(), message.getOrDefault("until", "-"));
    if (message.getOrDefault("recipients", "-") instanceof List<?> recipients) {
      for (Object one : recipients.subList(0, Math.min(recipients.size(), MOST_KEPT))) {
        if (one instanceof Map<?, ?> its) {
          fact(signed, facts, SAY.toColumn(), its.get("to") + " (" + its.get("state") + ")");
        }
      }
    }
    var content = new ArrayList<Html>();
    content.add(element("dl", facts));
    Form release = signed.form(QUARANTINE).hidden("id", id).hidden("verb", "release");
    content.add(release.box("harmful", SAY.evenHarmful(), false).button(SAY.deliver()));
    content.add(element("p", Shown.link(DROP_KEPT + id, signed.say(SAY.drop()))));
    content.add(element("p", Shown.link(PROTECTION, signed.say(SAY.back()))));
    return signed.show(SAY.messageTitle(id), content);
  }

  private static void fact(Signed signed, List<Html> facts, Text name, Object value) {
    facts.add(element("dt", signed.say(name)));
    facts.add(element("dd", Shown.stranger(String.valueOf(value))));
  }

  private static Response dropKept(Signed signed) {
    String id = signed.request().variable("id");
    return QueueId.isQueueId(id)
        ? Shown.ask(
            signed,
            SAY.messageTitle(id),
            SAY.dropSure(),
            signed
                .form(QUARANTINE)
                .hidden("id", id)
                .hidden("verb", "drop")
                .button(SAY.drop(), "danger"),
            KEPT + id)
        : Response.seeOther(PROTECTION);
  }

  private Response quarantine(Signed signed) throws IOException {
    String id = signed.field("id").orElse("");
    boolean drop = signed.field("verb").filter("drop"::equals).isPresent();
    boolean release = signed.field("verb").filter("release"::equals).isPresent();
    if (!QueueId.isQueueId(id) || drop == release) {
      return Response.seeOther(PROTECTION);
    }
    Optional<Text> problem =
        ask(
            signed,
            drop ? QuarantineWish.Verb.DROP : QuarantineWish.Verb.RELEASE,
            id,
            signed.field("harmful").isPresent(),
            _ -> {});
    if (problem.isEmpty()) {
      signed.done(drop ? Deed.Kind.MAIL_DROPPED : Deed.Kind.MAIL_RELEASED, id);
    }
    return answer(signed, problem);
  }

  /// Changes users, as commands do.
  @FunctionalInterface
  public interface UserDoor {
    /// @throws IOException where it cannot be written
    UserChange.Outcome change(UserChange change) throws IOException;
  }

  /// Asks the quarantine, as commands do.
  @FunctionalInterface
  public interface QuarantineDoor {
    /// @return what is wrong; empty where it was done
    /// @throws IOException where it cannot be read or written
    Optional<Text> fulfil(QuarantineWish wish, Language language, Consumer<Map<String, Object>> out)
        throws IOException;
  }
}
