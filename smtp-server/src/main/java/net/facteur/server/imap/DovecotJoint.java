package net.facteur.server.imap;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.facteur.server.config.Settings;
import net.facteur.server.files.DurableFile;
import net.facteur.server.host.HostSettings;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// What has to be said on both sides so that Dovecot and this server are one: files for Dovecot,
/// and lines for our settings.
///
/// @param settings ours, as they are now
/// @param dovecot what is there
public record DovecotJoint(Settings settings, DovecotDirectory.Present.Known dovecot) {
  private static final String COMMENT = "# Dovecot reads the mailboxes: facteur imap dovecot";

  /// With one elsewhere, where everything of it is installed and lies where Debian has it, and the
  /// owner of the mailboxes has the same name and number.
  public static DovecotJoint elsewhere(Settings settings, DovecotRelease release) {
    return new DovecotJoint(
        settings,
        new DovecotDirectory.Present.Known(
            InstalledDovecot.whole(release), Path.of("/run/dovecot"), "dovecot"));
  }

  /// Who owns the mailboxes.
  ///
  /// @param user of this machine
  private record Owner(String user, String group) {}

  /// True where the mailboxes belong to root, or will: Dovecot lets nobody keep mail so.
  public boolean ownedByRoot() throws IOException {
    return Files.getAttribute(mailboxes(), "unix:uid").equals(0);
  }

  private Owner owner() throws IOException {
    PosixFileAttributes its = Files.readAttributes(mailboxes(), PosixFileAttributes.class);
    return new Owner(its.owner().getName(), its.group().getName());
  }

  /// Where they lie, or the directory that they will be made in.
  private Path mailboxes() {
    Path at = MailboxSettings.from(settings).base();
    while (!Files.exists(at)) {
      at = Optional.ofNullable(at.getParent()).orElse(Path.of("/"));
    }
    return at;
  }

  /// Where Dovecot asks about accounts.
  public InetSocketAddress door() {
    return ImapSettings.from(settings).listen().getFirst();
  }

  /// Where mail goes: what our settings say, or else a socket beside the others of Dovecot.
  public NextHop lmtp() {
    return RoutingSettings.from(settings)
        .lmtp()
        .orElseGet(
            () ->
                new NextHop.LmtpSocket(dovecot.baseDirectory().resolve("facteur-lmtp").toString()));
  }

  /// Those parts of Dovecot that have to be installed first.
  public List<InstalledDovecot.Part> missing() {
    return InstalledDovecot.NEEDED.stream()
        .filter(part -> !dovecot.dovecot().parts().contains(part))
        .sorted()
        .toList();
  }

  /// The files for Dovecot.
  ///
  /// @param directory where they will lie
  /// @param secret what its script shows
  public List<DovecotFile> files(Path directory, String secret) throws IOException {
    Owner owner = owner();
    RoutingSettings routing = RoutingSettings.from(settings);
    return new DovecotConfiguration(
            dovecot.dovecot(),
            new DovecotConfiguration.Joint(
                directory,
                dovecot.baseDirectory(),
                owner.user(),
                owner.group(),
                ImapSettings.from(settings),
                secret,
                lmtp(),
                routing.separators(),
                MailboxSettings.from(settings).folders(),
                names()))
        .files();
  }

  /// The secret, made up where there is none.
  public String secret(SecureRandom random) throws IOException {
    return ImapSettings.from(settings).secret().open(random);
  }

  /// The names that have a certificate of their own.
  private List<HostPattern> names() {
    return TlsSettings.from(settings).stream()
        .flatMap(tls -> tls.certificates().stream().skip(1))
        .flatMap(files -> files.names().stream())
        .toList();
  }

  /// Puts the certificates where Dovecot finds them. A running server writes them anew whenever
  /// they change.
  ///
  /// @throws InvalidCertificateException where one cannot be used
  public void certificates() throws IOException, InvalidCertificateException {
    ImapSettings imap = ImapSettings.from(settings);
    Optional<TlsSettings> tls = TlsSettings.from(settings);
    if (tls.isEmpty() || (isThere(imap.shown()) && names().stream().allMatch(isThere(imap)))) {
      return;
    }
    var read = new ArrayList<ServerCertificate>();
    for (CertificateFiles files : tls.get().certificates()) {
      read.add(PemFiles.read(files));
    }
    var _ = DovecotCertificate.write(imap, read);
  }

  private static Predicate<HostPattern> isThere(ImapSettings imap) {
    return name -> isThere(imap.shown(name));
  }

  private static boolean isThere(CertificateFiles files) {
    return Files.exists(files.chain()) && Files.exists(files.key());
  }

  /// Takes away the copies of certificates that Dovecot was told of and is no longer.
  public void sweep() throws IOException {
    ImapSettings imap = ImapSettings.from(settings);
    if (!Files.isDirectory(imap.names(), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Set<Path> kept =
        names().stream().map(name -> imap.shown(name).chain()).collect(Collectors.toSet());
    try (DirectoryStream<Path> each = Files.newDirectoryStream(imap.names())) {
      for (Path directory : each) {
        CertificateFiles files = ImapSettings.in(directory);
        if (!kept.contains(files.chain())) {
          Files.deleteIfExists(files.key());
          Files.deleteIfExists(files.chain());
          Files.deleteIfExists(directory);
        }
      }
    }
  }

  /// Lines that are missing in our settings; empty where all is said there already.
  public List<String> lines() {
    var lines = new ArrayList<String>();
    if (!ImapSettings.from(settings).joined()) {
      lines.add("imap.dovecot = true");
    }
    if (RoutingSettings.from(settings).lmtp().isEmpty()) {
      lines.add("mailboxes.lmtp = " + quoted(target()));
    }
    return lines;
  }

  private String target() {
    return lmtp().destination().text().substring("lmtp:".length());
  }

  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9/._-]+")
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /// Adds lines at the end of a settings file.
  ///
  /// @return what it held before
  public static byte[] add(Path file, List<String> lines) throws IOException {
    byte[] before = Files.readAllBytes(file);
    String text = new String(before, StandardCharsets.UTF_8);
    String more = "\n" + COMMENT + "\n" + String.join("\n", lines) + "\n";
    DurableFile.open(file)
        .replace(text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + more);
    return before;
  }

  /// Takes away what [#add] has added.
  ///
  /// @return what the file held before; empty where there was nothing of ours
  public static Optional<byte[]> takeAway(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    byte[] before = Files.readAllBytes(file);
    List<String> lines = new String(before, StandardCharsets.UTF_8).lines().toList();
    int at = lines.indexOf(COMMENT);
    if (at < 0) {
      return Optional.empty();
    }
    int end = at + 1;
    while (end < lines.size() && lines.get(end).matches("(imap\\.dovecot|mailboxes\\.lmtp) = .*")) {
      end++;
    }
    int begin = at > 0 && lines.get(at - 1).isEmpty() ? at - 1 : at;
    var kept = new ArrayList<>(lines.subList(0, begin));
    kept.addAll(lines.subList(end, lines.size()));
    DurableFile.open(file).replace(kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
    return Optional.of(before);
  }

  /// Puts a settings file back.
  public static void restore(Path file, byte[] before) throws IOException {
    DurableFile.open(file).replace(before);
  }

  /// True where our settings name a certificate.
  public boolean hasCertificate() {
    return TlsSettings.from(settings).isPresent();
  }

  /// The host that mail programs are told.
  public String host() {
    return HostSettings.from(settings).name().text();
  }
}
