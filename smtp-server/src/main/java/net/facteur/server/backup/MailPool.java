package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.ToldException;

/// The mail of all backups in a directory: each message once, under the hash of its octets, pressed
/// and encrypted like the archives. A backup names the messages that it needs; what was copied
/// before is not read again.
final class MailPool {
  private static final String KNOWN = "known";
  private static final String PLAIN = ".gz";
  private static final String ENCRYPTED = ".gz.age";
  private static final int BLOCK = 1 << 16;

  private final Path directory;
  private final List<String> to;
  private final Map<String, String> before = new LinkedHashMap<>();
  private final Map<String, String> now = new LinkedHashMap<>();

  private MailPool(Path directory, List<String> to) {
    this.directory = directory;
    this.to = to;
  }

  /// The one of a host, in a directory of backups.
  static Path beside(Path archives, String host) {
    return archives.resolve("mail-" + host);
  }

  /// Opens it for a backup.
  ///
  /// @param to whom it is encrypted for; empty where it is not
  static MailPool open(Path directory, List<String> to) throws IOException {
    DurableDirectory.secret(directory).make();
    var pool = new MailPool(directory, to);
    try {
      for (String line : Files.readAllLines(directory.resolve(KNOWN), StandardCharsets.UTF_8)) {
        int space = line.indexOf(' ');
        if (space > 0) {
          pool.before.put(line.substring(0, space), line.substring(space + 1));
        }
      }
    } catch (NoSuchFileException | MalformedInputException _) {
      // the first one, or all is read again
    }
    return pool;
  }

  /// Sees to it that a file is here.
  ///
  /// @param relative where it lies among the mail
  /// @return what a backup says of it
  ArchivedFile keep(Source source, String relative) throws IOException {
    long size = Files.size(source.read());
    String key = key(relative, size, source);
    Optional<String> known = Optional.ofNullable(before.get(key));
    if (known.isPresent() && Files.exists(file(known.get()), LinkOption.NOFOLLOW_LINKS)) {
      now.put(key, known.get());
      return archived(source, size, known.get());
    }
    String hash = write(source.read(), size);
    now.put(key, hash);
    return archived(source, size, hash);
  }

  private static ArchivedFile archived(Source source, long size, String hash) {
    return new ArchivedFile(
        source.name(),
        size,
        hash,
        source.mode(),
        source.owner(),
        source.group(),
        source.modified(),
        true);
  }

  /// The same for a message whatever its flags. It says nothing of the message.
  private static String key(String relative, long size, Source source) {
    String folder = Snapshot.message(relative);
    byte[] text =
        (folder + "\0" + size + "\0" + source.modified().toEpochMilli())
            .getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(ExactStream.sha256().digest(text));
  }

  private Path file(String hash) {
    return directory
        .resolve(hash.substring(0, 2))
        .resolve(hash + (to.isEmpty() ? PLAIN : ENCRYPTED));
  }

  private String write(Path from, long size) throws IOException {
    String hash;
    try (var exact = new ExactStream(Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS), size)) {
      exact.transferTo(OutputStream.nullOutputStream());
      hash = exact.hash();
    }
    Path file = file(hash);
    if (Files.exists(file)) {
      return hash;
    }
    DurableDirectory.secret(directory.resolve(hash.substring(0, 2))).make();
    try (var exact = new ExactStream(Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS), size)) {
      DurableFile.secret(file)
          .create(
              out -> {
                var uncloseable = new Uncloseable(out);
                try (OutputStream pressed =
                    new GZIPOutputStream(
                        to.isEmpty() ? uncloseable : Encryption.to(to, uncloseable))) {
                  exact.transferTo(pressed);
                }
              });
      if (!exact.hash().equals(hash)) {
        // Somebody wrote into it meanwhile: an index of another program, never a message.
        Files.deleteIfExists(file);
        throw new NoSuchFileException(from.toString());
      }
    } catch (FileAlreadyExistsException _) {
      // the same octets, by another message
    }
    return hash;
  }

  /// Remembers what is known now.
  void remember() throws IOException {
    DurableFile.secret(directory.resolve(KNOWN))
        .replace(
            out -> {
              for (Map.Entry<String, String> each : now.entrySet()) {
                out.write(
                    (each.getKey() + " " + each.getValue() + "\n")
                        .getBytes(StandardCharsets.UTF_8));
              }
            });
  }

  /// Removes what no backup names any more.
  ///
  /// @return how many messages
  static int sweep(Path directory, Set<String> named) throws IOException {
    int removed = 0;
    var folders = new HashSet<Path>();
    try (var all = Files.newDirectoryStream(directory, Files::isDirectory)) {
      all.forEach(folders::add);
    } catch (NoSuchFileException _) {
      return 0;
    }
    for (Path folder : folders) {
      try (var files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          String name = String.valueOf(file.getFileName());
          int dot = name.indexOf('.');
          if (dot == 64 && !named.contains(name.substring(0, dot))) {
            Files.deleteIfExists(file);
            removed++;
          }
        }
      }
    }
    return removed;
  }

  /// Where a message lies, encrypted or not; empty where it is gone.
  static Optional<Path> find(Path directory, String hash) {
    Path folder = directory.resolve(hash.substring(0, 2));
    for (String end : List.of(PLAIN, ENCRYPTED)) {
      Path file = folder.resolve(hash + end);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /// The octets of a message.
  ///
  /// @param identity opens what is encrypted
  static InputStream read(Path directory, String hash, Optional<Path> identity) throws IOException {
    Path file = find(directory, hash).orElseThrow(() -> new ToldException(SAY.pooledMissing(hash)));
    InputStream in =
        new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), BLOCK);
    if (file.toString().endsWith(ENCRYPTED)) {
      if (identity.isEmpty()) {
        in.close();
        throw new ToldException(SAY.encrypted(file));
      }
      return new GZIPInputStream(Encryption.with(identity.get(), in), BLOCK);
    }
    return new GZIPInputStream(in, BLOCK);
  }
}
