package net.facteur.server.quarantine;

import static net.facteur.server.quarantine.QuarantineTexts.SAY;

import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// What commands ask of the quarantine: of a running server, or of its files where none runs.
public final class QuarantineRequests {
  private final QuarantineView view;
  private final Optional<Releases> releases;
  private final InstantSource clock;

  private QuarantineRequests(
      QuarantineView view, Optional<Releases> releases, InstantSource clock) {
    this.view = view;
    this.releases = releases;
    this.clock = clock;
  }

  /// Those that a running server is asked.
  public static QuarantineRequests of(QuarantineView view, Releases releases, InstantSource clock) {
    return new QuarantineRequests(view, Optional.of(releases), clock);
  }

  /// Those without a server: what is to be released waits until one runs.
  public static QuarantineRequests ofFiles(QuarantineView view, InstantSource clock) {
    return new QuarantineRequests(view, Optional.empty(), clock);
  }

  /// Does what somebody wants, and tells of each message.
  ///
  /// @param language of who asks
  /// @return what is wrong; empty where it was done
  /// @throws IOException where the quarantine cannot be read or written
  public Optional<Text> fulfil(
      QuarantineWish wish, Language language, Consumer<Map<String, Object>> out)
      throws IOException {
    if (wish.verb() == QuarantineWish.Verb.LIST) {
      view.list(out);
      return Optional.empty();
    }
    Optional<KeptMessage> message = view.named(wish.id());
    if (message.isEmpty()) {
      return Optional.of(SAY.noSuch(wish.id()));
    }
    return switch (wish.verb()) {
      case LIST -> Optional.empty();
      case SHOW -> {
        view.show(message.get(), out);
        yield Optional.empty();
      }
      case RELEASE, LEARN, DROP -> act(wish, message.get(), language, out);
    };
  }

  private Optional<Text> act(
      QuarantineWish wish,
      KeptMessage message,
      Language language,
      Consumer<Map<String, Object>> out)
      throws IOException {
    Optional<String> stranger =
        wish.to().stream()
            .filter(to -> message.recipients().stream().noneMatch(one -> isCalled(one, to)))
            .findFirst();
    if (stranger.isPresent()) {
      return Optional.of(SAY.noRecipient(wish.id(), stranger.get()));
    }
    var meant =
        new Releases.Wish(
            message.id(),
            one -> wish.to().isEmpty() || wish.to().stream().anyMatch(to -> isCalled(one, to)),
            "postmaster (" + wish.by() + ")",
            wish.harmful(),
            wish.verb() == QuarantineWish.Verb.LEARN);
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Releases.Outcome outcome =
        wish.verb() == QuarantineWish.Verb.DROP
            ? Releases.drop(view.store(), meant, now)
            : releases.isPresent()
                ? releases.get().release(meant)
                : Releases.note(view.store(), meant, now);
    var line = new LinkedHashMap<String, Object>();
    line.put("id", message.id().text());
    return switch (outcome) {
      case Releases.Outcome.Released(var as, List<MailAddress> to, Optional<Text> unlearnt) -> {
        line.put("outcome", "released");
        line.put("as", as.text());
        line.put("to", to.stream().map(MailAddress::text).toList());
        if (meant.ham()) {
          line.put("learnt", unlearnt.isEmpty());
          unlearnt.ifPresent(why -> line.put("unlearnt", why.in(language)));
        }
        out.accept(line);
        yield Optional.empty();
      }
      case Releases.Outcome.Noted(List<MailAddress> to) -> {
        line.put("outcome", wish.verb() == QuarantineWish.Verb.DROP ? "dropped" : "noted");
        line.put("to", to.stream().map(MailAddress::text).toList());
        out.accept(line);
        yield Optional.empty();
      }
      case Releases.Outcome.Settled _ -> Optional.of(SAY.settled(wish.id()));
      case Releases.Outcome.Harmful _ -> Optional.of(SAY.harmful(wish.id()));
      case Releases.Outcome.Unknown _ -> Optional.of(SAY.noSuch(wish.id()));
      case Releases.Outcome.Failed(Text why) -> Optional.of(SAY.notReleased(wish.id(), why));
    };
  }

  private static boolean isCalled(KeptRecipient one, String address) {
    return one.address().text().equalsIgnoreCase(address);
  }
}
