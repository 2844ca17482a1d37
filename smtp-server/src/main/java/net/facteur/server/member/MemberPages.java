package net.facteur.server.member;

import static net.facteur.server.member.MemberTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.accounts.Accounts;
import net.facteur.server.accounts.AppPassword;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.NewPassword;
import net.facteur.server.accounts.PasswordChanges;
import net.facteur.server.accounts.PasswordRules;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.mailbox.UserHome;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.SignIn;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.text.StrangerText;
import net.facteur.server.web.Html;
import net.facteur.server.web.Link;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// The pages of an account: overview, password, app passwords, forward.
public record MemberPages(SignedPages pages, House house) {
  /// Where somebody lands who is in.
  public static final String HOME = "/me";

  private static final String PASSWORD = "/me/password";
  private static final String APPS = "/me/app-passwords";
  private static final String APP_REVOKE = "/me/app-passwords/revoke";
  private static final String FORWARD = "/me/forward";
  private static final String FORWARD_END = "/me/forward/end";

  /// Targets of a forward that a user sets.
  private static final int MOST_TARGETS = 10;

  /// How often a change is made up anew where another was faster.
  private static final int ATTEMPTS = 20;

  /// What these pages need of the server.
  ///
  /// @param logins the file of last logins
  /// @param forwarded addresses that the settings file forwards or gives to others
  public record House(
      Accounts accounts,
      AddressStore addresses,
      PasswordRules rules,
      MailboxSettings mailboxes,
      Path logins,
      List<String> forwarded,
      InstantSource clock,
      SecureRandom random) {
    public House {
      forwarded = List.copyOf(forwarded);
    }
  }

  /// Where a member may go.
  public static List<Link> links() {
    return List.of(
        new Link(HOME, SAY.homeTitle()),
        new Link(PASSWORD, SAY.passwordTitle()),
        new Link(APPS, SAY.appsTitle()),
        new Link(FORWARD, SAY.forwardTitle()),
        AwayPages.link(),
        new Link(OwnMailPages.MAIL, SAY.mailTitle()));
  }

  /// What serves them.
  public List<Route> routes() {
    return List.of(
        pages.get(HOME, Who.MEMBER, this::home),
        pages.get(PASSWORD, Who.ANYBODY, signed -> passwordForm(signed, Optional.empty())),
        pages.post(PASSWORD, Who.ANYBODY, this::password),
        pages.get(APPS, Who.MEMBER, signed -> apps(signed, Optional.empty())),
        pages.post(APPS, Who.MEMBER, this::addApp),
        pages.post(APP_REVOKE, Who.MEMBER, this::revokeApp),
        pages.get(FORWARD, Who.MEMBER, signed -> forward(signed, Optional.empty())),
        pages.post(FORWARD, Who.MEMBER, this::setForward),
        pages.post(FORWARD_END, Who.MEMBER, this::endForward));
  }

  private static Response problem(
      Signed signed, Text title, Text what, String back, Status status) {
    return signed
        .show(
            title,
            List.of(
                signed.note("bad", what),
                element("p", element("a", signed.say(SAY.back())).with("href", back))))
        .with(status);
  }

  // ---- overview

