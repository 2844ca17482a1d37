package net.facteur.queue.prove;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// A disk below a recorded process: what it is sure to hold at a moment, what was written since the
/// last sync, and what may be found after the power failed.
///
/// As pessimistic as POSIX lets a disk be: the octets of a file are sure after a sync of the file,
/// a name after a sync of its directory, in whatever order they were written. A sector is written
/// whole or not at all.
final class RebuiltDisk {
  /// What becomes of octets that were not synced.
  enum Octets {
    LOST,
    KEPT,
    /// The file has its new size, and zeros where data should be.
    ZEROS,
    /// Some sectors of 512 octets are written, later ones perhaps without earlier ones.
    TORN_512,
    TORN_4096
  }

  /// What becomes of names that were not synced.
  enum Names {
    LOST,
    KEPT,
    SOME
  }

  /// A file or directory.
  private static final class Node {
    private final Image sure = new Image();
    private final List<Change> unsure = new ArrayList<>();
    private final Map<String, Node> sureNames = new HashMap<>();
    private final boolean directory;

    Node(boolean directory) {
      this.directory = directory;
    }
  }

  private sealed interface Change {
    record Written(int at, long offset, byte[] octets) implements Change {}

    record Resized(int at, long size) implements Change {}

    int at();
  }

  /// A name came, went or moved.
  ///
  /// @param in the directory that must be synced to make it sure
  /// @param gone a directory and a name that goes in the same step
  private record NameChange(
      int at, Node in, String name, Optional<Node> node, Optional<Map.Entry<Node, String>> gone) {}

  private final Node root = new Node(true);
  private final Map<Path, Node> names = new HashMap<>();
  private final Map<Long, Node> handles = new HashMap<>();
  private final Map<Long, Integer> syncs = new HashMap<>();
  private final List<NameChange> unsureNames = new ArrayList<>();
  private int step;

  RebuiltDisk(Path rootPath) {
    names.put(rootPath, root);
  }

  void apply(DiskRecord record) {
    step++;
    switch (record) {
      case DiskRecord.Open(long handle, boolean existed, Path path) -> {
        if (!existed) {
          name(path, new Node(false));
        }
        handles.put(handle, node(path));
      }
      case DiskRecord.Write(long handle, long offset, byte[] octets) ->
          handle(handle).unsure.add(new Change.Written(step, offset, octets));
      case DiskRecord.Truncate(long handle, long size) ->
          handle(handle).unsure.add(new Change.Resized(step, size));
      case DiskRecord.SyncBegin(long _, long number) -> syncs.put(number, step);
      case DiskRecord.SyncEnd(long handle, long number) ->
          sync(handle(handle), syncs.getOrDefault(number, 0));
      case DiskRecord.Rename(Path from, Path to) -> {
        Node node = node(from);
        names.remove(from);
        names.put(to, node);
        unsureNames.add(
            new NameChange(
                step,
                parent(to),
                to.getFileName().toString(),
                Optional.of(node),
                Optional.of(Map.entry(parent(from), from.getFileName().toString()))));
      }
      case DiskRecord.Unlink(Path path) -> {
        names.remove(path);
        unsureNames.add(
            new NameChange(
                step,
                parent(path),
                path.getFileName().toString(),
                Optional.empty(),
                Optional.empty()));
      }
      case DiskRecord.MakeDirectory(Path path) -> name(path, new Node(true));
    }
  }

  private void name(Path path, Node node) {
    names.put(path, node);
    unsureNames.add(
        new NameChange(
            step,
            parent(path),
            path.getFileName().toString(),
            Optional.of(node),
            Optional.empty()));
  }

  private Node node(Path path) {
    return Optional.ofNullable(names.get(path))
        .orElseThrow(() -> new IllegalStateException(path.toString()));
  }

  private Node parent(Path path) {
    return node(Optional.ofNullable(path.getParent()).orElseThrow());
  }

  private Node handle(long handle) {
    return Optional.ofNullable(handles.get(handle)).orElseThrow();
  }

