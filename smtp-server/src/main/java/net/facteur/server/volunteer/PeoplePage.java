package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.VolunteerTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// The users, and a lock for each.
record PeoplePage(SignedPages pages, PeopleDoors doors) {
  static final String PEOPLE = "/server/people";
  private static final String LOCK = "/server/people/lock";
  private static final int MOST = 40;

  List<Route> routes() {
    return List.of(
        pages.get(PEOPLE, Who.ADMINISTRATOR, signed -> people(signed, Optional.empty())),
        pages.post(LOCK, Who.ADMINISTRATOR, this::lock));
  }

  private Response people(Signed signed, Optional<Text> problem) {
    String typed = signed.request().query("q").orElse("").strip();
    String wanted = typed.toLowerCase(Locale.ROOT);
    List<UserName> all =
        doors.names().get().stream().filter(one -> one.text().contains(wanted)).toList();
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    content.add(signed.paragraph(SAY.peopleAre()));
    content.add(Shown.search(signed, PEOPLE, SAY.peopleSearch(), typed));
    content.add(
        element(
            "p",
            Shown.link(NewPersonPage.ADD, signed.say(PeopleTexts.SAY.addTitle()))
                .with("class", "button"),
            words(" "),
            Shown.link(AddressPages.ADDRESSES, signed.say(PeopleTexts.SAY.addressesTitle()))
                .with("class", "button quiet")));
    var rows = new ArrayList<List<Html>>();
    all.stream()
        .limit(MOST)
        .flatMap(name -> doors.users().apply(name).stream())
        .forEach(
            user ->
                rows.add(
                    List.of(
                        Shown.link(PersonPage.at(user.name()), Shown.stranger(user.name().text())),
                        signed.say(
                            user.locked()
                                ? SAY.userLocked()
                                : !user.maySend()
                                    ? SAY.userSuspended()
                                    : user.hasMailbox() ? SAY.userFree() : SAY.userSendOnly()),
                        words("" + user.appPasswords().size()),
                        signed
                            .form(LOCK)
                            .hidden("user", user.name().text())
                            .hidden("lock", user.locked() ? "no" : "yes")
                            .button(user.locked() ? SAY.unlock() : SAY.lock(), "quiet"))));
    content.add(
        rows.isEmpty()
            ? signed.paragraph(SAY.nobody())
            : Shown.table(
                signed,
                List.of(SAY.whoColumn(), SAY.stateColumn(), SAY.appPasswords(), SAY.doSomething()),
                rows));
    if (all.size() > MOST) {
      content.add(signed.paragraph(SAY.moreUsers(all.size() - MOST)));
    }
    return signed.show(SAY.peopleTitle(), content);
  }

  private Response lock(Signed signed) throws IOException {
    Optional<User> user = signed.field("user").flatMap(UserName::parse).flatMap(doors.users());
    String wish = signed.field("lock").orElse("");
    if (user.isEmpty() || !(wish.equals("yes") || wish.equals("no"))) {
      return people(signed, Optional.of(SAY.nothingDone())).with(Status.CONFLICT);
    }
    boolean lock = wish.equals("yes");
    if (lock && user.get().name().equals(signed.user())) {
      return people(signed, Optional.of(SAY.notYourself())).with(Status.CONFLICT);
    }
    return switch (doors
        .change()
        .change(new UserChange.Replace(user.get(), user.get().withLock(lock)))) {
      case DONE -> {
        signed.done(
            lock ? Deed.Kind.ACCOUNT_LOCKED : Deed.Kind.ACCOUNT_UNLOCKED, user.get().name().text());
        yield Response.seeOther(PEOPLE);
      }
      case TAKEN, UNKNOWN, OVERTAKEN ->
          people(signed, Optional.of(SAY.overtaken())).with(Status.CONFLICT);
    };
  }
}
