package net.facteur.server.quarantine;

import static net.facteur.server.quarantine.QuarantineTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;
import net.facteur.server.web.Html;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;

/// The page behind a link of a digest: it shows the message and a button. To look at it changes
/// nothing, however often programs do that scan links; the button releases the message, once.
///
/// @param language of the page
public record ReleasePages(
    QuarantineStore store, Releases releases, Language language, InstantSource clock) {
  /// Where the pages are.
  static final String PATH = "/quarantine/";

  private static final String TOKEN = "token";

  /// What the web serves.
  public List<Route> routes() {
    return routes(Scheme.HTTPS);
  }

  List<Route> routes(Scheme scheme) {
    String path = PATH + "{" + TOKEN + "}";
    return List.of(Route.get(scheme, path, this::show), Route.post(scheme, path, this::act));
  }

  /// What a proven token leads to.
  ///
  /// @param whole true while its time is not over
  private record Proven(KeptMessage message, KeptRecipient recipient, boolean whole) {}

  private Optional<Proven> proven(Request request) throws IOException {
    Optional<ReleaseLinks.Claim> claim = ReleaseLinks.Claim.parse(request.variable(TOKEN));
    Optional<byte[]> secret = claim.isPresent() ? ReleaseSecret.of(store).read() : Optional.empty();
    if (claim.isEmpty() || secret.isEmpty()) {
      return Optional.empty();
    }
    ReleaseLinks.Claim its = claim.get();
    Optional<KeptMessage> message = store.find(its.id());
    if (message.isEmpty() || its.number() >= message.get().recipients().size()) {
      return Optional.empty();
    }
    KeptRecipient recipient = message.get().recipients().get(its.number());
    return new ReleaseLinks(secret.get()).proves(its, recipient.address())
        ? Optional.of(new Proven(message.get(), recipient, clock.instant().isBefore(its.expiry())))
        : Optional.empty();
  }

  private Response show(Request request) throws IOException {
    Optional<Proven> proven = proven(request);
    if (proven.isEmpty()) {
      return missing();
    }
    KeptMessage message = proven.get().message();
    return ended(proven.get())
        .map(text -> page(message, List.of(paragraph(text))))
        .orElseGet(
            () ->
                page(
                    message,
                    List.of(
                        paragraph(SAY.pageQuestion()),
                        // The form goes to where the page came from.
                        element("form", element("button", words(SAY.pageButton().in(language))))
                            .with("method", "post"))));
  }

  /// What is said where nothing can be released any more.
  private static Optional<Text> ended(Proven proven) {
    if (proven.message().harmful()) {
      return Optional.of(SAY.pageHarmful());
    }
    return switch (proven.recipient().fate()) {
      case Fate.Released _, Fate.Releasing _ -> Optional.of(SAY.pageDone());
      case Fate.Dropped _ -> Optional.of(SAY.pageDropped());
      case Fate.Expired _ -> Optional.of(SAY.pageExpired());
      case Fate.Kept _, Fate.Wished _ ->
          proven.whole() ? Optional.empty() : Optional.of(SAY.pageExpired());
    };
  }

  private Response act(Request request) throws IOException {
    Optional<Proven> proven = proven(request);
    if (proven.isEmpty()) {
      return missing();
    }
    KeptMessage message = proven.get().message();
    Optional<Text> ended = ended(proven.get());
    if (ended.isPresent()) {
      return page(message, List.of(paragraph(ended.get())));
    }
    MailAddress address = proven.get().recipient().address();
    var wish =
        new Releases.Wish(
            message.id(), one -> one.address().equals(address), address + " (link)", false, false);
    return switch (releases.release(wish)) {
      case Releases.Outcome.Released _, Releases.Outcome.Noted _ ->
          page(message, List.of(paragraph(SAY.pageReleased(address.text()))));
      case Releases.Outcome.Settled(KeptMessage now) ->
          page(message, List.of(paragraph(ended(now, address).orElse(SAY.pageDone()))));
      case Releases.Outcome.Harmful _ -> page(message, List.of(paragraph(SAY.pageHarmful())));
      case Releases.Outcome.Unknown _ -> missing();
      case Releases.Outcome.Failed _ ->
          with(Status.UNAVAILABLE, page(message, List.of(paragraph(SAY.pageFailed()))));
    };
  }

  private static Optional<Text> ended(KeptMessage message, MailAddress address) {
    return message.recipients().stream()
        .filter(one -> one.address().equals(address))
        .findFirst()
        .flatMap(one -> ended(new Proven(message, one, true)));
  }

  private Response missing() {
    return with(
        Status.NOT_FOUND,
        Response.page(
            language,
            SAY.pageTitle().in(language),
            element("h1", words(SAY.pageTitle().in(language))),
            paragraph(SAY.pageNone())));
  }

  private Response page(KeptMessage message, List<Html> more) {
    var content = new ArrayList<Html>();
    content.add(element("h1", words(SAY.pageTitle().in(language))));
    content.add(paragraph(SAY.digestFrom(shown(message.glance().from()))));
    content.add(paragraph(SAY.digestSubject(shown(message.glance().subject()))));
    content.add(
        paragraph(SAY.digestReason(reason(message), QuarantineDigest.time(message.received()))));
    content.addAll(more);
    return with(
        Status.OK,
        Response.page(language, SAY.pageTitle().in(language), content.toArray(Html[]::new)));
  }

  /// No search engine keeps what it finds here.
  private static Response with(Status status, Response page) {
    return new Response(
        status, page.type(), page.body(), Map.of("x-robots-tag", "noindex, nofollow"));
  }

  private Html paragraph(Text text) {
    return element("p", words(text.in(language)));
  }

  private static String shown(String strangers) {
    return strangers.isEmpty() ? "-" : StrangerText.of(strangers).onTerminal();
  }

  /// Why a message is in quarantine, for people.
  static Text reason(KeptMessage message) {
    return switch (message.handling().cause()) {
      case VIRUS -> SAY.causeVirus();
      case ATTACHMENT -> SAY.causeAttachment();
      case SPAM -> SAY.causeSpam();
      case RULE -> SAY.causeRule();
    };
  }
}
