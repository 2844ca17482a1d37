package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileCopies;
import net.facteur.server.files.ToldException;
import net.facteur.server.mailbox.UserHome;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What is left to do of a restore whose files are all unpacked, as it lies on the disk: renames
/// only, each of which can be done again. Whoever dies in the middle goes on with it; until then no
/// server starts.
///
/// @param moves in this order
/// @param staging directories that are empty in the end
record RestorePlan(List<Move> moves, List<Path> staging) {
  /// In the directory of the data.
  static final String FILE_NAME = ".restore-plan";

  private static final JsonMapper JSON = new JsonMapper();
  private static final int LARGEST = 256 << 20;

  /// One name.
  ///
  /// @param from what was unpacked; empty where what is there only goes away
  /// @param to where it belongs
  /// @param aside where what is there now is kept
  record Move(Optional<Path> from, Path to, Path aside) {}

  RestorePlan {
    moves = List.copyOf(moves);
    staging = List.copyOf(staging);
  }

  /// True where a restore was cut off.
  static boolean pending(Path data) {
    return Files.exists(data.resolve(FILE_NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /// Puts it on the disk. From here on it is finished, by whomever.
  void begin(Path data) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    var list = root.putArray("moves");
    for (Move move : moves) {
      ObjectNode node = list.addObject();
      move.from().ifPresent(from -> node.put("from", from.toString()));
      node.put("to", move.to().toString()).put("aside", move.aside().toString());
    }
    staging.forEach(path -> root.withArray("staging").add(path.toString()));
    DurableFile.secret(data.resolve(FILE_NAME)).create(JSON.writeValueAsBytes(root));
  }

  /// @throws NoSuchFileException where none is pending
  static RestorePlan read(Path data) throws IOException {
    Path file = data.resolve(FILE_NAME);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      JsonNode root = JSON.readTree(new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8));
      var moves = new ArrayList<Move>();
      for (JsonNode node : root.path("moves")) {
        moves.add(
            new Move(
                node.has("from") ? Optional.of(path(node, "from")) : Optional.empty(),
                path(node, "to"),
                path(node, "aside")));
      }
      var staging = new ArrayList<Path>();
      root.path("staging").forEach(each -> staging.add(Path.of(each.asString(""))));
      return new RestorePlan(moves, staging);
    } catch (JacksonException | InvalidPathException e) {
      throw new ToldException(SAY.planDamaged(file));
    }
  }

  private static Path path(JsonNode node, String name) {
    return Path.of(node.path(name).asString(""));
  }

  /// Does what is left of it.
  ///
  /// @return the directories in which what was there before is kept
  List<Path> finish(Path data) throws IOException {
    var kept = new LinkedHashSet<Path>();
    for (Move move : moves) {
      boolean waiting = move.from().map(RestorePlan::there).orElse(true);
      if (waiting && there(move.to()) && !there(move.aside())) {
        Path above = above(move.aside());
        DurableDirectory.secret(above).make();
        FileCopies.move(move.to(), move.aside());
      }
      if (there(move.aside())) {
        kept.add(above(move.aside()));
      }
      if (move.from().isPresent() && waiting) {
        DurableDirectory.secret(above(move.to())).make();
        FileCopies.move(move.from().get(), move.to());
      }
    }
    for (Path each : staging) {
      new UserHome(each).erase();
    }
    Files.deleteIfExists(data.resolve(FILE_NAME));
    DurableDirectory.secret(data).sync();
    return List.copyOf(kept);
  }

  private static boolean there(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static Path above(Path path) {
    return Optional.ofNullable(path.getParent()).orElse(path);
  }
}
