package net.facteur.server.quarantine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.files.FileTurn;
import net.facteur.server.filter.Quarantine.Kept;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Messages in quarantine, each in two files: `ID.eml` with its octets, and `ID.json` with all the
/// rest. The second is written last and removed last, so that a message is here if it exists; both
/// are on the disk when [#keep] returns. The octets go as soon as nobody can want them any more,
/// the rest stays a while for whoever asks what became of it.
///
/// Bounded: [#MOST] messages, and a number of octets in all. Safe for many threads, and for a
/// command beside the server.
public final class QuarantineStore {
  /// Messages, with those that are only remembered.
  public static final int MOST = 100_000;

  private static final Logger LOG = LogManager.getLogger(QuarantineStore.class);
  private static final String OCTETS = ".eml";
  private static final String REST = ".json";
  private static final String FRESH = ".new";
  private static final int LOCKS = 64;

  /// Octets of a file of the second kind: 1,000 recipients with long addresses.
  private static final int LARGEST = 4 << 20;

  private final Path directory;
  private final InstantSource clock;
  private final AtomicLong used = new AtomicLong();
  private final AtomicInteger count = new AtomicInteger();
  private final List<ReentrantLock> locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

  /// @param directory made where the first message comes
  public QuarantineStore(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /// Removes what a crash left behind, and decides what was being released: the queue has it or
  /// not. For the server alone, before anything else happens here.
  ///
  /// @param queued whether the queue knows a message
  public void recover(Predicate<QueueId> queued) throws IOException {
    Set<String> names = names();
    for (String name : names) {
      boolean half =
          name.endsWith(FRESH)
              || (name.endsWith(OCTETS) && !names.contains(stem(name, OCTETS) + REST));
      if (half) {
        LOG.info("quarantine: removing {}, of a message that was never accepted", name);
        Files.deleteIfExists(directory.resolve(name));
      }
    }
    each(message -> settle(message, queued));
    measure();
  }

  private void settle(KeptMessage message, Predicate<QueueId> queued) throws IOException {
    KeptMessage its = message;
    if (message.recipients().stream().anyMatch(one -> one.fate() instanceof Fate.Releasing)) {
      its =
          change(message.id(), _ -> true, one -> decided(one.fate(), queued))
              .map(Changed::after)
              .orElse(message);
    } else if (message.settled()) {
      Files.deleteIfExists(octets(message.id()));
    }
    // The mark may have gone with a crash, and the wish not.
    if (its.recipients().stream().anyMatch(KeptRecipient::wished)) {
      leaveWish();
    }
  }

  private static Fate decided(Fate fate, Predicate<QueueId> queued) {
    return switch (fate) {
      case Fate.Releasing(QueueId as, Instant at, String by) ->
          queued.test(as) ? new Fate.Released(as, at, by) : new Fate.Wished(at, by, false);
      case Fate.Kept _, Fate.Wished _, Fate.Released _, Fate.Dropped _, Fate.Expired _ -> fate;
    };
  }

  /// Keeps a message, durably. Its body is the caller's no longer when this returns.
  ///
  /// @param maxSize octets that all messages may take up
  /// @throws QueueUnavailableException where there is no room for it; nothing of it remains
  /// @throws IOException where the disk is full or broken; nothing of it remains
  public void keep(Kept message, long maxSize) throws IOException {
    KeptMessage kept = KeptMessage.of(message);
    if (used.addAndGet(kept.size()) > maxSize || count.get() >= MOST) {
      used.addAndGet(-kept.size());
      throw new QueueUnavailableException(
          "the quarantine is full", true, new IOException("quarantine.max-size is reached"));
    }
    boolean whole = false;
    try {
      DurableDirectory.secret(directory).make();
      DurableFile.secret(octets(kept.id()))
          .fill(
              out -> {
                out.write(message.header());
                try (InputStream body = message.body().open()) {
                  body.transferTo(out);
                }
              });
      write(kept);
      whole = true;
    } finally {
      if (!whole) {
        used.addAndGet(-kept.size());
        Files.deleteIfExists(rest(kept.id()));
        Files.deleteIfExists(octets(kept.id()));
      }
    }
    count.incrementAndGet();
    message.body().discard();
  }

  /// Both names are durable with the second.
  private void write(KeptMessage message) throws IOException {
    Path fresh = directory.resolve(message.id() + REST + FRESH);
    Files.deleteIfExists(fresh);
    String text = KeptFile.write(message);
    DurableFile.secret(fresh)
        .fill((OutputStream out) -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    DurableFile.secret(fresh).rename(rest(message.id()));
  }

  /// Looks at a message.
  @FunctionalInterface
  public interface Visitor {
    void visit(KeptMessage message) throws IOException;
  }

  /// Looks at all messages, the oldest first, one at a time. One whose file is damaged or cannot be
  /// read is left out, and in the log.
  public void each(Visitor visitor) throws IOException {
    for (QueueId id : ids()) {
      Optional<KeptMessage> found = readable(id);
      if (found.isPresent()) {
        visitor.visit(found.get());
      }
    }
  }

  /// One message among others, which it must not hide.
  Optional<KeptMessage> readable(QueueId id) {
    try {
      return find(id);
    } catch (IOException e) {
      LOG.error("quarantine: {} cannot be read: {}", rest(id), trouble(e));
      return Optional.empty();
    }
  }

  /// The names of all messages, the oldest first.
  List<QueueId> ids() throws IOException {
    return names().stream()
        .filter(name -> name.endsWith(REST))
        .map(name -> stem(name, REST))
        .filter(QueueId::isQueueId)
        .sorted()
        .map(QueueId::new)
        .toList();
  }

  /// One message.
  public Optional<KeptMessage> find(QueueId id) throws IOException {
    Path file = rest(id);
    byte[] octets;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      octets = in.readNBytes(LARGEST);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
    Optional<KeptMessage> read = KeptFile.read(octets).filter(m -> m.id().equals(id));
    if (read.isEmpty()) {
      LOG.error("quarantine: {} is damaged, and its message cannot be released", file);
    }
    return read;
  }

  /// The octets of a message.
  ///
  /// @throws IOException where they are gone, or fewer than they were
  public MessageContent content(KeptMessage message) throws IOException {
    Path file = octets(message.id());
    if (Files.size(file) != message.size()) {
      throw new IOException(file + " has not the " + message.size() + " octets that it had");
    }
    byte[] header;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      header = in.readNBytes(message.header());
    }
    return new MessageContent() {
      @Override
      public byte[] header() {
        return header;
      }

      @Override
      public long bodySize() {
        return message.size() - header.length;
      }

      @Override
      public InputStream openBody() throws IOException {
        InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        try {
          in.skipNBytes(header.length);
          return in;
        } catch (IOException e) {
          in.close();
          throw e;
        }
      }
    };
  }

  /// Changes the fate of some recipients, durably.
  ///
  /// @return the message before and after; empty where there is none
  Optional<Changed> change(
      QueueId id, Predicate<KeptRecipient> some, Function<KeptRecipient, Fate> fate)
      throws IOException {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    return turn()
        .exclusively(
            () -> {
              Optional<KeptMessage> before = find(id);
              if (before.isEmpty()) {
                return Optional.empty();
              }
              KeptMessage after = before.get().change(some, fate);
              if (!after.equals(before.get())) {
                write(after);
              }
              if (after.settled() && Files.deleteIfExists(octets(id))) {
                used.addAndGet(-after.size());
              }
              return Optional.of(new Changed(before.get(), after));
            });
  }

  /// A change.
  record Changed(KeptMessage before, KeptMessage after) {}

  /// Ends the time of messages, and forgets those whose time ended as long ago.
  ///
  /// @param keep how long each may be released
  void expire(Duration keep) throws IOException {
    Instant now = clock.instant();
    each(
        message -> {
          if (message.open() && !now.isBefore(message.received().plus(keep))) {
            var _ = change(message.id(), one -> one.fate().open(), _ -> new Fate.Expired(now));
            LOG.info("quarantine id={} result=expired", message.id());
          } else if (message.settled()
              && !now.isBefore(message.received().plus(keep.multipliedBy(2)))) {
            Files.deleteIfExists(rest(message.id()));
          }
        });
    measure();
  }

  /// Octets of all messages.
  public long used() {
    return used.get();
  }

  /// Counts anew, since commands may have removed something.
  private void measure() throws IOException {
    long octets = 0;
    int messages = 0;
    for (String name : names()) {
      if (name.endsWith(OCTETS)) {
        octets += size(directory.resolve(name));
      } else if (name.endsWith(REST)) {
        messages++;
      }
    }
    used.set(octets);
    count.set(messages);
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  /// Where who releases a message is alone with it in this process.
  ReentrantLock lock(QueueId id) {
    return locks.get(Math.floorMod(id.hashCode(), LOCKS));
  }

  /// Says that somebody wished something while the server did not run.
  void leaveWish() throws IOException {
    var _ = DurableFile.secret(wish()).claim();
  }

  /// True where somebody did.
  boolean hasWish() {
    return Files.exists(wish());
  }

  void forgetWish() throws IOException {
    Files.deleteIfExists(wish());
  }

  private Path wish() {
    return directory.resolve("wishes");
  }

  /// Where these files lie.
  Path directory() {
    return directory;
  }

  private FileTurn turn() {
    return new FileTurn(directory.resolve("lock"));
  }

  private Path octets(QueueId id) {
    return directory.resolve(id + OCTETS);
  }

  private Path rest(QueueId id) {
    return directory.resolve(id + REST);
  }

  private static String stem(String name, String end) {
    return name.substring(0, name.length() - end.length());
  }

  private Set<String> names() throws IOException {
    var found = new HashSet<String>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      all.forEach(path -> found.add(String.valueOf(path.getFileName())));
    } catch (NoSuchFileException | NotDirectoryException _) {
      return Set.of();
    }
    return found;
  }

  /// What cannot be used, in a sentence for the log.
  static String trouble(IOException e) {
    return FileTrouble.sentence(e);
  }
}
