package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.PeopleTexts.SAY;
import static net.facteur.server.web.Html.element;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.QuotaText;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.limits.SendingWishes.Verb;
import net.facteur.server.mailbox.UserHome;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// One user: how the account is, and what can be changed of it. Each form carries the version of
/// what it showed, and changes nothing if somebody else was faster.
record PersonPage(SignedPages pages, PeopleDoors doors, InstantSource clock) {
  static final String PERSON = "/server/person";
  static final String CHANGE = "/server/person/change";
  private static final String INVITE = "/server/person/invite";
  private static final String SENDING = "/server/person/sending";

  /// How often a change is made up anew where something else of the user was changed meanwhile.
  private static final int ATTEMPTS = 20;

  private static final int MOST_COUNTED = 10;

  /// Somebody was faster.
  ///
  /// @param wanted the user as this visitor wants it
  private record Overtaken(PersonPart part, User wanted) {}

  List<Route> routes() {
    return List.of(
        pages.get(PERSON, Who.ADMINISTRATOR, this::person),
        pages.post(CHANGE, Who.ADMINISTRATOR, this::change),
        pages.post(INVITE, Who.ADMINISTRATOR, this::invite),
        pages.post(SENDING, Who.ADMINISTRATOR, this::sending));
  }

  /// Where the page of a user is.
  static String at(UserName name) {
    return PERSON + "?user=" + Shown.encoded(name.text());
  }

  private Response person(Signed signed) throws IOException {
    Optional<User> user =
        signed.request().query("user").flatMap(UserName::parse).flatMap(doors.users());
    return user.isEmpty()
        ? nobody(signed)
        : show(signed, user.get(), Optional.empty(), Optional.empty());
  }

  private static Response nobody(Signed signed) {
    return signed
        .show(
            VolunteerTexts.SAY.peopleTitle(),
            List.of(
                signed.note("warn", VolunteerTexts.SAY.nobody()),
                element("p", Shown.link(PeoplePage.PEOPLE, signed.say(VolunteerTexts.SAY.back())))))
        .with(Status.NOT_FOUND);
  }

  private Response show(
      Signed signed, User user, Optional<Text> problem, Optional<Overtaken> overtaken)
      throws IOException {
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    overtaken.ifPresent(
        its ->
            content.add(
                Shown.meanwhile(signed, its.part().said(user), its.part().said(its.wanted()))));
    content.add(element("dl", facts(signed, user)));
    for (PersonPart part : PersonPart.values()) {
      content.add(signed.heading(part.title()));
      User typed = overtaken.filter(its -> its.part() == part).map(Overtaken::wanted).orElse(user);
      content.add(
          part.fields(
                  signed
                      .form(CHANGE)
                      .hidden("user", user.name().text())
                      .hidden("part", part.word())
                      .hidden("version", Version.of(part.value(user))),
                  typed)
              .button(SAY.save()));
    }
    content.add(signed.heading(SAY.sendingTitle()));
    content.addAll(sendingOf(signed, user));
    content.add(signed.heading(SAY.inviteTitle()));
    content.add(signed.paragraph(SAY.inviteIs()));
    content.add(
        signed.form(INVITE).hidden("user", user.name().text()).button(SAY.invite(), "quiet"));
    content.add(signed.heading(SAY.moreTitle()));
    content.add(
        element(
            "p",
            Shown.link(
                AddressPages.ADDRESSES + "?q=" + Shown.encoded(user.name().text()),
                signed.say(SAY.addressesOf()))));
    content.add(signed.paragraph(SAY.removeIs()));
    content.add(
        Shown.lines(
            signed, List.of(Text.of("facteur user remove " + Shown.cleaned(user.name().text())))));
    content.add(element("p", Shown.link(PeoplePage.PEOPLE, signed.say(VolunteerTexts.SAY.back()))));
    return signed.show(Text.of(Shown.cleaned(user.name().text())), content);
  }

