package net.facteur.server.signin;

import static net.facteur.server.signin.SignInTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.web.Cookie;
import net.facteur.server.web.Html;
import net.facteur.server.web.Link;
import net.facteur.server.web.Page;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Visit;

/// A visit of somebody who has signed in.
///
/// @param door who let the visitor in
/// @param navigation where else the visitor may go
public record Signed(
    Visit visit, SignIn.Client client, SignIn.Visitor visitor, SignIn door, List<Link> navigation) {
  /// What forms of signed pages prove by their token.
  static final String FORMS = "page";

  public Signed {
    navigation = List.copyOf(navigation);
  }

  public UserName user() {
    return visitor.name();
  }

  public Request request() {
    return visit.request();
  }

  public Language language() {
    return visit.language();
  }

  public Optional<String> field(String name) {
    return request().field(name);
  }

  /// A text in the visitor's language.
  public Html say(Text text) {
    return visit.say(text);
  }

  public Html.Element paragraph(Text text) {
    return visit.paragraph(text);
  }

  public Html.Element heading(Text text) {
    return element("h2", say(text));
  }

  /// A form that no other site can make up.
  public Form form(String path) {
    return Form.of(visit, path, visitor.token().forForm(FORMS));
  }

  /// A box with a sentence that the visitor has to see.
  ///
  /// @param kind `good`, `warn` or `bad`
  public Html.Element note(String kind, Text text) {
    return element("div", paragraph(text))
        .with("class", "note " + kind)
        .with("role", kind.equals("good") ? "status" : "alert");
  }

  /// The page, with the way to the others and out.
  public Response show(Text title, List<? extends Html> content) {
    var all = new ArrayList<Html>(content);
    all.add(element("hr"));
    all.add(
        element(
            "p", visit.say(SAY.signedInAs(user().text())), words(" "), visit.say(SAY.notYou())));
    all.add(form("/signout").button(SAY.signOut(), "quiet"));
    return visit.show(new Page(title, navigation, all));
  }

  /// Writes down what the visitor did.
  public void done(Deed.Kind kind, String on) {
    door.done(client, visitor, kind, on);
  }

  /// Gives the browser another token: after a change that ended all sessions, or where it has shown
  /// more than before.
  ///
  /// @param way how the visitor has proved himself now
  /// @param view says what the visitor gets
  public Response renewed(WebSession.Way way, SignedPages.SignedView view) throws IOException {
    SignIn.Outcome.In in = door.again(client, visitor.user(), visitor.session(), way);
    Optional<SignIn.Visitor> now = door.visitor(client, in.token());
    Response answer =
        now.isEmpty()
            ? Response.seeOther(SignInPages.SIGN_IN)
            : view.answer(new Signed(visit, client, now.get(), door, navigation));
    return answer.with(Cookie.ofBrowser(SignedPages.SESSION, in.token().text()));
  }
}