  private Response home(Signed signed) throws IOException {
    var content = new ArrayList<Html>();
    content.add(signed.paragraph(SAY.homeIs()));
    var facts = new ArrayList<Html>();
    Optional<Long> limit = house.mailboxes().limit(signed.visitor().user().quota());
    Optional<Long> size =
        UserHome.of(house.mailboxes().base(), signed.user().text()).flatMap(home -> size(home));
    facts.add(element("dt", signed.say(SAY.roomUsed())));
    facts.add(
        element(
            "dd",
            signed.say(
                limit
                    .filter(octets -> octets > 0)
                    .map(octets -> SAY.roomOf(mebibytes(size.orElse(0L)), mebibytes(octets)))
                    .orElseGet(() -> SAY.roomFree(mebibytes(size.orElse(0L)))))));
    Optional<AddressEntry> forward = entry(signed);
    facts.add(element("dt", signed.say(SAY.forwardTitle())));
    facts.add(
        element(
            "dd",
            signed.say(
                forward.map(entry -> SAY.forwardTo(targets(entry))).orElseGet(SAY::forwardNone))));
    facts.add(element("dt", signed.say(SAY.appsTitle())));
    facts.add(element("dd", words("" + signed.visitor().user().appPasswords().size())));
    content.add(element("dl", facts));
    List<Html> cards =
        Stream.concat(
                links().stream().skip(1),
                Stream.of(
                    new Link("/security", SecurityPages.title()),
                    new Link("/mail", SAY.setupTitle()),
                    new Link(OwnMailPages.DATA, SAY.dataTitle())))
            .<Html>map(
                link ->
                    element("li", element("a", signed.say(link.text())).with("href", link.path()))
                        .with("class", "card"))
            .toList();
    content.add(element("ul", cards).with("class", "cards"));
    return signed.show(SAY.homeTitle(), content);
  }

  private Optional<Long> size(UserHome home) {
    try {
      return home.size(house.clock().instant());
    } catch (IOException _) {
      return Optional.empty(); // nobody can say, and the page goes on
    }
  }

  private static long mebibytes(long octets) {
    return (octets + (1 << 20) - 1) >> 20;
  }

  // ---- password

  private Response passwordForm(Signed signed, Optional<Text> problem) {
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    content.add(signed.paragraph(SAY.passwordRules(house.rules().shortest())));
    Form form = signed.form(PASSWORD).username(signed.user().text());
    if (!signed.door().maySetPassword(signed.visitor().session())) {
      form = form.field("current", "password", "current-password", SAY.currentPassword());
    }
    content.add(
        form.field("new", "password", "new-password", SAY.newPassword())
            .field("again", "password", "new-password", SAY.newPasswordAgain())
            .button(SAY.changePassword()));
    content.add(signed.paragraph(SAY.passwordThen()));
    return signed.show(SAY.passwordTitle(), content);
  }

  private Response password(Signed signed) throws IOException {
    String text = signed.field("new").orElse("");
    if (!signed.door().maySetPassword(signed.visitor().session())) {
      Optional<SignIn.Outcome.No> no =
          signed
              .door()
              .confirms(signed.client(), signed.visitor(), signed.field("current").orElse(""));
      if (no.isPresent()) {
        return passwordForm(
                signed,
                Optional.of(
                    no.get() == SignIn.Outcome.No.WRONG ? SAY.currentWrong() : SAY.notNow()))
            .with(Status.FORBIDDEN);
      }
    }
    if (!text.equals(signed.field("again").orElse(""))) {
      return passwordForm(signed, Optional.of(SAY.notTheSame())).with(Status.BAD_REQUEST);
    }
    Optional<PasswordRules.Fault> fault = house.rules().fault(text, signed.user());
    if (fault.isPresent()) {
      return passwordForm(signed, Optional.of(house.rules().words(fault.get())))
          .with(Status.BAD_REQUEST);
    }
    PasswordChanges.Outcome outcome =
        house.accounts().give(signed.user().text(), new NewPassword(text));
    return switch (outcome) {
      case DONE -> {
        signed.done(Deed.Kind.PASSWORD_CHANGED, signed.user().text());
        yield signed.renewed(
            signed.visitor().session().way(),
            now ->
                now.show(
                    SAY.passwordTitle(),
                    List.of(now.note("good", SAY.passwordChanged()), back(now))));
      }
      case ELSEWHERE ->
          problem(signed, SAY.passwordTitle(), SAY.keptElsewhere(), HOME, Status.CONFLICT);
      case OVERTAKEN ->
          problem(signed, SAY.passwordTitle(), SAY.overtaken(), PASSWORD, Status.CONFLICT);
    };
  }

