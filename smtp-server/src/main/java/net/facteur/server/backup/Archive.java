package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import net.facteur.server.archive.TarReader;
import net.facteur.server.files.ToldException;
import net.facteur.server.text.StrangerText;

/// A backup that may be restored: an archive from anywhere, which is looked at as a whole before
/// anything of it is used.
///
/// @param identity the file with the key that opens it, where it is encrypted
record Archive(Path file, Optional<Path> identity) {
  private static final int BLOCK = 1 << 16;

  /// The list of what is in it is in memory as a whole.
  private static final long LARGEST_MANIFEST = 1L << 30;

  /// What is done with an entry.
  @FunctionalInterface
  interface Visitor {
    void visit(ArchivedFile file, InputStream octets) throws IOException;
  }

  private record Sum(long size, String hash) {}

  private InputStream open() throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BLOCK);
    try {
      in.mark(Encryption.MAGIC.length);
      boolean encrypted = Arrays.equals(in.readNBytes(Encryption.MAGIC.length), Encryption.MAGIC);
      in.reset();
      if (encrypted && identity.isEmpty()) {
        throw new ToldException(SAY.encrypted(file));
      }
      return new GZIPInputStream(encrypted ? Encryption.with(identity.get(), in) : in, BLOCK);
    } catch (ZipException | EOFException e) {
      in.close();
      throw new ToldException(SAY.noBackup(file));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /// Reads all of it, and compares each octet with what its manifest says. Nothing is written.
  ///
  /// @param most octets, unpacked, beyond which it is refused
  /// @return what is in it
  /// @throws ToldException where it is no backup, damaged, cut off, or made to do harm
  Manifest check(long most, Backup.Progress progress) throws IOException {
    try (InputStream in = open()) {
      var tar = new TarReader(in);
      Map<String, Sum> sums = new HashMap<>();
      Optional<Manifest> manifest = Optional.empty();
      long octets = 0;
      boolean first = true;
      for (Optional<TarReader.Entry> next = tar.next(); next.isPresent(); next = tar.next()) {
        TarReader.Entry entry = next.get();
        octets += entry.size();
        if (octets > most) {
          throw new ToldException(SAY.tooLarge(most >> 20));
        }
        if (manifest.isPresent() || first != entry.name().equals(Manifest.FIRST)) {
          throw new ToldException(SAY.noBackup(file));
        }
        first = false;
        if (entry.name().equals(Manifest.NAME)) {
          if (entry.size() > LARGEST_MANIFEST) {
            throw new ToldException(SAY.noManifest());
          }
          manifest = Optional.of(Manifest.read(tar.content()));
        } else if (!entry.name().equals(Manifest.FIRST) && !entry.directory()) {
          var exact = new ExactStream(tar.content(), entry.size());
          exact.transferTo(OutputStream.nullOutputStream());
          sums.put(entry.name(), new Sum(entry.size(), exact.hash()));
          if (sums.size() % 1000 == 0) {
            progress.at(sums.size(), octets);
          }
        }
      }
      // What follows the end, for the sums of gzip and age.
      in.transferTo(OutputStream.nullOutputStream());
      Manifest found = manifest.orElseThrow(() -> new ToldException(SAY.noManifest()));
      compare(found, sums);
      return found;
    } catch (ZipException | EOFException e) {
      throw new ToldException(SAY.damaged(file));
    }
  }

  private void compare(Manifest manifest, Map<String, Sum> sums) throws IOException {
    Set<String> known = new HashSet<>();
    for (ArchivedFile each : manifest.files()) {
      if (!known.add(each.name())) {
        throw new ToldException(SAY.otherHash(shown(each)));
      }
      if (each.pooled()) {
        if (MailPool.find(pool(manifest), each.hash()).isEmpty()) {
          throw new ToldException(SAY.pooledMissing(each.hash()));
        }
      } else if (!new Sum(each.size(), each.hash()).equals(sums.remove(each.name()))) {
        throw new ToldException(SAY.otherHash(shown(each)));
      }
    }
    if (!sums.isEmpty()) {
      throw new ToldException(
          SAY.unlisted(
              StrangerText.of(sums.keySet().stream().findFirst().orElse("")).onTerminal()));
    }
  }

  private static String shown(ArchivedFile file) {
    return StrangerText.of(file.name()).onTerminal();
  }

  private Path pool(Manifest manifest) {
    return MailPool.beside(
        Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file),
        manifest.about().host().replace("/", "_"));
  }

  /// Reads all files again, and gives each to a visitor, who has to read it to its end; its hash is
  /// looked at again.
  ///
  /// @param manifest as [#check] found it
  void each(Manifest manifest, Predicate<ArchivedFile> wanted, Visitor visitor) throws IOException {
    Map<String, ArchivedFile> files = new HashMap<>();
    manifest.files().stream().filter(wanted).forEach(one -> files.put(one.name(), one));
    try (InputStream in = open()) {
      var tar = new TarReader(in);
      for (Optional<TarReader.Entry> next = tar.next(); next.isPresent(); next = tar.next()) {
        ArchivedFile its = files.get(next.get().name());
        if (its != null && !its.pooled() && !next.get().directory()) {
          visit(its, tar.content(), visitor);
        }
      }
    }
    for (ArchivedFile each : files.values()) {
      if (each.pooled()) {
        try (InputStream in = MailPool.read(pool(manifest), each.hash(), identity)) {
          visit(each, in, visitor);
        }
      }
    }
  }

  private static void visit(ArchivedFile file, InputStream in, Visitor visitor) throws IOException {
    var exact = new ExactStream(in, file.size());
    visitor.visit(file, exact);
    exact.transferTo(OutputStream.nullOutputStream());
    if (!exact.hash().equals(file.hash())) {
      throw new ToldException(SAY.otherHash(shown(file)));
    }
  }
}
