package net.facteur.server.accounts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/// The file in which users are kept: a line each, mode 0600, replaced whole so that a reader or a
/// crash never meets half of it. Writers, also of other processes, take turns by a lock file beside
/// it. One object per file and process.
public final class UsersFile {
  private static final String SECRET = "#secret ";
  private static final String HEADER =
      "# The users of Facteur, one a line. Written by `facteur user`; the server reads it again"
          + " when it changes.\n";

  private final Path file;
  private final SecureRandom random;
  private final ReentrantLock turn = new ReentrantLock();

  public UsersFile(Path file, SecureRandom random) {
    this.file = file;
    this.random = random;
  }

  public Path path() {
    return file;
  }

  /// What the file says.
  ///
  /// @param secret 32 octets that are the same for the life of the installation; fresh where there
  ///   is no file yet
  public record Content(Map<UserName, User> users, byte[] secret) {
    public Content {
      users = java.util.Collections.unmodifiableMap(new TreeMap<>(users));
    }

    public Optional<User> find(UserName name) {
      return Optional.ofNullable(users.get(name));
    }
  }

  /// Reads the file; no file means no users.
  ///
  /// @throws UsersFileException where a line is damaged
  public Content read() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      lines = List.of();
    }
    Map<UserName, User> users = new TreeMap<>();
    byte[] secret = new byte[0];
    int number = 0;
    for (String line : lines) {
      number++;
      if (line.startsWith(SECRET)) {
        secret = Base64.getDecoder().decode(line.substring(SECRET.length()));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        int at = number;
        User user = User.parse(line).orElseThrow(() -> new UsersFileException(file, at));
        users.put(user.name(), user);
      }
    }
    if (secret.length == 0) {
      secret = new byte[32];
      random.nextBytes(secret);
    }
    return new Content(users, secret);
  }

  /// Changes the users. On return the change is on disk.
  ///
  /// @param change gets the users as they are now and gives them as they shall be
  public void edit(UnaryOperator<Map<UserName, User>> change) throws IOException {
    Path directory = directory();
    Files.createDirectories(directory);
    turn.lock();
    try (FileChannel lock =
            FileChannel.open(
                directory.resolve(file.getFileName() + ".lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        var _ = lock.lock()) {
      Content before = read();
      Map<UserName, User> after = change.apply(new TreeMap<>(before.users()));
      if (!after.equals(before.users()) || !Files.exists(file)) {
        write(directory, before.secret(), after.values());
      }
    } finally {
      turn.unlock();
    }
  }

  private void write(Path directory, byte[] secret, Collection<User> users) throws IOException {
    var text = new StringBuilder(HEADER);
    text.append(SECRET).append(Base64.getEncoder().encodeToString(secret)).append('\n');
    for (User user : users) {
      text.append(user.line()).append('\n');
    }
    Path fresh = directory.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel out =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer octets = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (octets.hasRemaining()) {
        out.write(octets);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
      entry.force(true);
    }
  }

  private Path directory() {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
