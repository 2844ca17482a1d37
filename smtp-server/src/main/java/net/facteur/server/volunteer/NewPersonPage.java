package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.PeopleTexts.SAY;
import static net.facteur.server.web.Html.element;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.QuotaText;
import net.facteur.server.accounts.Restriction;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// A new user. Nobody types a password for somebody else: the user has none until the link that
/// this page shows is opened, and chooses one then.
record NewPersonPage(SignedPages pages, PeopleDoors doors) {
  static final String ADD = "/server/people/add";

  private static final String USER = "user";
  private static final String QUOTA = "quota";
  private static final String CONTACT = "contact";

  List<Route> routes() {
    return List.of(
        pages.get(ADD, Who.ADMINISTRATOR, signed -> form(signed, Optional.empty())),
        pages.post(ADD, Who.ADMINISTRATOR, this::add));
  }

  private static Response form(Signed signed, Optional<Text> problem) {
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    content.add(signed.paragraph(SAY.addIs()));
    content.add(
        signed
            .form(ADD)
            .field(SAY.addressField(), typed(signed, USER).with("required", ""))
            .field(SAY.contactField(), typed(signed, CONTACT))
            .field(SAY.quotaField(), typed(signed, QUOTA))
            .box(
                Restriction.SEND_ONLY.word(),
                SAY.sendOnlyBox(),
                signed.field(Restriction.SEND_ONLY.word()).isPresent())
            .button(SAY.add()));
    content.add(element("p", Shown.link(PeoplePage.PEOPLE, signed.say(VolunteerTexts.SAY.back()))));
    return signed.show(SAY.addTitle(), content);
  }

  private static Html.Element typed(Signed signed, String name) {
    return Form.input(name, "text", "off")
        .with("maxlength", "320")
        .with("value", Shown.cleaned(signed.field(name).orElse("")));
  }

  private Response add(Signed signed) throws IOException {
    String address = signed.field(USER).orElse("").strip();
    Optional<UserName> name = UserName.parse(address);
    if (name.isEmpty() || name.get().isMask()) {
      return wrong(signed, SAY.addressWrong());
    }
    if (!doors.rules().domains().contains(name.get().domain())) {
      return wrong(signed, SAY.foreign(name.get().domain().text()));
    }
    String quota = signed.field(QUOTA).orElse("").strip().replace(" ", "");
    Optional<Long> octets = QuotaText.parse(quota);
    if (!quota.isEmpty() && octets.isEmpty()) {
      return wrong(signed, SAY.quotaWrong());
    }
    String contact = signed.field(CONTACT).orElse("").strip();
    Optional<UserName> outside = UserName.parse(contact);
    if (!contact.isEmpty() && outside.isEmpty()) {
      return wrong(signed, SAY.contactWrong());
    }
    var user =
        new User(name.get(), Optional.empty(), Optional.empty(), List.of())
            .with(Restriction.SEND_ONLY, signed.field(Restriction.SEND_ONLY.word()).isPresent())
            .withQuota(octets)
            .withContact(outside);
    if (doors.users().apply(name.get()).isPresent()) {
      return taken(signed, name.get());
    }
    return switch (doors.change().change(new UserChange.Add(user))) {
      case DONE -> {
        signed.done(Deed.Kind.ACCOUNT_ADDED, name.get().text());
        yield PersonPage.invited(
            signed, doors, name.get(), SAY.added(Shown.cleaned(name.get().text())));
      }
      case TAKEN, UNKNOWN, OVERTAKEN -> taken(signed, name.get());
    };
  }

  private static Response wrong(Signed signed, Text problem) {
    return form(signed, Optional.of(problem)).with(Status.BAD_REQUEST);
  }

  private static Response taken(Signed signed, UserName name) {
    return form(signed, Optional.of(SAY.taken(Shown.cleaned(name.text())))).with(Status.CONFLICT);
  }
}
