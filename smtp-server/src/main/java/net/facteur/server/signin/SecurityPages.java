package net.facteur.server.signin;

import static net.facteur.server.signin.SignInTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.text.StrangerText;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// What a user proves himself with beside the password, and the browsers that are signed in. Who
/// has come by an invitation alone finds these, and nothing else.
///
/// Whatever takes a proof away, or adds one, wants a sign-in that is fresh.
///
/// @param site what the server is called
public record SecurityPages(SignedPages pages, String site) {
  private static final String CODE = "/security/code";
  private static final String CODE_REMOVE = "/security/code/remove";
  private static final String RECOVERY = "/security/recovery";
  private static final String PASSKEYS = "/security/passkeys";
  private static final String PASSKEY_REMOVE = "/security/passkeys/remove";
  private static final String SESSION_END = "/security/sessions/end";
  private static final String OTHERS_END = "/security/sessions/end-others";

  /// What serves them.
  public List<Route> routes() {
    return List.of(
        pages.get(SignInPages.SECURITY, Who.ANYBODY, SecurityPages::overview),
        pages.get(CODE, Who.ANYBODY, this::code),
        pages.post(CODE, Who.ANYBODY, this::enrol),
        pages.post(CODE_REMOVE, Who.MEMBER, fresh(SecurityPages::removeCode)),
        pages.post(RECOVERY, Who.MEMBER, fresh(SecurityPages::recovery)),
        pages.get(PASSKEYS, Who.ANYBODY, SecurityPages::passkeys),
        pages.post(PASSKEYS, Who.ANYBODY, fresh(SecurityPages::addPasskey)),
        pages.post(PASSKEY_REMOVE, Who.MEMBER, fresh(SecurityPages::removePasskey)),
        pages.post(SESSION_END, Who.MEMBER, SecurityPages::endSession),
        pages.post(OTHERS_END, Who.MEMBER, SecurityPages::endOthers));
  }

  /// What a link to them says.
  public static Text title() {
    return SAY.securityTitle();
  }

  /// Sends whoever signed in a while ago to do it again.
  public static SignedPages.SignedView fresh(SignedPages.SignedView view) {
    return fresh(view, SignInPages.SECURITY);
  }

  /// @param next where the visitor goes on then
  public static SignedPages.SignedView fresh(SignedPages.SignedView view, String next) {
    return signed ->
        signed.door().isFresh(signed.visitor().session())
            ? view.answer(signed)
            : signed
                .show(
                    SAY.againTitle(),
                    List.of(
                        signed.paragraph(SAY.again()),
                        element(
                            "p",
                            element("a", signed.say(SAY.signIn()))
                                .with("href", SignInPages.SIGN_IN + "?next=" + next))))
                .with(Status.FORBIDDEN);
  }

  private static Response overview(Signed signed) throws IOException {
    Proofs proofs = signed.door().proofs(signed.visitor().user());
    var content = new ArrayList<Html>();
    if (signed.visitor().bare()) {
      content.add(signed.note("warn", SAY.bare()));
    }
    content.add(signed.heading(SAY.codeTitle()));
    if (proofs.code().isPresent()) {
      content.add(signed.paragraph(SAY.codeOn(proofs.recovery().hashes().size())));
      content.add(signed.form(RECOVERY).button(SAY.newRecovery(), "quiet"));
      content.add(signed.form(CODE_REMOVE).button(SAY.removeCode(), "danger"));
    } else {
      content.add(signed.paragraph(SAY.codeOff()));
      content.add(way(signed, CODE, SAY.setUpCode()));
    }
    content.add(signed.heading(SAY.passkeysTitle()));
    content.add(signed.paragraph(SAY.passkeysAre()));
    for (Passkey passkey : proofs.passkeys()) {
      content.add(
          element(
                  "div",
                  element("h3", words(StrangerText.of(passkey.label()).onTerminal())),
                  signed.paragraph(
                      passkey
                          .used()
                          .map(at -> SAY.passkeyUsed(day(passkey.added()), time(at)))
                          .orElseGet(() -> SAY.passkeyUnused(day(passkey.added())))),
                  signed
                      .form(PASSKEY_REMOVE)
                      .hidden("id", passkey.id())
                      .button(SAY.removePasskey(), "quiet"))
              .with("class", "card"));
    }
    if (SignInPages.passkeyHost(signed.request()).isPresent()) {
      content.add(way(signed, PASSKEYS, SAY.addPasskey()));
    }
    content.add(signed.heading(SAY.sessionsTitle()));
    sessions(signed, content);
    return signed.show(SAY.securityTitle(), content);
  }