  private static Html back(Signed signed) {
    return element("p", element("a", signed.say(SAY.back())).with("href", HOME));
  }

  // ---- app passwords

  private Response apps(Signed signed, Optional<Text> problem) throws IOException {
    User user = signed.visitor().user();
    Map<LastLogins.Key, LastLogins.Use> used = LastLogins.read(house.logins());
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    content.add(signed.paragraph(SAY.appsAre()));
    for (AppPassword app : user.appPasswords()) {
      Optional<LastLogins.Use> last =
          Optional.ofNullable(
              used.get(new LastLogins.Key(user.name().text(), Optional.of(app.name()))));
      content.add(
          element(
                  "div",
                  element("h2", words(StrangerText.of(app.name()).onTerminal())),
                  signed.paragraph(
                      switch (app.use()) {
                        case MAIL -> SAY.appForMail();
                        case SUBMISSION -> SAY.appForSending();
                      }),
                  signed.paragraph(
                      last.map(
                              use ->
                                  SAY.appUsed(
                                      SecurityPages.time(use.at()),
                                      StrangerText.of(use.address()).onTerminal()))
                          .orElseGet(SAY::appUnused)),
                  signed
                      .form(APP_REVOKE)
                      .hidden("name", app.name())
                      .button(SAY.appRevoke(), "danger"))
              .with("class", "card"));
    }
    content.add(signed.heading(SAY.appNew()));
    content.add(
        signed
            .form(APPS)
            .field(
                SAY.appName(),
                Form.input("name", "text", "off").with("required", "").with("maxlength", "40"))
            .box("sending", SAY.appOnlySending(), false)
            .button(SAY.appMake()));
    return signed.show(SAY.appsTitle(), content);
  }

