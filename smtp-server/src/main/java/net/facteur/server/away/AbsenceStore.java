package net.facteur.server.away;

import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileStamp;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Language;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.Addresses;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The absences of the file, in memory. Where the file cannot be read they stay as they were. Safe
/// for use by many threads.
public final class AbsenceStore {
  private static final Logger LOG = LogManager.getLogger(AbsenceStore.class);

  private final AbsencesFile file;
  private final InstantSource clock;
  private final ZoneId zone;
  private volatile Snapshot snapshot =
      new Snapshot(AbsencesFile.Content.NOTHING, "", Optional.empty());
  private volatile Book book =
      new Book(AbsencesFile.Content.NOTHING, LocalDate.MIN, Addresses.NONE);

  /// @param trouble why the file could not be read
  private record Snapshot(AbsencesFile.Content content, String stamp, Optional<String> trouble) {}

  /// Where mail for those who left goes.
  private record Book(AbsencesFile.Content content, LocalDate day, Addresses addresses) {}

  /// Reads the file.
  ///
  /// @param zone where a day begins
  public AbsenceStore(AbsencesFile file, InstantSource clock, ZoneId zone) {
    this.file = file;
    this.clock = clock;
    this.zone = zone;
    refresh();
  }

  /// The absences of these settings.
  public static AbsenceStore of(Settings settings, InstantSource clock) {
    return new AbsenceStore(
        AbsencesFile.beside(AccountsSettings.file(settings)), clock, HostSettings.zone(settings));
  }

  /// The day that it is.
  public LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), zone);
  }

  public AbsencesFile file() {
    return file;
  }

  /// True where nobody is away, so that nothing has to be looked at.
  boolean none() {
    return snapshot.content().absences().isEmpty();
  }

  /// What stands for an address, whether it counts today or not.
  public Optional<Absence> find(UserName user) {
    return snapshot.content().find(user);
  }

  /// What is answered for an address today.
  Optional<Absence> present(UserName user, Absence.Kind kind) {
    return find(user).filter(its -> its.kind() == kind && its.counts(today()));
  }

  /// True for the address of somebody who left, whose mail goes to nobody else and is answered for
  /// a time.
  public boolean left(UserName address) {
    return present(address, Absence.Kind.LEFT).filter(its -> its.passOn().isEmpty()).isPresent();
  }

  /// Where mail for those who left goes on to.
  public AddressBook receiving() {
    return () -> {
      AbsencesFile.Content content = snapshot.content();
      LocalDate today = today();
      Book known = book;
      if (!known.day().equals(today) || !known.content().equals(content)) {
        Map<String, List<String>> aliases =
            content.absences().values().stream()
                .filter(its -> its.kind() == Absence.Kind.LEFT && its.counts(today))
                .filter(its -> its.passOn().isPresent())
                .collect(
                    Collectors.toMap(
                        its -> its.user().text(), its -> List.of(its.passOn().orElseThrow())));
        known =
            new Book(
                content, today, new Addresses(aliases, Map.of(), Set.of(), Set.of(), Map.of()));
        book = known;
      }
      return known.addresses();
    };
  }

  /// What is wrong with the file, in words for an administrator; empty where nothing is.
  public List<String> problems() {
    Snapshot seen = snapshot;
    var problems = new ArrayList<String>();
    seen.content()
        .problems(file.path())
        .forEach(problem -> problems.add(problem.in(Language.ENGLISH)));
    seen.trouble().ifPresent(problems::add);
    return problems;
  }

  /// Puts an absence there, and knows it at once.
  ///
  /// @param seen as [AbsencesFile#version] has it, where somebody changes what was shown to them
  public AbsencesFile.Outcome put(Absence absence, Optional<String> seen) throws IOException {
    AbsencesFile.Outcome outcome = file.put(absence, seen);
    refresh();
    return outcome;
  }

  /// Takes one away.
  public AbsencesFile.Outcome remove(UserName user, Optional<String> seen) throws IOException {
    AbsencesFile.Outcome outcome = file.remove(user, seen);
    refresh();
    return outcome;
  }

  /// Reads the file again where it changed, or could not be read before.
  public synchronized void refresh() {
    Snapshot before = snapshot;
    String stamp = FileStamp.of(file.path());
    if (stamp.equals(before.stamp()) && before.trouble().isEmpty()) {
      return;
    }
    try {
      snapshot = new Snapshot(file.read(), stamp, Optional.empty());
    } catch (IOException e) {
      snapshot =
          new Snapshot(before.content(), before.stamp(), Optional.of(FileTrouble.sentence(e)));
    }
    if (!snapshot.trouble().equals(before.trouble())
        || !snapshot.content().damaged().equals(before.content().damaged())) {
      problems().forEach(problem -> LOG.error("absences: {}", problem));
    }
  }
}
