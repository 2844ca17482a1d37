package net.facteur.server.signin;

import static net.facteur.server.signin.SignInTexts.SAY;
import static net.facteur.server.web.Html.element;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Text;
import net.facteur.server.signin.SignIn.Outcome;
import net.facteur.server.web.Cookie;
import net.facteur.server.web.Html;
import net.facteur.server.web.Page;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import net.facteur.server.web.Visit;

/// The pages of those who are not in yet: the form of the sign-in, the second step, and the link of
/// an invitation.
///
/// A browser gets a token before it shows anything, and its forms prove that they come from it, so
/// that nobody signs a stranger in to an account of his own. What it carries once it is in is
/// another token, always.
///
/// @param home where somebody lands who is in
public record SignInPages(Pages pages, SignedPages signed, SecureRandom random, String home) {
  /// The form.
  public static final String SIGN_IN = "/signin";

  /// The proofs and sessions of whoever is in.
  public static final String SECURITY = "/security";

  private static final String CODE = "/signin/code";
  private static final String PASSKEY = "/signin/passkey";
  private static final String LINK = "/invitation/";

  /// The cookie of a browser that is nobody.
  private static final String BROWSER = "browser";

  /// The cookie of a browser that has shown a password, and has to show a code.
  private static final String STEP = "step";

  private static final String FORMS = "signin";

  /// What serves them.
  public List<Route> routes() {
    return List.of(
        pages.get(SIGN_IN, visit -> form(visit, Optional.empty())),
        pages.post(SIGN_IN, this::password),
        pages.post(PASSKEY, this::passkey),
        pages.get(CODE, visit -> codeForm(visit, Optional.empty())),
        pages.post(CODE, this::code),
        pages.get(LINK + "{link}", this::invitation),
        pages.post(LINK + "{link}", this::accept),
        signed.post("/signout", SignedPages.Who.ANYBODY, SignInPages::signOut),
        PasskeyScript.route());
  }

  /// What a link to the form says.
  public static Text title() {
    return SAY.signInTitle();
  }

  /// What it is for.
  public static Text purpose() {
    return SAY.signInPurpose();
  }

  private SignIn door() {
    return signed.door();
  }

  /// The token of a browser; a new one where it has none.
  private Token browser(Request request) {
    return request.cookie(BROWSER).flatMap(Token::parse).orElseGet(() -> Token.make(random));
  }

  private static boolean proven(Request request) {
    return request
        .cookie(BROWSER)
        .flatMap(Token::parse)
        .filter(token -> token.matches(request.field(Form.TOKEN).orElse(""), FORMS))
        .isPresent();
  }

  /// Where somebody wanted to go; home where it is not a plain path of ours.
  private String next(Request request) {
    return request
        .field("next")
        .or(() -> request.query("next"))
        .filter(path -> path.matches("/[A-Za-z0-9_-][A-Za-z0-9/_-]{0,200}"))
        .orElse(home);
  }

  // ---- password or passkey

  private Response form(Visit visit, Optional<Text> problem) {
    Request request = visit.request();
    Token browser = browser(request);
    var content = new ArrayList<Html>();
    problem.map(visit::alert).ifPresent(content::add);
    content.add(visit.paragraph(SAY.withMailPassword()));
    content.add(
        Form.of(visit, SIGN_IN, browser.forForm(FORMS))
            .hidden("next", next(request))
            .field("user", "text", "username", SAY.address())
            .field("password", "password", "current-password", SAY.password())
            .button(SAY.signIn()));
    passkeyHost(request)
        .ifPresent(
            place ->
                content.add(
                    element(
                            "section",
                            element("h2", visit.say(SAY.orByPasskey())),
                            passkeyForm(
                                Form.of(visit, PASSKEY, browser.forForm(FORMS))
                                    .hidden("next", next(request)),
                                "get",
                                door().passkeyRequest(browser, place.host(), place.origin()),
                                SAY.usePasskey()))
                        .with("hidden", "")));
    content.add(new Html.Script(PasskeyScript.PATH));
    Response page = visit.show(Page.of(SAY.signInTitle(), content.toArray(Html[]::new)));
    return page.withScripts().with(Cookie.ofBrowser(BROWSER, browser.text()));
  }

  /// A form that a script fills in.
  static Html.Element passkeyForm(Form form, String kind, String options, Text button) {
    return form.hidden("answer", "")
        .with(
            element("p", form.visit().say(SAY.passkeyFailed()))
                .with("class", "note bad")
                .with("role", "alert")
                .with("data-failed", "")
                .with("hidden", ""))
        .button(button)
        .with("data-passkey", kind)
        .with("data-options", options);
  }

  /// Where a page is, as a device has to know it.
  ///
  /// @param host the name of the page
  record Place(String host, String origin) {}

  /// Empty where the page has no name, and passkeys do not work.
  static Optional<Place> passkeyHost(Request request) {
    return request
        .host()
        .map(name -> name.text())
        .map(
            host -> {
              String written = request.header("host").orElse(host);
              int colon = written.lastIndexOf(':');
              String port =
                  colon >= 0 && written.substring(colon).matches(":[0-9]{1,5}")
                      ? written.substring(colon)
                      : "";
              return new Place(host, "https://" + host + (port.equals(":443") ? "" : port));
            });
  }

  private Response password(Visit visit) throws IOException {
    Request request = visit.request();
    if (!proven(request)) {
      return form(visit, Optional.of(SAY.formTooOld())).with(Status.FORBIDDEN);
    }
    return led(
        visit,
        door()
            .password(
                SignedPages.client(request),
                request.field("user").orElse(""),
                request.field("password").orElse("")));
  }

