package net.facteur.queue.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;
import net.facteur.queue.store.DamagedMessageException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The files of bodies over the threshold: `staging/` while received, `bodies/xx/` once queued.
final class BodyFiles implements KeptBodies {
  private static final Logger LOG = LogManager.getLogger(BodyFiles.class);

  private final Path staging;
  private final Path bodies;
  private final AtomicLong counter = new AtomicLong();
  private final Set<Path> known = ConcurrentHashMap.newKeySet();

  /// Makes the directories where needed and empties the staging area.
  BodyFiles(Path directory) throws IOException {
    this.staging = directory.resolve("staging");
    this.bodies = below(directory);
    PrivateFiles.directory(staging);
    PrivateFiles.directory(bodies);
    PrivateFiles.sync(directory);
    for (Path orphan : list(staging)) {
      LOG.info("removing staged body {} of a message that was never accepted", orphan);
      Files.deleteIfExists(orphan);
    }
  }

  /// A name for a body that is being received.
  Path newStagingFile() {
    return staging.resolve(Long.toString(counter.incrementAndGet(), Character.MAX_RADIX));
  }

  /// Makes a staged body durable under the name of its message. Blocks for the disk.
  ///
  /// @return the name below `bodies/`
  String keep(FileChannel channel, Path staged, QueueId id) throws IOException {
    channel.force(true);
    channel.close();
    String text = id.text();
    Path folder = bodies.resolve(text.substring(text.length() - 2));
    if (known.add(folder) && !Files.isDirectory(folder)) {
      PrivateFiles.directory(folder);
    }
    Path kept = folder.resolve(text);
    Files.move(staged, kept, StandardCopyOption.ATOMIC_MOVE);
    // Without this the name, and so the body, may be gone after a power cut.
    PrivateFiles.sync(folder);
    return bodies.relativize(kept).toString();
  }

  /// Where bodies are in a queue's directory.
  static Path below(Path directory) {
    return directory.toAbsolutePath().resolve("bodies");
  }

  Path path(String name) throws DamagedMessageException {
    return path(bodies, name);
  }

  static Path path(Path bodies, String name) throws DamagedMessageException {
    Path path = bodies.resolve(name).normalize();
    if (!path.startsWith(bodies)) {
      throw new DamagedMessageException("the body file " + name + " is outside the queue");
    }
    return path;
  }

  @Override
  public Kept keep(StagedBody body, QueueId id) throws IOException {
    if (body instanceof SpillingStage.InFile file) {
      return file.keep(id);
    }
    var file = SpillingStage.InFile.create(this);
    try (InputStream in = body.open()) {
      file.copy(in);
    } catch (IOException e) {
      file.discard();
      throw e;
    }
    body.discard();
    return file.keep(id);
  }

  @Override
  public MessageContent content(ContentRow row) throws IOException {
    return row.content(this::path);
  }

  @Override
  public void remove(String name) {
    try {
      Files.deleteIfExists(path(name));
    } catch (IOException e) {
      LOG.warn("cannot remove body file {}, it will be swept at the next start: {}", name, e);
    }
  }

  @Override
  public List<String> names() throws IOException {
    var names = new ArrayList<String>();
    for (Path folder : list(bodies)) {
      for (Path file : list(folder)) {
        names.add(bodies.relativize(file).toString());
      }
    }
    return names;
  }

  private static List<Path> list(Path folder) throws IOException {
    var found = new ArrayList<Path>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(found::add);
    } catch (NoSuchFileException | java.nio.file.NotDirectoryException e) {
      return List.of();
    }
    return found;
  }
}
