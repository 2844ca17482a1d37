package net.facteur.server.signin;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.web.Cookie;
import net.facteur.server.web.Link;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import net.facteur.server.web.Visit;

/// The door through which packages add pages for people who have signed in. It looks who comes,
/// sends whoever is nobody to the form of the sign-in, and takes no form without the token of the
/// session.
///
/// @param navigation where a visitor may go, which depends on who it is
public record SignedPages(
    Pages pages, SignIn door, Function<SignIn.Visitor, List<Link>> navigation) {
  /// The cookie of a session.
  static final String SESSION = "session";

  /// Fields that say that somebody stands between the client and us.
  private static final List<String> PASSED_ON =
      List.of("x-forwarded-for", "x-real-ip", "forwarded", "via");

  private static final DomainName LOCALHOST = DomainName.of("localhost");

  /// For whom a page is.
  public enum Who {
    /// Whoever has signed in, and be it by an invitation alone.
    ANYBODY,
    /// Users, of their own things. Administrators from outside have a second proof first.
    MEMBER,
    /// Those who look after the server.
    ADMINISTRATOR
  }

  /// What stands behind a page.
  @FunctionalInterface
  public interface SignedView {
    /// @throws IOException where it cannot; the visitor is told of a fault, the log of the reason
    Response answer(Signed signed) throws IOException;
  }

  /// A page to look at, which changes nothing.
  public Route get(String path, Who who, SignedView view) {
    return pages.get(path, visit -> answer(visit, who, view, false));
  }

  /// A form that is sent. Without the token of the session, nothing happens and 403 is answered.
  public Route post(String path, Who who, SignedView view) {
    return pages.post(path, visit -> answer(visit, who, view, true));
  }

  private Response answer(Visit visit, Who who, SignedView view, boolean form) throws IOException {
    SignIn.Client client = client(visit.request());
    Optional<SignIn.Visitor> found = visitor(visit.request(), client);
    if (found.isEmpty()) {
      return toSignIn(visit.request(), form);
    }
    SignIn.Visitor visitor = found.get();
    var signed = new Signed(visit, client, visitor, door, navigation.apply(visitor));
    if (form
        && !visitor.token().matches(visit.request().field(Form.TOKEN).orElse(""), Signed.FORMS)) {
      return Response.of(Status.FORBIDDEN);
    }
    return switch (who) {
      case ANYBODY -> view.answer(signed);
      case MEMBER -> visitor.bare() ? Response.seeOther(SignInPages.SECURITY) : view.answer(signed);
      case ADMINISTRATOR -> {
        if (visitor.administrator()) {
          yield view.answer(signed);
        }
        yield visitor.bare()
            ? Response.seeOther(SignInPages.SECURITY)
            : Response.of(Status.FORBIDDEN);
      }
    };
  }

  /// Who comes; empty for nobody.
  Optional<SignIn.Visitor> visitor(Request request, SignIn.Client client) throws IOException {
    Optional<Token> token = request.cookie(SESSION).flatMap(Token::parse);
    return token.isEmpty() ? Optional.empty() : door.visitor(client, token.get());
  }

  private static Response toSignIn(Request request, boolean form) {
    Response away =
        Response.seeOther(
            form || !request.path().matches("/[A-Za-z0-9/_-]*")
                ? SignInPages.SIGN_IN
                : SignInPages.SIGN_IN + "?next=" + request.path());
    return request.cookie(SESSION).isPresent() ? away.with(Cookie.gone(SESSION)) : away;
  }

  /// Who asks. Here is only who asks for `localhost` or an address, from this machine: a web server
  /// that stands before us is at this machine, too, and passes on what the world asks.
  static SignIn.Client client(Request request) {
    boolean here =
        request.client().isLoopbackAddress()
            && request.host().map(LOCALHOST::equals).orElse(true)
            && PASSED_ON.stream().noneMatch(name -> request.header(name).isPresent());
    return new SignIn.Client(request.client(), here, request.header("user-agent").orElse(""));
  }
}