  private List<Html> facts(Signed signed, User user) throws IOException {
    var facts = new ArrayList<Html>();
    fact(signed, facts, VolunteerTexts.SAY.stateColumn(), PersonPart.STATE.said(user));
    if (user.password().isEmpty()) {
      fact(signed, facts, SAY.passwordFact(), SAY.noPassword());
    }
    fact(signed, facts, SAY.mailboxFact(), room(user));
    Map<LastLogins.Key, LastLogins.Use> logins = LastLogins.read(doors.logins());
    fact(
        signed,
        facts,
        SAY.lastLoginFact(),
        Stream.concat(
                Stream.of(Optional.<String>empty()),
                user.appPasswords().stream().map(AppPassword::name).map(Optional::of))
            .map(app -> new LastLogins.Key(user.name().text(), app))
            .flatMap(key -> Optional.ofNullable(logins.get(key)).stream())
            .max(java.util.Comparator.comparing(LastLogins.Use::at))
            .map(
                use ->
                    SAY.lastLogin(
                        SecurityPages.time(use.at()),
                        Shown.cleaned(use.address()),
                        Shown.cleaned(use.service())))
            .orElseGet(SAY::never));
    fact(
        signed, facts, VolunteerTexts.SAY.appPasswords(), Text.of("" + user.appPasswords().size()));
    return facts;
  }

  private static void fact(Signed signed, List<Html> facts, Text name, Text value) {
    facts.add(element("dt", signed.say(name)));
    facts.add(element("dd", Shown.said(signed, value)).with("class", "lines"));
  }

  private Text room(User user) {
    if (!user.hasMailbox()) {
      return SAY.noMailbox();
    }
    long used =
        UserHome.of(doors.mailboxes().base(), user.name().text()).flatMap(this::size).orElse(0L);
    return doors
        .mailboxes()
        .limit(user.quota())
        .filter(octets -> octets > 0)
        .map(octets -> SAY.roomOf(mebibytes(used), QuotaText.of(octets)))
        .orElseGet(() -> SAY.roomFree(mebibytes(used)));
  }

  private Optional<Long> size(UserHome home) {
    try {
      return home.size(clock.instant());
    } catch (IOException _) {
      return Optional.empty(); // nobody can say, and the page goes on
    }
  }

  private static long mebibytes(long octets) {
    return (octets + (1 << 20) - 1) >> 20;
  }

  // ---- what the user sends

  private List<Html> sendingOf(Signed signed, User user) {
    String account = user.name().text();
    var rows = new ArrayList<Map<String, Object>>();
    doors.sending().show(account, rows::add);
    var content = new ArrayList<Html>();
    boolean stopped = false;
    int waiting = 0;
    for (Map<String, Object> row : rows) {
      if (row.containsKey("counted") && content.size() < MOST_COUNTED) {
        content.add(
            signed.paragraph(
                SAY.counted(
                    Shown.cleaned(String.valueOf(row.get("counted"))),
                    of(row, "hour"),
                    of(row, "day"),
                    of(row, "new"))));
        if (row.containsKey("held-since")) {
          stopped = true;
          content.add(
              signed.note(
                  "warn",
                  SAY.stopped(
                      Shown.cleaned(String.valueOf(row.get("held-since"))),
                      Shown.cleaned(String.valueOf(row.getOrDefault("held-for", "-"))))));
        }
      } else if (!row.containsKey("message") && row.get("held") instanceof Integer held) {
        waiting = held;
      }
    }
    content.add(signed.paragraph(SAY.limitsAre()));
    if (waiting > 0) {
      content.add(signed.note("warn", SAY.waiting(waiting)));
    }
    if (stopped || waiting > 0) {
      content.add(sendingForm(signed, account, Verb.RELEASE, VolunteerTexts.SAY.heldLetGo()));
    }
    if (waiting > 0) {
      content.add(
          signed
              .form(ProtectionPages.DROP_ACCOUNT)
              .hidden("account", account)
              .button(VolunteerTexts.SAY.heldDrop(), "quiet"));
    }
    if (!stopped) {
      content.add(sendingForm(signed, account, Verb.HOLD, SAY.holdAccount()));
    }
    return content;
  }

  private static Html sendingForm(Signed signed, String account, Verb verb, Text label) {
    return signed
        .form(SENDING)
        .hidden("user", account)
        .hidden("verb", verb.word())
        .button(label, "quiet");
  }

  private static String of(Map<String, Object> row, String name) {
    Object limit = row.getOrDefault(name + "-limit", 0);
    return row.getOrDefault(name, 0) + (limit.equals(0) ? "" : " / " + limit);
  }

