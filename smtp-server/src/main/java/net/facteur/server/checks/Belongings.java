package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;
import static net.facteur.server.checks.Reader.READ;
import static net.facteur.server.checks.Reader.SEARCH;
import static net.facteur.server.checks.Reader.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.queue.QueueSettings;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.admin.ControlSettings;
import net.facteur.server.config.ConfigTexts;
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
import net.facteur.server.language.Text;
import net.facteur.server.log.LogSettings;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.notices.WithheldReports;
import net.facteur.server.quarantine.QuarantineSettings;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.reception.SrsReturns;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsSettings;

/// Whether the server can use what it keeps for itself: its directories, and what it wrote there. A
/// command of root, or a copy from elsewhere, may have given some of it to another user.
final class Belongings {
  private static final int ALL = READ | WRITE | SEARCH;

  /// How each database begins.
  ///
  /// @spec https://www.sqlite.org/fileformat.html#magic_header_string The Database Header
  private static final String SQLITE = "SQLite format 3\0";

  /// What `sockaddr_un` of Linux has room for (unix(7)).
  private static final int SOCKET_OCTETS = 107;

  /// Mailboxes are looked at up to this many.
  private static final int MAILBOXES = 2_000;

  private final Settings settings;
  private final HostSettings host;
  private final Found found;

  /// Something of the server's.
  ///
  /// @param directory what it is; else a file
  private record Kept(Path path, int rights, boolean directory) {
    static Kept file(Path path, int rights) {
      return new Kept(path, rights, false);
    }

    static Kept directory(Path path, int rights) {
      return new Kept(path, rights, true);
    }

    /// True where something else bears its name.
    boolean strange() {
      return Files.exists(path)
          && !(directory ? Files.isDirectory(path) : Files.isRegularFile(path));
    }
  }

  Belongings(Settings settings, Found found) {
    this.settings = settings;
    this.host = HostSettings.from(settings);
    this.found = found;
  }

  void look() {
    directory(HostSettings.DATA, host.data(), ALL);
    directory(StoreSettings.DIRECTORY, StoreSettings.from(settings).queue().directory(), ALL);
    directory(KeySettings.DIRECTORY, KeySettings.from(settings).directory(), READ | SEARCH);
    inDirectory(SrsSettings.SECRET_FILE, SrsSettings.from(settings).secretFile());
    LogSettings.from(settings).file().ifPresent(this::log);
    socket();
    kinds();
    directory(RollSettings.STAGING, RollSettings.from(settings).staging(), 0);
    List<Path> closed = closed(vital());
    if (!closed.isEmpty()) {
      closed.forEach(found::useless);
      found.mistake(new Origin.InFile(host.data(), 0), cannotUse(closed), remedy(closed));
    }
    queue(StoreSettings.from(settings).queue());
    Path counts = TransportMemory.counts(settings);
    if (isNoDatabase(counts)) {
      noDatabase(counts, SAY.typeAnew("mv " + counts + " " + counts + ".old"));
    }
    caution(closed(others()));
    Optional<NextHop> lmtp = RoutingSettings.from(settings).lmtp();
    if (lmtp.isEmpty()) {
      mailboxes(MailboxSettings.from(settings).base());
    } else if (lmtp.get() instanceof NextHop.LmtpSocket(String path)) {
      lmtp(Path.of(path));
    }
  }

  /// Another server makes the socket, and may do so later.
  private void lmtp(Path socket) {
    if (!found.usable(socket)) {
      return;
    }
    if (Files.isDirectory(socket) || Files.isRegularFile(socket)) {
      found.mistake(
          settings.origin(RoutingSettings.LMTP),
          SAY.names(RoutingSettings.LMTP.name(), socket, SAY.noSocket()),
          SAY.nameMailboxSocket(RoutingSettings.LMTP.example()));
      return;
    }
    Optional<Reader.Barrier> barrier = found.reader().barrier(socket, WRITE);
    if (barrier.isPresent() || Files.notExists(socket)) {
      found.caution(
          settings.origin(RoutingSettings.LMTP),
          barrier
              .map(its -> SAY.lmtpClosed(socket, found.reader().who(), its.at()))
              .orElseGet(() -> SAY.lmtpMissing(socket)),
          SAY.openMailboxSocket(found.reader().name()));
    }
  }

