package net.facteur.server.checks;

import static net.facteur.server.checks.Reader.READ;
import static net.facteur.server.checks.Reader.SEARCH;
import static net.facteur.server.checks.Reader.WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.TransportMemory;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.doctor.DailyExamination;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.Journal;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.notices.WithheldReports;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.reception.SrsReturns;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsSettings;

/// Whether the server can use what it keeps for itself: its directories, and what it wrote there. A
/// command of root, or a copy from elsewhere, may have given some of it to another user.
final class Belongings {
  private static final int ALL = READ | WRITE | SEARCH;

  /// Mailboxes are looked at up to this many.
  private static final int MAILBOXES = 2_000;

  private final Settings settings;
  private final HostSettings host;
  private final Found found;

  /// Something of the server's.
  private record Kept(Path path, int rights) {}

  Belongings(Settings settings, Found found) {
    this.settings = settings;
    this.host = HostSettings.from(settings);
    this.found = found;
  }

  void look() {
    directory(HostSettings.DATA, host.data());
    directory(StoreSettings.DIRECTORY, StoreSettings.from(settings).queue().directory());
    directory(KeySettings.DIRECTORY, KeySettings.from(settings).directory(), READ | SEARCH);
    List<Path> closed = closed(vital());
    if (!closed.isEmpty()) {
      closed.forEach(found::useless);
      found.mistake(new Origin.InFile(host.data(), 0), cannotUse(closed), remedy(closed));
    }
    caution(closed(others()));
    if (RoutingSettings.from(settings).lmtp().isEmpty()) {
      mailboxes(MailboxSettings.from(settings).base());
    }
  }

  private void directory(Setting<Path> setting, Path path) {
    directory(setting, path, ALL);
  }

  /// @return true where nothing is wrong with it
  private boolean directory(Setting<Path> setting, Path path, int rights) {
    if (!found.usable(path)) {
      return false;
    }
    Optional<NamedFile.Trouble> trouble =
        Files.exists(path) ? ofDirectory(path, rights) : ofMissing(path);
    trouble.ifPresent(
        its -> {
          found.useless(path);
          found.mistake(
              settings.origin(setting),
              setting.name() + " names " + path + ", " + its.what(),
              its.remedy());
        });
    return trouble.isEmpty();
  }

  private Optional<NamedFile.Trouble> ofDirectory(Path path, int rights) {
    if (!Files.isDirectory(path)) {
      return Optional.of(
          new NamedFile.Trouble(
              "which is no directory", "Move it away, or name another directory."));
    }
    return found.reader().barrier(path, rights).map(barrier -> closed(path, barrier));
  }

  private NamedFile.Trouble closed(Path path, Reader.Barrier barrier) {
    String who = "which " + found.reader().who() + " cannot ";
    return barrier.at().equals(path) || barrier.at().equals(real(path))
        ? new NamedFile.Trouble(who + "use" + owner(path), remedy(List.of(path)))
        : new NamedFile.Trouble(
            who + "reach: " + barrier.at() + " is closed",
            "Name another directory, or else:\n"
                + found.reader().asRoot("chmod o+x " + barrier.at()));
  }

  private Optional<NamedFile.Trouble> ofMissing(Path path) {
    Path up = Found.above(path);
    if (!Files.isDirectory(up)) {
      return Optional.of(
          new NamedFile.Trouble(
              "which cannot be made: " + up + " is no directory",
              "Move it away, or name another directory."));
    }
    Reader reader = found.reader();
    Optional<Reader.Barrier> closed = reader.barrier(up, SEARCH);
    if (closed.isPresent()) {
      return Optional.of(closed(path, closed.get()));
    }
    return reader
        .barrier(up, WRITE)
        .map(
            _ ->
                new NamedFile.Trouble(
                    "which is missing, and " + reader.who() + " may not make it in " + up,
                    reader.asRoot("install -d -m 0700 -o " + reader.name() + " " + path)));
  }