  private Response sending(Signed signed) throws IOException {
    Optional<User> user = user(signed);
    Optional<Verb> verb = signed.field("verb").flatMap(Verb::of).filter(v -> v != Verb.DROP);
    if (user.isEmpty() || verb.isEmpty()) {
      return nobody(signed);
    }
    String account = user.get().name().text();
    Optional<Text> problem =
        doors.sending().act(new SendingWishes.Wish(verb.get(), account), _ -> {});
    if (problem.isPresent()) {
      return show(signed, user.get(), problem, Optional.empty()).with(Status.CONFLICT);
    }
    signed.done(
        verb.get() == Verb.HOLD ? Deed.Kind.ACCOUNT_HELD : Deed.Kind.ACCOUNT_RELEASED, account);
    return Response.seeOther(at(user.get().name()));
  }

  private Optional<User> user(Signed signed) {
    return signed.field("user").flatMap(UserName::parse).flatMap(doors.users());
  }

  // ---- changes

  private Response change(Signed signed) throws IOException {
    Optional<PersonPart> part = signed.field("part").flatMap(PersonPart::of);
    String version = signed.field("version").orElse("");
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<User> before = user(signed);
      if (before.isEmpty() || part.isEmpty()) {
        return nobody(signed);
      }
      Optional<User> after = part.get().applied(before.get(), signed);
      if (after.isEmpty()) {
        return show(signed, before.get(), Optional.of(part.get().wrong()), Optional.empty())
            .with(Status.BAD_REQUEST);
      }
      if (after.get().locked()
          && !before.get().locked()
          && before.get().name().equals(signed.user())) {
        return show(
                signed,
                before.get(),
                Optional.of(VolunteerTexts.SAY.notYourself()),
                Optional.empty())
            .with(Status.CONFLICT);
      }
      String present = part.get().value(before.get());
      if (present.equals(part.get().value(after.get()))) {
        return Response.seeOther(at(before.get().name())); // it is as it is wanted
      }
      if (!Version.of(present).equals(version)) {
        var overtaken = new Overtaken(part.get(), after.get());
        return show(signed, before.get(), Optional.empty(), Optional.of(overtaken))
            .with(Status.CONFLICT);
      }
      switch (doors.change().change(new UserChange.Replace(before.get(), after.get()))) {
        case DONE -> {
          changed(signed, part.get(), before.get(), after.get());
          return Response.seeOther(at(before.get().name()));
        }
        case OVERTAKEN -> {} // by something else of this user, or the versions differ next time
        case TAKEN, UNKNOWN -> i = ATTEMPTS;
      }
    }
    Optional<User> user = user(signed);
    return user.isEmpty()
        ? nobody(signed)
        : show(signed, user.get(), Optional.of(VolunteerTexts.SAY.overtaken()), Optional.empty())
            .with(Status.CONFLICT);
  }

  private static void changed(Signed signed, PersonPart part, User before, User after) {
    String name = after.name().text();
    boolean lock = before.locked() != after.locked();
    if (lock) {
      signed.done(after.locked() ? Deed.Kind.ACCOUNT_LOCKED : Deed.Kind.ACCOUNT_UNLOCKED, name);
    }
    if (!lock || !before.withLock(after.locked()).restrictions().equals(after.restrictions())) {
      signed.done(Deed.Kind.ACCOUNT_CHANGED, name + " " + part.word() + "=" + part.value(after));
    }
  }

  // ---- a link to come in

  private Response invite(Signed signed) throws IOException {
    Optional<User> user = user(signed);
    if (user.isEmpty()) {
      return nobody(signed);
    }
    return invited(signed, doors, user.get().name(), SAY.invited(user.get().name().text()));
  }

  /// Makes a link and shows it once.
  ///
  /// @param why what happened
  static Response invited(Signed signed, PeopleDoors doors, UserName name, Text why)
      throws IOException {
    var link = doors.invite().invite(name);
    signed.done(Deed.Kind.INVITED, name.text());
    var content = new ArrayList<Html>();
    content.add(signed.note("good", why));
    content.add(Shown.lines(signed, List.of(Text.of(link.url()))));
    link.words().forEach(text -> content.add(signed.paragraph(text)));
    content.add(element("p", Shown.link(at(name), signed.say(VolunteerTexts.SAY.back()))));
    return signed.show(SAY.inviteTitle(), content);
  }
}
