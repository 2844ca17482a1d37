package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.text.Normalizer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.away.Absence;
import net.facteur.server.away.AbsencesFile;
import net.facteur.server.filter.rules.RulesFile;
import net.facteur.server.language.Text;
import net.facteur.server.mailbox.UserHome;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "remove")
final class UserRemove extends UserEditing {
  private static final String USUAL = "90d";

  @Parameters(paramLabel = "NAME@DOMAIN")
  private String user = "";

  @ArgGroup(exclusive = true)
  private Leavings leavings = new Leavings();

  @Option(names = "--for", paramLabel = "DAYS")
  private @Nullable String duration;

  @Option(names = "--answer", paramLabel = "TEXT")
  private @Nullable String answer;

  /// What becomes of the mail.
  static final class Leavings {
    @Option(names = "--keep-mail")
    private boolean keep;

    @Option(names = "--forward-to", paramLabel = "ADDRESS")
    private @Nullable String forward;

    @Option(names = "--erase-mail")
    private boolean erase;
  }

  UserRemove(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    String forward = leavings.forward;
    boolean erase = leavings.erase;
    if (forward == null && !erase && !leavings.keep) {
      String leaving = ask(SAY.userRemoveQuestion(name.text())).orElse("");
      if (means(leaving, SAY.userForwardWords())) {
        forward = ask(SAY.userForwardQuestion()).orElse("");
        duration = ask(SAY.userForQuestion(USUAL)).filter(d -> !d.isEmpty()).orElse(USUAL);
      } else if (means(leaving, SAY.userEraseWords())) {
        erase = true;
      } else if (!leaving.isEmpty() && !means(leaving, SAY.userKeepWords())) {
        throw new CommandFailedException(SAY.userNoLeaving(leaving), SAY.userTypeAgain());
      }
    }
    Optional<String> to = Optional.ofNullable(forward).map(UserEditing::target);
    Optional<Instant> end = end(duration);
    if (to.isEmpty() && end.isPresent() && answer == null) {
      throw CommandFailedException.notUnderstood(SAY.userForAlone(), SAY.userAddForward());
    }
    if (to.flatMap(UserName::parse).filter(name::equals).isPresent()) {
      throw CommandFailedException.notUnderstood(
          SAY.userForwardToItself(name.text()), SAY.userForwardElsewhere());
    }
    Optional<UserHome> home = erase ? Optional.of(ownHome(name)) : Optional.empty();
    Optional<Absence> absence = absence(name);
    apply(new UserChange.Remove(name));
    if (to.isPresent()) {
      var entry = new AddressEntry.Alias(name, List.of(to.get()), end);
      apply(new AddressChange.Put(entry, true));
    }
    leave(name, absence);
    if (home.isPresent()) {
      home.get().erase();
    }
    var _ =
        RulesFile.beside(AccountsSettings.file(settings()))
            .apply(new RulesFile.Change.Forget(name));
    ok(removed(name, to, end, erase));
    if (to.isEmpty()) {
      tellOfLeading(name);
    }
    return Facteur.OK;
  }

  /// What is answered from now on; asked before anything is changed.
  private Optional<Absence> absence(UserName name) {
    if (answer == null) {
      return Optional.empty();
    }
    String words =
        Absence.text(answer.replace("\\n", "\n"))
            .orElseThrow(
                () ->
                    CommandFailedException.notUnderstood(
                        AwayCommandTexts.SAY.awayNoText(Absence.MAX_TEXT),
                        AwayCommandTexts.SAY.awayTypeText()));
    return Optional.of(
        AwayCommand.leaving(
            this, name, words, duration == null ? USUAL : duration, Optional.empty()));
  }

  /// What was answered while the user was away is answered no more; what is, comes in its place.
  private void leave(UserName name, Optional<Absence> absence) throws IOException {
    if (absence.isEmpty()) {
      forgetAbsence(name);
      return;
    }
    AbsencesFile.Outcome _ =
        AbsencesFile.beside(AccountsSettings.file(settings())).put(absence.get(), Optional.empty());
    readAgain();
    tell(AwayCommandTexts.SAY.awayLeft(name.text()));
  }

  /// @param words that mean it in the language of the terminal
  private boolean means(String answer, Text words) {
    return List.of(workplace.say(words).split(" "))
        .contains(Normalizer.normalize(answer, Normalizer.Form.NFC).toLowerCase(Locale.ROOT));
  }

  private static Text removed(
      UserName name, Optional<String> to, Optional<Instant> end, boolean erased) {
    if (to.isEmpty()) {
      return erased ? SAY.userRemovedErased(name.text()) : SAY.userRemoved(name.text());
    }
    return end.map(at -> SAY.userRemovedForwardUntil(name.text(), to.get(), at.toString()))
        .orElseGet(() -> SAY.userRemovedForward(name.text(), to.get()));
  }
}