  private void kinds() {
    for (Kept kept : vital()) {
      if (found.usable(kept.path()) && kept.strange()) {
        found.useless(kept.path());
        found.mistake(
            new Origin.InFile(kept.path(), 0),
            kept.directory() ? SAY.notDirectoryOfOurs() : SAY.notFileOfOurs(),
            SAY.moveOrCopy("ls -ld " + kept.path()));
      }
    }
  }

  private void queue(QueueSettings queue) {
    if (!isNoDatabase(queue.database())) {
      return;
    }
    if (Files.exists(queue.roots())) {
      found.caution(new Origin.InFile(queue.database(), 0), SAY.queueDamaged(), SAY.seeToDisk());
    } else {
      noDatabase(queue.database(), SAY.queueAnew());
    }
  }

  private void noDatabase(Path file, Text remedy) {
    found.useless(file);
    found.mistake(new Origin.InFile(file, 0), SAY.noDatabase(), remedy);
  }

  private boolean isNoDatabase(Path file) {
    if (!found.usable(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] begin = in.readNBytes(SQLITE.length());
      return begin.length > 0 && !new String(begin, StandardCharsets.US_ASCII).equals(SQLITE);
    } catch (IOException _) {
      return false; // not there yet, or closed to whoever asks, which is told elsewhere
    }
  }

  private void log(Path file) {
    if (!found.usable(file)) {
      return;
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      refuse(LogSettings.FILE, file, new NamedFile.Trouble(SAY.irregular(), SAY.nameLog()));
      return;
    }
    inDirectory(LogSettings.FILE, file);
    if (Files.exists(file)) {
      Reader reader = found.reader();
      reader
          .barrier(file, WRITE)
          .ifPresent(
              _ ->
                  refuse(
                      LogSettings.FILE,
                      file,
                      new NamedFile.Trouble(
                          owned(SAY.cannotWrite(reader.who()), file),
                          reader.asRoot("chown " + reader.name() + " " + file))));
    }
  }

  private void socket() {
    ControlSettings control = ControlSettings.from(settings);
    Path socket = control.socket();
    if (!control.enabled() || !found.usable(socket)) {
      return;
    }
    if (Files.isDirectory(socket) || Files.isRegularFile(socket)) {
      refuse(
          ControlSettings.SOCKET, socket, new NamedFile.Trouble(SAY.noSocket(), SAY.moveSocket()));
    } else if (socket.toString().getBytes(StandardCharsets.UTF_8).length > SOCKET_OCTETS) {
      refuse(
          ControlSettings.SOCKET,
          socket,
          new NamedFile.Trouble(
              SAY.longSocket(SOCKET_OCTETS),
              ConfigTexts.SAY.type("control.socket = /run/facteur/control.socket")));
    } else {
      inDirectory(ControlSettings.SOCKET, socket);
    }
  }

  /// A file that the server makes where it is missing.
  private void inDirectory(Setting<Path> setting, Path file) {
    Path directory = Optional.ofNullable(file.getParent()).orElse(file);
    if (Files.exists(file) || !found.usable(directory)) {
      return;
    }
    if (!Files.exists(directory)) {
      ofMissing(directory).ifPresent(its -> refuse(setting, file, its));
      return;
    }
    found
        .reader()
        .barrier(directory, WRITE | SEARCH)
        .ifPresent(
            _ ->
                refuse(
                    setting,
                    file,
                    new NamedFile.Trouble(
                        SAY.unmakeable(found.reader().who(), directory),
                        SAY.namePlace(found.reader().name()))));
  }

  private void refuse(Setting<Path> setting, Path path, NamedFile.Trouble trouble) {
    found.useless(path);
    found.mistake(
        settings.origin(setting),
        SAY.names(setting.name(), path, trouble.what()),
        trouble.remedy());
  }

  private void directory(Setting<Path> setting, Path path, int rights) {
    if (found.usable(path)) {
      (Files.exists(path) ? ofDirectory(path, rights) : ofMissing(path))
          .ifPresent(trouble -> refuse(setting, path, trouble));
    }
  }

