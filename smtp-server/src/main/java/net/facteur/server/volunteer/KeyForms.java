package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.NamesTexts.SAY;
import static net.facteur.server.web.Html.element;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyState;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.Signed;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Status;

/// What is done with a DKIM key by a page: a question that says what happens, then the deed,
/// through the door of `facteur dkim`.
public record KeyForms(NamesPage.Doors doors) {
  static final String ASK = NamesPage.NAMES + "/ask";
  static final String DO = NamesPage.NAMES + "/key";

  /// How long a browser waits. What takes longer goes on, and is told by the page of names.
  private static final int SECONDS = 20;

  /// Does something with a key, see [net.facteur.server.keys.KeyRequests#fulfil].
  @FunctionalInterface
  public interface KeyDoor {
    /// @param out gets `says`, or `refused` with a `remedy`; and each `notice` with its `text`
    void fulfil(KeyWish wish, Language language, Consumer<Map<String, Object>> out)
        throws IOException;
  }

  static Form form(
      Signed signed, String path, DomainName domain, KeyWish.Verb verb, String selector) {
    return signed
        .form(path)
        .hidden("domain", domain.text())
        .hidden("verb", verb.word())
        .hidden("selector", selector);
  }

  /// A box that says what is due, with the line to type.
  static Html note(Signed signed, Text what, String line) {
    return element("div", signed.paragraph(what), Shown.lines(signed, List.of(Text.of(line))))
        .with("class", "note warn");
  }

  /// What a visitor wants; empty where it is nothing that this page does.
  private Optional<KeyWish> wish(Signed signed) {
    Optional<DomainName> domain = signed.field("domain").flatMap(doors::domain);
    String selector = signed.field("selector").orElse("");
    return KeyWish.Verb.of(signed.field("verb").orElse(""))
        .filter(
            verb ->
                switch (verb) {
                  case ROTATE -> selector.isEmpty();
                  case COMPROMISE, REVOKE -> KeyName.isSelector(selector);
                  case ADOPT, ACTIVATE, RETIRE, REVEAL -> false;
                })
        .flatMap(
            verb -> domain.map(name -> new KeyWish(verb, name, selector, signed.user().text())));
  }

  Response ask(Signed signed) throws IOException {
    Optional<KeyWish> wish = wish(signed);
    if (wish.isEmpty()) {
      return nothing(signed);
    }
    KeyWish its = wish.get();
    Text label =
        switch (its.verb()) {
          case COMPROMISE -> SAY.keyCompromise(its.selector());
          case REVOKE -> SAY.keyRevoke(its.selector());
          case ROTATE, ADOPT, ACTIVATE, RETIRE, REVEAL -> SAY.keyRotate();
        };
    Text publication =
        SAY.byPublication(
            doors.keys().publication().method() == KeySettings.Method.ASSISTED
                ? SAY.publicationAssisted()
                : SAY.publicationSelf());
    return signed.show(
        SAY.keysTitle(its.domain().text()),
        List.of(
            signed.note("warn", question(its)),
            signed.paragraph(publication),
            form(signed, DO, its.domain(), its.verb(), its.selector())
                .button(label, its.verb() == KeyWish.Verb.ROTATE ? "" : "danger"),
            signed.paragraph(SAY.sameByCommand(line(its))).with("class", "hint"),
            back(signed, its.domain())));
  }

  private static String line(KeyWish wish) {
    return ("facteur dkim " + wish.verb().word() + " " + wish.domain() + " " + wish.selector())
        .strip();
  }