  /// What a start cannot do without.
  private List<Kept> vital() {
    Path keys = KeySettings.from(settings).directory();
    RollSettings roll = RollSettings.from(settings);
    var all = new ArrayList<Kept>();
    all.add(new Kept(AccountsSettings.from(settings).file(), READ));
    all.add(new Kept(SrsSettings.from(settings).secretFile(), READ));
    all.add(new Kept(host.inData(Path.of(SrsReturns.FILE_NAME)), READ | WRITE));
    for (Path memory : TransportMemory.files(settings)) {
      all.add(new Kept(memory, Files.isDirectory(memory) ? ALL : READ | WRITE));
    }
    for (Path part : StoreSettings.from(settings).queue().kept()) {
      all.add(new Kept(part, Files.isDirectory(part) ? ALL : READ | WRITE));
    }
    all.add(new Kept(keys.resolve(Journal.FILE_NAME), READ));
    all.add(new Kept(roll.directory(), ALL));
    all.add(new Kept(roll.directory().resolve(Journal.FILE_NAME), READ | WRITE));
    return all;
  }

  /// What the server starts without, and misses later.
  private List<Kept> others() {
    return List.of(
        new Kept(AcmeSettings.home(host), ALL),
        new Kept(RollSettings.from(settings).staging(), READ | SEARCH),
        new Kept(host.inData(Path.of(WithheldReports.FILE_NAME)), READ | WRITE),
        new Kept(host.inData(Path.of(DailyExamination.FILE_NAME)), READ | WRITE),
        new Kept(ResolverSettings.from(settings).seen(), READ));
  }

  private List<Path> closed(List<Kept> all) {
    return all.stream()
        .filter(kept -> found.usable(kept.path()) && Files.exists(kept.path()))
        .filter(kept -> found.reader().barrier(kept.path(), kept.rights()).isPresent())
        .map(Kept::path)
        .toList();
  }

  private void mailboxes(Path base) {
    boolean there = Files.exists(base);
    if (there && Files.isDirectory(base)) {
      Optional<Reader.Barrier> closed = found.reader().barrier(base, SEARCH);
      if (closed.isEmpty()) {
        caution(closed(List.of(new Kept(base, WRITE | SEARCH))));
        caution(closed(mailboxesIn(base)));
        return;
      }
    }
    directory(MailboxSettings.DIRECTORY, base);
  }

  /// The directories of domains and users.
  private List<Kept> mailboxesIn(Path base) {
    if (!found.usable(base)) {
      return List.of();
    }
    var all = new ArrayList<Kept>();
    for (Path domain : directories(base)) {
      all.add(new Kept(domain, ALL));
      directories(domain).forEach(user -> all.add(new Kept(user, ALL)));
    }
    return all;
  }

  private static List<Path> directories(Path directory) {
    try (Stream<Path> all = Files.list(directory)) {
      return all.limit(MAILBOXES).filter(Files::isDirectory).sorted().toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private void caution(List<Path> closed) {
    if (!closed.isEmpty()) {
      found.caution(new Origin.InFile(closed.getFirst(), 0), cannotUse(closed), remedy(closed));
    }
  }

  private String cannotUse(List<Path> closed) {
    return found.reader().who()
        + " cannot use "
        + Found.names(new LinkedHashSet<>(closed))
        + owner(closed.getFirst());
  }

  private String owner(Path path) {
    try {
      String owner = Files.getOwner(path).getName();
      return owner.equals(found.reader().name())
          ? ": the mode forbids it"
          : ", since it belongs to " + owner;
    } catch (IOException | UnsupportedOperationException _) {
      return "";
    }
  }

  private String remedy(List<Path> closed) {
    boolean within = closed.stream().allMatch(path -> path.startsWith(host.data()));
    String all =
        within
            ? host.data().toString()
            : String.join(" ", new LinkedHashSet<>(closed).stream().map(Path::toString).toList());
    return found
        .reader()
        .asRoot("chown -R " + found.reader().name() + ": " + all + " && chmod -R u+rwX " + all);
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException _) {
      return path;
    }
  }
}