  private Optional<NamedFile.Trouble> ofDirectory(Path path, int rights) {
    if (!Files.isDirectory(path)) {
      return Optional.of(new NamedFile.Trouble(SAY.noDirectory(), SAY.moveDirectory()));
    }
    return found.reader().barrier(path, rights).map(barrier -> closed(path, barrier));
  }

  private NamedFile.Trouble closed(Path path, Reader.Barrier barrier) {
    Text who = found.reader().who();
    return barrier.at().equals(path) || barrier.at().equals(real(path))
        ? new NamedFile.Trouble(owned(SAY.cannotUse(who), path), remedy(List.of(path)))
        : new NamedFile.Trouble(
            SAY.cannotReach(who, barrier.at()),
            Text.lines(
                List.of(
                    SAY.nameAnotherDirectory(),
                    found.reader().asRoot("chmod o+x " + barrier.at()))));
  }

  private Optional<NamedFile.Trouble> ofMissing(Path path) {
    Path up = Found.above(path);
    if (!Files.isDirectory(up)) {
      return Optional.of(new NamedFile.Trouble(SAY.madeNowhere(up), SAY.moveDirectory()));
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
                    SAY.unmakeable(reader.who(), up),
                    reader.asRoot("install -d -m 0700 -o " + reader.name() + " " + path)));
  }

  /// What a start cannot do without.
  private List<Kept> vital() {
    RollSettings roll = RollSettings.from(settings);
    Path keys = KeySettings.from(settings).directory();
    var all = new ArrayList<Kept>();
    all.add(Kept.file(AccountsSettings.from(settings).file(), READ));
    all.add(Kept.file(SrsSettings.from(settings).secretFile(), READ));
    all.add(Kept.file(host.inData(Path.of(SrsReturns.FILE_NAME)), READ | WRITE));
    all.add(Kept.directory(TransportMemory.policies(settings), ALL));
    all.add(Kept.file(TransportMemory.counts(settings), READ | WRITE));
    QueueSettings queue = StoreSettings.from(settings).queue();
    queue.files().forEach(file -> all.add(Kept.file(file, READ | WRITE)));
    queue.directories().forEach(directory -> all.add(Kept.directory(directory, ALL)));
    all.add(Kept.file(keys.resolve(Journal.FILE_NAME), READ));
    all.add(Kept.directory(roll.directory(), ALL));
    all.add(Kept.file(roll.directory().resolve(Journal.FILE_NAME), READ | WRITE));
    return all;
  }

  /// What the server starts without, and misses later.
  private List<Kept> others() {
    return List.of(
        Kept.directory(QuarantineSettings.directory(host), ALL),
        Kept.directory(AcmeSettings.home(host), ALL),
        Kept.directory(RollSettings.from(settings).staging(), READ | SEARCH),
        Kept.file(host.inData(Path.of(WithheldReports.FILE_NAME)), READ | WRITE),
        Kept.file(host.inData(Path.of(DailyExamination.FILE_NAME)), READ | WRITE),
        Kept.file(ResolverSettings.from(settings).seen(), READ));
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
        caution(closed(List.of(Kept.directory(base, WRITE | SEARCH))));
        caution(closed(mailboxesIn(base)));
        return;
      }
    }
    directory(MailboxSettings.DIRECTORY, base, ALL);
  }

  /// The directories of domains and users.
  private List<Kept> mailboxesIn(Path base) {
    if (!found.usable(base)) {
      return List.of();
    }
    var all = new ArrayList<Kept>();
    for (Path domain : directories(base)) {
      all.add(Kept.directory(domain, ALL));
      directories(domain).forEach(user -> all.add(Kept.directory(user, ALL)));
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

  private Text cannotUse(List<Path> closed) {
    return owned(
        SAY.cannotUseThese(found.reader().who(), Found.names(new LinkedHashSet<>(closed))),
        closed.getFirst());
  }

  /// The same with why the system forbids it, where that is known.
  private Text owned(Text forbidden, Path path) {
    try {
      String owner = Files.getOwner(path).getName();
      return owner.equals(found.reader().name())
          ? SAY.byMode(forbidden)
          : SAY.byOwner(forbidden, owner);
    } catch (IOException | UnsupportedOperationException _) {
      return forbidden;
    }
  }

  private Text remedy(List<Path> closed) {
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