  private void sync(Node node, int before) {
    node.unsure.removeIf(
        change -> {
          boolean covered = change.at() < before;
          if (covered) {
            node.sure.apply(change);
          }
          return covered;
        });
    unsureNames.removeIf(
        change -> {
          boolean covered = change.in == node && change.at < before;
          if (covered) {
            change.node.ifPresentOrElse(
                n -> node.sureNames.put(change.name, n), () -> node.sureNames.remove(change.name));
            change.gone.ifPresent(gone -> gone.getKey().sureNames.remove(gone.getValue()));
          }
          return covered;
        });
  }

  /// Lets the power fail now.
  ///
  /// @param directory gets what is found on the disk afterwards
  void write(Path directory, Octets octets, Names fate, Random random) throws IOException {
    var found = new HashMap<Node, Map<String, Node>>();
    double kept = List.of(0.1, 0.5, 0.9).get(random.nextInt(3));
    for (NameChange change : unsureNames) {
      boolean there =
          switch (fate) {
            case LOST -> false;
            case KEPT -> true;
            case SOME -> random.nextDouble() < kept;
          };
      if (there) {
        Map<String, Node> in = found.computeIfAbsent(change.in, n -> new HashMap<>(n.sureNames));
        change.node.ifPresentOrElse(n -> in.put(change.name, n), () -> in.remove(change.name));
        change.gone.ifPresent(
            gone ->
                found
                    .computeIfAbsent(gone.getKey(), n -> new HashMap<>(n.sureNames))
                    .remove(gone.getValue()));
      }
    }
    write(root, directory, found, octets, random);
  }

  private void write(
      Node node, Path path, Map<Node, Map<String, Node>> found, Octets octets, Random random)
      throws IOException {
    if (node.directory) {
      Files.createDirectories(path);
      for (var entry : found.getOrDefault(node, node.sureNames).entrySet()) {
        // The process's own log files are no part of the queue.
        if (node != root || entry.getValue().directory) {
          write(entry.getValue(), path.resolve(entry.getKey()), found, octets, random);
        }
      }
    } else {
      Files.write(path, content(node, octets, random));
    }
  }

  private static byte[] content(Node node, Octets octets, Random random) {
    var image = new Image(node.sure);
    double kept = List.of(0.1, 0.5, 0.9).get(random.nextInt(3));
    for (Change change : node.unsure) {
      switch (octets) {
        case LOST -> {}
        case KEPT -> image.apply(change);
        case ZEROS -> image.grow(change);
        case TORN_512 -> image.tear(change, 512, kept, random);
        case TORN_4096 -> image.tear(change, 4096, kept, random);
      }
    }
    return image.octets();
  }

  /// The octets of a file.
  private static final class Image {
    private byte[] octets = new byte[0];
    private int size;

    Image() {}

    Image(Image other) {
      octets = Arrays.copyOf(other.octets, other.size);
      size = other.size;
    }

    byte[] octets() {
      return Arrays.copyOf(octets, size);
    }

    void apply(Change change) {
      switch (change) {
        case Change.Written(int _, long offset, byte[] written) ->
            put((int) offset, written, 0, written.length);
        case Change.Resized(int _, long to) -> resize((int) to);
      }
    }

    void grow(Change change) {
      switch (change) {
        case Change.Written(int _, long offset, byte[] written) ->
            resize(Math.max(size, (int) offset + written.length));
        case Change.Resized(int _, long to) -> resize((int) to);
      }
    }

    void tear(Change change, int sector, double kept, Random random) {
      switch (change) {
        case Change.Written(int _, long offset, byte[] written) -> {
          for (int from = 0; from < written.length; ) {
            int length = Math.min(written.length - from, sector - (int) (offset + from) % sector);
            if (random.nextDouble() < kept) {
              put((int) offset + from, written, from, length);
            }
            from += length;
          }
        }
        case Change.Resized resized -> {
          if (random.nextDouble() < kept) {
            apply(resized);
          }
        }
      }
    }

    private void put(int offset, byte[] from, int start, int length) {
      resize(Math.max(size, offset + length));
      System.arraycopy(from, start, octets, offset, length);
    }

    private void resize(int to) {
      if (to > octets.length) {
        octets = Arrays.copyOf(octets, Math.max(to, octets.length * 2));
      } else if (to < size) {
        Arrays.fill(octets, to, size, (byte) 0);
      }
      size = to;
    }
  }
}