  private Response passkey(Visit visit) throws IOException {
    Request request = visit.request();
    Optional<Place> place = passkeyHost(request);
    if (place.isEmpty() || !proven(request)) {
      return form(visit, Optional.of(SAY.formTooOld())).with(Status.FORBIDDEN);
    }
    return led(
        visit,
        door()
            .passkey(
                SignedPages.client(request),
                browser(request),
                place.get().host(),
                place.get().origin(),
                request.field("answer").orElse("")));
  }

  private Response led(Visit visit, Outcome outcome) throws IOException {
    return switch (outcome) {
      case Outcome.In in -> in(visit.request(), in);
      case Outcome.CodeWanted(Token token) ->
          Response.seeOther(CODE + "?next=" + next(visit.request()))
              .with(Cookie.ofBrowser(STEP, token.text()));
      case Outcome.No no -> form(visit, Optional.of(why(no))).with(status(no));
    };
  }

  private Response in(Request request, Outcome.In in) {
    return Response.seeOther(next(request))
        .with(Cookie.ofBrowser(SignedPages.SESSION, in.token().text()))
        .with(Cookie.gone(STEP))
        .with(Cookie.gone(BROWSER));
  }

  private static Text why(Outcome.No no) {
    return switch (no) {
      case WRONG -> SAY.wrong();
      case DAMPED -> SAY.damped();
      case TOO_LATE -> SAY.tooLate();
      case APP_PASSWORD -> SAY.appPassword();
      case NOT_FROM_OUTSIDE -> SAY.notFromOutside();
      case PASSKEY_WANTED -> SAY.passkeyWanted();
      case UNAVAILABLE -> SAY.unavailable();
    };
  }

  private static Status status(Outcome.No no) {
    return switch (no) {
      case WRONG, APP_PASSWORD, NOT_FROM_OUTSIDE, PASSKEY_WANTED, TOO_LATE -> Status.FORBIDDEN;
      case DAMPED -> Status.TOO_MANY_REQUESTS;
      case UNAVAILABLE -> Status.UNAVAILABLE;
    };
  }

  // ---- the second step

  private Response codeForm(Visit visit, Optional<Text> problem) {
    Request request = visit.request();
    Token browser = browser(request);
    var content = new ArrayList<Html>();
    problem.map(visit::alert).ifPresent(content::add);
    content.add(visit.paragraph(SAY.codeWanted()));
    content.add(
        Form.of(visit, CODE, browser.forForm(FORMS))
            .hidden("next", next(request))
            .field(
                SAY.code(),
                Form.input("code", "text", "one-time-code")
                    .with("required", "")
                    .with("autofocus", "")
                    .with("maxlength", "40"))
            .button(SAY.goOn()));
    return visit
        .show(Page.of(SAY.codeTitle(), content.toArray(Html[]::new)))
        .with(Cookie.ofBrowser(BROWSER, browser.text()));
  }

  private Response code(Visit visit) throws IOException {
    Request request = visit.request();
    if (!proven(request)) {
      return codeForm(visit, Optional.of(SAY.formTooOld())).with(Status.FORBIDDEN);
    }
    Optional<Token> step = request.cookie(STEP).flatMap(Token::parse);
    if (step.isEmpty()) {
      return form(visit, Optional.of(SAY.tooLate())).with(Status.FORBIDDEN);
    }
    Outcome outcome =
        door().code(SignedPages.client(request), step.get(), request.field("code").orElse(""));
    return switch (outcome) {
      case Outcome.In in -> in(request, in);
      case Outcome.CodeWanted _ -> Response.seeOther(CODE);
      case Outcome.No.WRONG -> codeForm(visit, Optional.of(SAY.wrongCode())).with(Status.FORBIDDEN);
      case Outcome.No no -> form(visit, Optional.of(why(no))).with(status(no));
    };
  }

  // ---- invitations

  private Response invitation(Visit visit) throws IOException {
    Optional<UserName> user = invited(visit.request());
    if (user.isEmpty()) {
      return over(visit);
    }
    Token browser = browser(visit.request());
    return visit
        .show(
            Page.of(
                SAY.invitationTitle(),
                visit.paragraph(SAY.invitation(user.get().text())),
                Form.of(visit, LINK + visit.request().variable("link"), browser.forForm(FORMS))
                    .button(SAY.signIn())))
        .with(Cookie.ofBrowser(BROWSER, browser.text()));
  }

  private static Response over(Visit visit) {
    return visit
        .show(Page.of(SAY.invitationTitle(), visit.paragraph(SAY.invitationOver())))
        .with(Status.NOT_FOUND);
  }

  private Optional<UserName> invited(Request request) throws IOException {
    Optional<Token> link = Token.parse(request.variable("link"));
    return link.isEmpty() ? Optional.empty() : door().invited(link.get());
  }

  private Response accept(Visit visit) throws IOException {
    Request request = visit.request();
    Optional<Token> link = Token.parse(request.variable("link"));
    if (link.isEmpty()) {
      return over(visit);
    }
    if (!proven(request)) {
      return Response.of(Status.FORBIDDEN);
    }
    Outcome outcome = door().invitation(SignedPages.client(request), link.get());
    return switch (outcome) {
      case Outcome.In in ->
          Response.seeOther(SECURITY)
              .with(Cookie.ofBrowser(SignedPages.SESSION, in.token().text()))
              .with(Cookie.gone(BROWSER));
      case Outcome.CodeWanted _ -> led(visit, outcome);
      case Outcome.No.UNAVAILABLE -> led(visit, outcome);
      case Outcome.No _ -> over(visit);
    };
  }

  private static Response signOut(Signed signed) throws IOException {
    signed.door().signOut(signed.client(), signed.visitor());
    return Response.seeOther(SIGN_IN).with(Cookie.gone(SignedPages.SESSION));
  }
}