  /// What happens, and what happens then.
  private Text question(KeyWish wish) throws IOException {
    KeyRing ring = doors.ring().read();
    Optional<String> active = ring.active(wish.domain()).map(entry -> entry.name().selector());
    Optional<String> spare =
        ring.of(wish.domain()).stream()
            .filter(entry -> entry.inReserve() && entry.state() instanceof KeyState.Visible)
            .map(entry -> entry.name().selector())
            .findFirst();
    int keep = (int) doors.keys().life().keep().toDays();
    boolean signs = active.equals(Optional.of(wish.selector()));
    return switch (wish.verb()) {
      case COMPROMISE ->
          spare
              .filter(_ -> signs)
              .map(other -> SAY.compromiseSpareSure(wish.selector(), other))
              .orElseGet(() -> SAY.compromiseSure(wish.selector()));
      case REVOKE ->
          ring.find(new KeyName(wish.domain(), wish.selector()))
                  .filter(entry -> entry.state().coming())
                  .isPresent()
              ? SAY.revokeUnusedSure(wish.selector())
              : SAY.revokeSure(wish.selector());
      case ROTATE, ADOPT, ACTIVATE, RETIRE, REVEAL ->
          active
              .map(
                  now ->
                      spare
                          .map(other -> SAY.rotateSpareSure(now, other, keep))
                          .orElseGet(() -> SAY.rotateSure(now, keep)))
              .orElseGet(() -> SAY.firstSure(wish.domain().text()));
    };
  }

  private static Html back(Signed signed, DomainName domain) {
    return element("p", Shown.link(NamesPage.path(domain), signed.say(SAY.backToNames())));
  }

  private static Response nothing(Signed signed) {
    return signed
        .show(
            SAY.namesTitle(),
            List.of(
                signed.note("bad", VolunteerTexts.SAY.nothingDone()),
                element("p", Shown.link(NamesPage.NAMES, signed.say(SAY.backToNames())))))
        .with(Status.CONFLICT);
  }

  // ---- the deed

  Response act(Signed signed) throws IOException {
    Optional<KeyWish> wish = wish(signed);
    if (wish.isEmpty()) {
      return nothing(signed);
    }
    KeyWish its = wish.get();
    Optional<List<Map<String, Object>>> answer = answer(signed, its);
    var content = new ArrayList<Html>();
    if (answer.isEmpty()) {
      content.add(signed.note("warn", SAY.keyGoesOn()));
    }
    boolean refused = false;
    for (Map<String, Object> line : answer.orElse(List.of())) {
      if (line.containsKey("refused")) {
        refused = true;
        content.add(box("bad", signed, text(line, "refused"), text(line, "remedy")));
      } else if (line.containsKey("says")) {
        content.add(box("good", signed, text(line, "says"), ""));
      } else if (line.containsKey("notice")) {
        content.add(element("h2", Shown.stranger(text(line, "notice"))));
        content.add(
            element("pre", Shown.said(signed, Text.of(text(line, "text")))).with("tabindex", "0"));
      }
    }
    content.add(signed.paragraph(SAY.keyDone()));
    content.add(back(signed, its.domain()));
    Response page = signed.show(SAY.keysTitle(its.domain().text()), content);
    return refused ? page.with(Status.CONFLICT) : page;
  }

  private static String text(Map<String, Object> line, String name) {
    return String.valueOf(line.getOrDefault(name, ""));
  }

  private static Html box(String kind, Signed signed, String what, String remedy) {
    var pieces = new ArrayList<Html>();
    pieces.add(element("p", Shown.said(signed, Text.of(what))).with("class", "lines"));
    if (!remedy.isBlank()) {
      pieces.add(element("p", Shown.said(signed, Text.of(remedy))).with("class", "lines"));
    }
    return element("div", pieces)
        .with("class", "note " + kind)
        .with("role", kind.equals("good") ? "status" : "alert");
  }

  /// The lines of the answer; empty where name servers take longer than a browser waits.
  private Optional<List<Map<String, Object>>> answer(Signed signed, KeyWish wish)
      throws IOException {
    CompletableFuture<List<Map<String, Object>>> answer =
        CompletableFuture.supplyAsync(() -> fulfil(signed, wish), doors.workers());
    try {
      return Optional.of(answer.get(SECONDS, TimeUnit.SECONDS));
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case UncheckedIOException io -> throw io.getCause();
        case null, default -> throw new CompletionException(e);
      }
    }
  }

  private List<Map<String, Object>> fulfil(Signed signed, KeyWish wish) {
    var lines = new ArrayList<Map<String, Object>>();
    try {
      doors.key().fulfil(wish, signed.language(), lines::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (lines.stream().noneMatch(line -> line.containsKey("refused"))) {
      signed.done(wish.deed(), wish.on());
      // What is to be pasted now stands on the page of names then.
      var _ = doors.looks().begin(wish.domain(), doors.looking());
    }
    return List.copyOf(lines);
  }
}