  private Response addApp(Signed signed) throws IOException {
    String name = signed.field("name").orElse("").strip();
    if (!AppPassword.isName(name)) {
      return apps(signed, Optional.of(SAY.appMisnamed())).with(Status.BAD_REQUEST);
    }
    AppPassword.Made made =
        AppPassword.make(
            name,
            signed.field("sending").isPresent() ? AppPassword.Use.SUBMISSION : AppPassword.Use.MAIL,
            Optional.empty(),
            house.random());
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<User> before = house.accounts().user(signed.user());
      if (before.isEmpty()) {
        break;
      }
      if (before.get().appPassword(name).isPresent()
          || before.get().appPasswords().size() >= AppPassword.MAX) {
        return apps(signed, Optional.of(SAY.appTaken())).with(Status.CONFLICT);
      }
      var all = new ArrayList<>(before.get().appPasswords());
      all.add(made.kept());
      switch (change(before.get(), before.get().withAppPasswords(all))) {
        case DONE -> {
          signed.done(Deed.Kind.APP_PASSWORD_MADE, name);
          return signed.show(
              SAY.appsTitle(),
              List.of(
                  signed.note("good", SAY.appMade(name)),
                  element("p", element("code", words(made.shown()))),
                  signed.paragraph(SAY.appOnce()),
                  element("p", element("a", signed.say(SAY.back())).with("href", APPS))));
        }
        case OVERTAKEN -> {} // made up anew
        case TAKEN, UNKNOWN -> i = ATTEMPTS;
      }
    }
    return problem(signed, SAY.appsTitle(), SAY.keptElsewhere(), APPS, Status.CONFLICT);
  }

  private UserChange.Outcome change(User before, User after) throws IOException {
    return house.accounts().change(new UserChange.Replace(before, after));
  }

  private Response revokeApp(Signed signed) throws IOException {
    String name = signed.field("name").orElse("");
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<User> before = house.accounts().user(signed.user());
      if (before.isEmpty() || before.get().appPassword(name).isEmpty()) {
        return Response.seeOther(APPS);
      }
      List<AppPassword> rest =
          before.get().appPasswords().stream().filter(app -> !app.isCalled(name)).toList();
      if (change(before.get(), before.get().withAppPasswords(rest)) == UserChange.Outcome.DONE) {
        signed.done(Deed.Kind.APP_PASSWORD_REVOKED, name);
        return Response.seeOther(APPS);
      }
    }
    return problem(signed, SAY.appsTitle(), SAY.overtaken(), APPS, Status.CONFLICT);
  }

  // ---- forward

  private Optional<AddressEntry> entry(Signed signed) throws IOException {
    return house.addresses().entry(signed.user().text());
  }

  private static String targets(AddressEntry entry) {
    return switch (entry) {
      case AddressEntry.Forward(var _, List<String> to, var _, var _) -> String.join(", ", to);
      case AddressEntry.Alias(var _, List<String> to, var _) -> String.join(", ", to);
      case AddressEntry.Refused _, AddressEntry.Discarded _, AddressEntry.Domain _ -> "-";
    };
  }

  private Response forward(Signed signed, Optional<Text> problem) throws IOException {
    Optional<AddressEntry> entry = entry(signed);
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    content.add(signed.paragraph(SAY.forwardIs()));
    if (house.forwarded().contains(signed.user().text())) {
      content.add(signed.note("warn", SAY.forwardInSettings()));
      return signed.show(SAY.forwardTitle(), content);
    }
    if (entry.isPresent() && !(entry.get() instanceof AddressEntry.Forward)) {
      content.add(signed.note("warn", SAY.forwardByPostmaster()));
      return signed.show(SAY.forwardTitle(), content);
    }
    String version = entry.map(AddressEntry::line).orElse("");
    boolean keep = !(entry.orElse(null) instanceof AddressEntry.Forward f) || f.keep();
    content.add(
        signed
            .form(FORWARD)
            .hidden("version", version)
            .field(
                SAY.forwardTargets(),
                Form.input("to", "text", "off")
                    .with("required", "")
                    .with("value", entry.map(MemberPages::targets).orElse("")))
            .box("keep", SAY.forwardKeep(), keep)
            .button(SAY.save()));
    if (entry.isPresent()) {
      content.add(
          signed.form(FORWARD_END).hidden("version", version).button(SAY.forwardEnd(), "danger"));
    }
    return signed.show(SAY.forwardTitle(), content);
  }

  private Response setForward(Signed signed) throws IOException {
    List<String> to =
        Stream.of(signed.field("to").orElse("").split("[\\s,;]+", -1))
            .filter(address -> !address.isEmpty())
            .distinct()
            .toList();
    boolean keep = signed.field("keep").isPresent();
    if (to.isEmpty()
        || to.size() > MOST_TARGETS
        || !to.stream().allMatch(AddressEntry::isTarget)
        || to.stream().anyMatch(signed.user().text()::equalsIgnoreCase)) {
      return forward(signed, Optional.of(SAY.forwardWrong(MOST_TARGETS))).with(Status.BAD_REQUEST);
    }
    return changed(
        signed,
        new AddressChange.Put(
            new AddressEntry.Forward(signed.user(), to, keep, Optional.empty()), true),
        String.join(", ", to));
  }

  private Response endForward(Signed signed) throws IOException {
    return changed(signed, new AddressChange.Remove(signed.user().text()), "-");
  }

  private Response changed(Signed signed, AddressChange change, String to) throws IOException {
    Optional<AddressEntry> entry = entry(signed);
    boolean ours = entry.isEmpty() || entry.get() instanceof AddressEntry.Forward;
    if (!ours || house.forwarded().contains(signed.user().text())) {
      return Response.seeOther(FORWARD);
    }
    AddressChange.Outcome outcome =
        house.addresses().change(change, signed.field("version").orElse(""));
    if (outcome != AddressChange.Outcome.DONE) {
      return problem(signed, SAY.forwardTitle(), SAY.overtaken(), FORWARD, Status.CONFLICT);
    }
    signed.done(Deed.Kind.FORWARD_CHANGED, signed.user().text() + " -> " + to);
    return Response.seeOther(FORWARD);
  }
}
