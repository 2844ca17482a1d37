package net.facteur.server.roles;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileStamp;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.files.ToldException;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Language;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.Addresses;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The roles of the file, in memory, as they count at this moment. Where the file cannot be read
/// they stay as they were, and mail for addresses that nobody has waits. Safe for use by many
/// threads.
public final class RoleStore {
  private static final Logger LOG = LogManager.getLogger(RoleStore.class);

  private final RolesFile file;
  private final InstantSource clock;
  private final ZoneId zone;
  private final boolean logs;
  private volatile Snapshot snapshot;

  /// @param trouble why the file could not be read
  /// @param receiving where mail to roles goes
  /// @param sending who may send as a role
  /// @param next when the first of what counts now changes
  private record Snapshot(
      RolesFile.Content content,
      String stamp,
      Optional<String> trouble,
      Addresses receiving,
      Addresses sending,
      Instant from,
      Optional<Instant> next) {}

  /// Reads the file, and tells the log what is wrong with it.
  ///
  /// @param zone where a day begins
  public RoleStore(RolesFile file, InstantSource clock, ZoneId zone) {
    this(file, clock, zone, true);
  }

  private RoleStore(RolesFile file, InstantSource clock, ZoneId zone, boolean logs) {
    this.logs = logs;
    this.file = file;
    this.clock = clock;
    this.zone = zone;
    this.snapshot =
        new Snapshot(
            RolesFile.Content.NOTHING,
            "",
            Optional.empty(),
            Addresses.NONE,
            Addresses.NONE,
            Instant.MIN,
            Optional.empty());
    refresh();
  }

  /// The roles of these settings.
  public static RoleStore of(Settings settings, InstantSource clock) {
    return of(settings, clock, true);
  }

  /// The same for somebody who tells what is wrong with the file in another way.
  public static RoleStore unlogged(Settings settings, InstantSource clock) {
    return of(settings, clock, false);
  }

  private static RoleStore of(Settings settings, InstantSource clock, boolean logs) {
    return new RoleStore(
        RolesFile.beside(AccountsSettings.file(settings)),
        clock,
        HostSettings.zone(settings),
        logs);
  }

  /// The day that it is.
  public LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), zone);
  }

  /// Where mail to roles goes: to who holds them, and for a time to who held them before; to the
  /// postmaster where nobody does.
  public AddressBook receiving() {
    return new Book(true);
  }

  /// Whose addresses they are: of those who hold them now.
  public AddressBook sending() {
    return new Book(false);
  }

  private final class Book implements AddressBook {
    private final boolean receiving;

    private Book(boolean receiving) {
      this.receiving = receiving;
    }

    @Override
    public Addresses now() {
      Snapshot seen = present();
      return receiving ? seen.receiving() : seen.sending();
    }

    @Override
    public boolean uncertain() {
      Snapshot seen = snapshot;
      return seen.trouble().isPresent() || seen.content().uncertain();
    }
  }

  private Snapshot present() {
    Snapshot seen = snapshot;
    Instant now = clock.instant();
    // A clock that is set back makes what was, count again.
    if (now.isBefore(seen.from()) || seen.next().filter(at -> !now.isBefore(at)).isPresent()) {
      synchronized (this) {
        snapshot = of(snapshot.content(), snapshot.stamp(), snapshot.trouble());
        seen = snapshot;
      }
    }
    return seen;
  }

  /// When the first of what counts now changes; empty for never.
  Optional<Instant> next() {
    return present().next();
  }

  /// The roles as the file has them.
  public RolesFile.Content content() {
    return snapshot.content();
  }

  /// Where they are kept.
  public RolesFile file() {
    return file;
  }

  /// What is wrong with the file, in words for an administrator; empty where nothing is.
  public List<String> problems() {
    Snapshot seen = snapshot;
    var problems = new ArrayList<String>();
    seen.content()
        .problems(file.path())
        .forEach(problem -> problems.add(problem.in(Language.ENGLISH)));
    seen.trouble().ifPresent(why -> problems.add(RolesTexts.SAY.unread(why).in(Language.ENGLISH)));
    return problems;
  }

  /// Changes a role, durably, and knows it at once.
  ///
  /// @param seen as [RolesFile#version] has it, where somebody changes what was shown to them
  /// @throws IOException where the file cannot be read or written
  public RoleChange.Outcome change(RoleChange change, Optional<String> seen) throws IOException {
    RoleChange.Outcome outcome = file.apply(change, today(), seen);
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
      if (FileStamp.isNone(stamp) && !before.content().roles().isEmpty()) {
        throw new ToldException(RolesTexts.SAY.gone(file.path()));
      }
      snapshot = of(file.read(), stamp, Optional.empty());
    } catch (IOException e) {
      snapshot = of(before.content(), before.stamp(), Optional.of(FileTrouble.sentence(e)));
    }
    if (!logs) {
      return;
    }
    if (!snapshot.trouble().equals(before.trouble())
        || !snapshot.content().damaged().equals(before.content().damaged())
        || snapshot.content().cut() != before.content().cut()) {
      problems().forEach(problem -> LOG.error("roles: {}", problem));
    }
    if (!snapshot.content().roles().equals(before.content().roles())) {
      LOG.info("roles read again: {}", snapshot.content().present().size());
    }
  }

  private Snapshot of(RolesFile.Content content, String stamp, Optional<String> trouble) {
    Instant now = clock.instant();
    LocalDate today = LocalDate.ofInstant(now, zone);
    Map<String, List<String>> receiving = new HashMap<>();
    Map<String, List<String>> sending = new HashMap<>();
    for (Role role : content.present()) {
      List<String> holders = role.holders(today);
      sending.put(role.address().text(), holders);
      receiving.put(
          role.address().text(),
          holders.isEmpty()
              ? List.of(postmaster(role.address()))
              : Stream.concat(holders.stream(), role.copied(today).stream()).toList());
    }
    return new Snapshot(
        content,
        stamp,
        trouble,
        aliases(receiving),
        aliases(sending),
        today.atStartOfDay(zone).toInstant(),
        content.present().stream()
            .flatMap(Role::turns)
            .filter(day -> day.isAfter(today))
            .min(LocalDate::compareTo)
            .map(day -> day.atStartOfDay(zone).toInstant()));
  }

  /// Nobody's mail is the postmaster's.
  private static String postmaster(UserName role) {
    return "postmaster@" + role.domain().text();
  }

  private static Addresses aliases(Map<String, List<String>> table) {
    return new Addresses(table, Map.of(), Set.of(), Set.of(), Map.of());
  }
}