  private static Html way(Signed signed, String path, Text text) {
    return element("p", element("a", signed.say(text)).with("href", path).with("class", "button"));
  }

  private static void sessions(Signed signed, List<Html> content) throws IOException {
    List<WebSession> all =
        signed.door().sessions().list(Optional.of(signed.user()), signed.door().life());
    for (WebSession session : all) {
      boolean own = session.hash().equals(signed.visitor().session().hash());
      var card = new ArrayList<Html>();
      card.add(element("h3", words(session.browser())));
      card.add(
          signed.paragraph(
              SAY.session(
                  StrangerText.of(session.address()).onTerminal(),
                  time(session.began()),
                  time(session.seen()))));
      card.add(
          own
              ? signed.paragraph(SAY.thisBrowser())
              : signed
                  .form(SESSION_END)
                  .hidden("id", session.id())
                  .button(SAY.endSession(), "quiet"));
      content.add(element("div", card).with("class", "card"));
    }
    if (all.size() > 1) {
      content.add(signed.form(OTHERS_END).button(SAY.endOthers(), "danger"));
    }
  }

  /// As people of every language read it, in UTC as the log has it.
  public static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.MINUTES).toString().replace('T', ' ').replace(":00Z", " UTC");
  }

  private static String day(Instant at) {
    return at.toString().substring(0, 10);
  }

  // ---- time codes

  private Response code(Signed signed) throws IOException {
    return signed.door().proofs(signed.visitor().user()).code().isPresent()
        ? Response.seeOther(SignInPages.SECURITY)
        : codePage(signed, signed.door().newSecret(), Optional.empty());
  }

  private Response codePage(Signed signed, TimeCode secret, Optional<Text> problem) {
    var content = new ArrayList<Html>();
    problem.ifPresent(text -> content.add(signed.note("bad", text)));
    content.add(signed.paragraph(SAY.codeHow()));
    content.add(
        QrPicture.of(
            secret.uri(site, signed.user().text()), SAY.codePicture().in(signed.language())));
    content.add(signed.paragraph(SAY.codeByHand()));
    content.add(
        element("p", element("code", words(secret.base32().replaceAll("(.{4})(?=.)", "$1 ")))));
    content.add(
        signed
            .form(CODE)
            .hidden("secret", secret.base32())
            .field(
                SAY.codeShown(),
                Form.input("code", "text", "one-time-code")
                    .with("required", "")
                    .with("inputmode", "numeric")
                    .with("maxlength", "10"))
            .button(SAY.setUpCode()));
    return signed.show(SAY.setUpCode(), content);
  }

  private Response enrol(Signed signed) throws IOException {
    Optional<TimeCode> secret = TimeCode.parse(signed.field("secret").orElse(""));
    boolean has = signed.door().proofs(signed.visitor().user()).code().isPresent();
    if (secret.isEmpty() || has) {
      return Response.seeOther(SignInPages.SECURITY);
    }
    if (!signed.door().isFresh(signed.visitor().session())) {
      return fresh(_ -> Response.of(Status.FORBIDDEN)).answer(signed);
    }
    Optional<RecoveryCodes.Made> made =
        signed
            .door()
            .enrol(
                signed.client(), signed.visitor(), secret.get(), signed.field("code").orElse(""));
    if (made.isEmpty()) {
      return codePage(signed, secret.get(), Optional.of(SAY.wrongCode())).with(Status.FORBIDDEN);
    }
    return signed.renewed(WebSession.Way.CODE, now -> codes(now, made.get()));
  }

  private static Response codes(Signed signed, RecoveryCodes.Made made) {
    return signed.show(
        SAY.recoveryTitle(),
        List.of(
            signed.note("good", SAY.codeIsOn()),
            signed.paragraph(SAY.recoveryAre()),
            element(
                "ul",
                made.shown().stream()
                    .map(code -> element("li", element("code", words(code))))
                    .toList()),
            way(signed, SignInPages.SECURITY, SAY.recoveryKept())));
  }

  private static Response recovery(Signed signed) throws IOException {
    Optional<RecoveryCodes.Made> made =
        signed.door().newRecoveryCodes(signed.client(), signed.visitor());
    return made.isEmpty() ? Response.seeOther(SignInPages.SECURITY) : codes(signed, made.get());
  }

  private static Response removeCode(Signed signed) throws IOException {
    signed.door().removeCode(signed.client(), signed.visitor());
    return Response.seeOther(SignInPages.SECURITY);
  }

  // ---- passkeys

  private static Response passkeys(Signed signed) throws IOException {
    Optional<SignInPages.Place> place = SignInPages.passkeyHost(signed.request());
    if (place.isEmpty()) {
      return Response.seeOther(SignInPages.SECURITY);
    }
    String options =
        signed.door().passkeyCreation(signed.visitor(), place.get().host(), place.get().origin());
    return signed
        .show(
            SAY.addPasskey(),
            List.of(
                signed.paragraph(SAY.passkeysAre()),
                element("noscript", signed.note("warn", SAY.passkeyNeedsScript())),
                SignInPages.passkeyForm(
                    signed
                        .form(PASSKEYS)
                        .field(
                            SAY.passkeyLabel(),
                            Form.input("label", "text", "off")
                                .with("maxlength", "" + Passkey.LONGEST_LABEL)),
                    "create",
                    options,
                    SAY.addPasskey()),
                new Html.Script(PasskeyScript.PATH)))
        .withScripts();
  }

  private static Response addPasskey(Signed signed) throws IOException {
    Optional<SignInPages.Place> place = SignInPages.passkeyHost(signed.request());
    boolean added =
        place.isPresent()
            && signed
                .door()
                .addPasskey(
                    signed.client(),
                    signed.visitor(),
                    place.get().host(),
                    place.get().origin(),
                    signed.field("label").orElse(""),
                    signed.field("answer").orElse(""));
    if (!added) {
      return signed
          .show(
              SAY.addPasskey(),
              List.of(
                  signed.note("bad", SAY.passkeyFailed()), way(signed, PASSKEYS, SAY.addPasskey())))
          .with(Status.FORBIDDEN);
    }
    return signed.visitor().bare()
        ? signed.renewed(WebSession.Way.PASSKEY, _ -> Response.seeOther(SignInPages.SECURITY))
        : Response.seeOther(SignInPages.SECURITY);
  }

  private static Response removePasskey(Signed signed) throws IOException {
    signed.door().removePasskey(signed.client(), signed.visitor(), signed.field("id").orElse(""));
    return Response.seeOther(SignInPages.SECURITY);
  }

  // ---- sessions

  private static Response endSession(Signed signed) throws IOException {
    String id = signed.field("id").orElse("");
    signed
        .door()
        .sessions()
        .end(one -> one.user().equals(signed.user()) && one.id().equals(id))
        .forEach(one -> signed.done(Deed.Kind.SESSION_ENDED, one.id()));
    return Response.seeOther(SignInPages.SECURITY);
  }

  private static Response endOthers(Signed signed) throws IOException {
    String own = signed.visitor().session().hash();
    signed
        .door()
        .sessions()
        .end(one -> one.user().equals(signed.user()) && !one.hash().equals(own))
        .forEach(one -> signed.done(Deed.Kind.SESSION_ENDED, one.id()));
    return Response.seeOther(SignInPages.SECURITY);
  }
}
