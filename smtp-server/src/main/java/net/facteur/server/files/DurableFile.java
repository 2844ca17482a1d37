package net.facteur.server.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// A file that is written whole or not at all, and is on disk when a method returns. Its directory
/// must exist.
///
/// @param access the mode that it gets where it is new
public record DurableFile(Path path, Access access) {
  private static final String SUFFIX = ".new";
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final int ATTEMPTS = 1000;
  private static final AtomicLong COUNTER = new AtomicLong();

  /// One that only its owner may read.
  public static DurableFile secret(Path path) {
    return new DurableFile(path, Access.PRIVATE);
  }

  /// One that everybody may read.
  public static DurableFile open(Path path) {
    return new DurableFile(path, Access.PUBLIC);
  }

  /// Writes what a file holds.
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /// What it holds, for whoever writes it again with a change. A link is not followed: whoever owns
  /// the directory could have it lead to a file of root, and would own what is in there afterwards.
  ///
  /// @throws NoSuchFileException where there is none
  /// @throws IOException also where a link is there
  public byte[] octets() throws IOException {
    if (Files.isSymbolicLink(path)) {
      throw new ToldException(FilesTexts.SAY.link(path));
    }
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      return in.readAllBytes();
    }
  }

  /// Puts the file there, in place of one that may be there. Owner, group and mode of that one
  /// stay.
  public void replace(byte[] octets) throws IOException {
    replace(out -> out.write(octets));
  }

  /// The same for a text, in UTF-8.
  public void replace(String text) throws IOException {
    replace(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The same for what is written bit by bit.
  public void replace(Content content) throws IOException {
    Path fresh = fresh(content);
    try {
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
      DurableDirectory.sync(directory());
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /// Puts the file there where none is.
  ///
  /// @throws FileAlreadyExistsException where one is, also where somebody was faster
  public void create(byte[] octets) throws IOException {
    create(out -> out.write(octets));
  }

  /// The same for a text, in UTF-8.
  public void create(String text) throws IOException {
    create(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The same for what is written bit by bit.
  public void create(Content content) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    Path fresh = fresh(content);
    try {
      link(fresh);
      DurableDirectory.sync(directory());
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /// Makes an empty file where none is, for others to fill.
  ///
  /// @return false where one is
  public boolean claim() throws IOException {
    try {
      create(new byte[0]);
      return true;
    } catch (FileAlreadyExistsException _) {
      return false;
    }
  }

  /// Takes from everybody but the owner what the mode of a file that exists grants to them.
  ///
  /// @throws IOException where it belongs to somebody else
  public void close() throws IOException {
    if (!access.file().containsAll(Files.getPosixFilePermissions(path))) {
      Files.setPosixFilePermissions(path, access.file());
    }
  }

  /// A link fails where the name is taken, which a move does not.
  private void link(Path fresh) throws IOException {
    try {
      Files.createLink(path, fresh);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      // Some file systems have no links: the name is claimed by an empty file then.
      Files.createFile(path);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /// Writes the file under its own name, where none is, and syncs it. The name itself is durable
  /// only after [#rename(Path)].
  ///
  /// @throws FileAlreadyExistsException where one is
  public void fill(Content content) throws IOException {
    Files.createFile(path, PosixFilePermissions.asFileAttribute(Access.PRIVATE.file()));
    write(path, Ownership.above(directory(), access.file()), content);
  }

  /// Gives it another name on the same disk, durably, in place of what may have that name.
  public void rename(Path to) throws IOException {
    Files.move(path, to, StandardCopyOption.ATOMIC_MOVE);
    DurableDirectory.sync(DurableDirectory.above(to));
  }

  /// Adds a line at the end, in UTF-8. Where a crash cut the last line short, it is written over.
  public void append(String line) throws IOException {
    boolean fresh = !Files.exists(path);
    try (FileChannel out = channel()) {
      long end = endOfLastLine(out);
      out.truncate(end);
      out.position(end);
      ByteBuffer octets = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (octets.hasRemaining()) {
        out.write(octets);
      }
      out.force(true);
    } catch (IOException e) {
      throw named(e);
    }
    if (fresh) {
      DurableDirectory.sync(directory());
    }
  }

  /// A disk that is full does not say which file it has no room for.
  private IOException named(IOException e) {
    if (e instanceof FileSystemException || !FileTrouble.full(e)) {
      return e;
    }
    var named = new FileSystemException(path.toString(), null, e.getMessage());
    named.initCause(e);
    return named;
  }

  /// Opens it for reading and writing, making it where it is missing.
  FileChannel channel() throws IOException {
    var open = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    for (int i = 1; ; i++) {
      try {
        FileChannel channel = FileChannel.open(path, open);
        Ownership.repair(path, directory());
        return channel;
      } catch (NoSuchFileException e) {
        if (i == ATTEMPTS) {
          throw e;
        }
      }
      var _ = claim();
    }
  }

  private static long endOfLastLine(FileChannel in) throws IOException {
    var one = ByteBuffer.allocate(1);
    for (long end = in.size(); end > 0; end--) {
      one.clear();
      if (in.read(one, end - 1) == 1 && one.get(0) == '\n') {
        return end;
      }
    }
    return 0;
  }

  private Path directory() {
    return DurableDirectory.above(path);
  }

  /// The whole file under a name of this writer alone, synced, with its owner and mode.
  private Path fresh(Content content) throws IOException {
    Path directory = directory();
    Ownership wanted = Ownership.wanted(path, directory, access.file());
    Path fresh = unique(directory);
    write(fresh, wanted, content);
    sweep(directory, fresh);
    return fresh;
  }

  private void write(Path fresh, Ownership wanted, Content content) throws IOException {
    boolean whole = false;
    try (var channel =
            FileChannel.open(fresh, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        OutputStream out = Channels.newOutputStream(channel)) {
      content.writeTo(out);
      out.flush();
      wanted.give(fresh, directory());
      channel.force(true);
      whole = true;
    } catch (IOException e) {
      throw named(e);
    } finally {
      if (!whole) {
        Files.deleteIfExists(fresh);
      }
    }
  }

  private Path unique(Path directory) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(Access.PRIVATE.file());
    for (int i = 1; ; i++) {
      String unique = ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
      try {
        return Files.createFile(directory.resolve(prefix() + unique + SUFFIX), mode);
      } catch (FileAlreadyExistsException e) {
        if (i == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private String prefix() {
    return "." + path.getFileName() + ".";
  }

  /// Removes what writers of this file left behind when they died.
  private void sweep(Path directory, Path fresh) throws IOException {
    FileTime limit = FileTime.from(Files.getLastModifiedTime(fresh).toInstant().minus(ABANDONED));
    DirectoryStream.Filter<Path> ours =
        file -> {
          String name = String.valueOf(file.getFileName());
          return name.startsWith(prefix())
              && name.substring(prefix().length()).matches("[0-9]{1,10}-[0-9]{1,19}\\.new");
        };
    try (DirectoryStream<Path> others = Files.newDirectoryStream(directory, ours)) {
      for (Path other : others) {
        if (modified(other).filter(time -> time.compareTo(limit) < 0).isPresent()) {
          Files.deleteIfExists(other);
        }
      }
    }
  }

  private static Optional<FileTime> modified(Path file) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }
}
