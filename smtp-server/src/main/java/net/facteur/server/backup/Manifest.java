package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.facteur.server.files.ToldException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What is in a backup: a line of JSON that says what it is, and one for each file. The last line
/// says how many there are, so that one that was cut off is known as such.
record Manifest(About about, List<ArchivedDirectory> directories, List<ArchivedFile> files) {
  /// Its name in the archive.
  static final String NAME = "facteur-manifest.jsonl";

  /// The first entry of an archive: the line that says what it is, as far as it is known before.
  static final String FIRST = "facteur-backup.json";

  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST_LINE = 256 << 10;
  private static final int MOST_FILES = 4_000_000;

  Manifest {
    directories = List.copyOf(directories);
    files = List.copyOf(files);
  }

  void write(OutputStream out) throws IOException {
    line(out, about(about));
    for (ArchivedDirectory directory : directories) {
      line(
          out,
          JSON.createObjectNode()
              .put("directory", directory.name())
              .put("mode", Integer.toOctalString(directory.mode()))
              .put("owner", directory.owner())
              .put("group", directory.group()));
    }
    for (ArchivedFile file : files) {
      line(out, file(file));
    }
    line(out, JSON.createObjectNode().put("files", files.size()));
  }

  private static void line(OutputStream out, ObjectNode node) throws IOException {
    out.write(JSON.writeValueAsBytes(node));
    out.write('\n');
  }

  static byte[] first(About about) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(about(about));
  }

  private static ObjectNode about(About about) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("format", About.FORMAT)
            .put("program", about.program())
            .put("taken", about.taken().toString())
            .put("host", about.host())
            .put("settings", about.settings().toString())
            .put("schema", about.schema())
            .put("shared", about.shared())
            .put("messages", about.messages())
            .put("recipients", about.recipients())
            .put("users", about.users())
            .put("mail", about.mail());
    ObjectNode roots = node.putObject("roots");
    about.roots().forEach((root, path) -> roots.put(root.word(), path.toString()));
    about.addresses().forEach(node.putArray("addresses")::add);
    about.leftOut().forEach(node.putArray("left-out")::add);
    return node;
  }

  private static ObjectNode file(ArchivedFile file) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("name", file.name())
            .put("size", file.size())
            .put("sha256", file.hash())
            .put("mode", Integer.toOctalString(file.mode()))
            .put("owner", file.owner())
            .put("group", file.group())
            .put("modified", file.modified().toString());
    if (file.pooled()) {
      node.put("pooled", true);
    }
    return node;
  }

  /// @throws ToldException where it is none, or another version wrote it
  static Manifest read(InputStream in) throws IOException {
    try {
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      About about = about(JSON.readTree(line(lines)));
      var directories = new ArrayList<ArchivedDirectory>();
      var files = new ArrayList<ArchivedFile>();
      while (true) {
        JsonNode node = JSON.readTree(line(lines));
        if (node.has("files")) {
          if (node.path("files").asInt(-1) != files.size()) {
            throw new ToldException(SAY.noManifest());
          }
          return new Manifest(about, directories, files);
        }
        if (files.size() + directories.size() >= MOST_FILES) {
          throw new ToldException(SAY.noManifest());
        }
        if (node.has("directory")) {
          directories.add(
              new ArchivedDirectory(
                  text(node, "directory"),
                  Integer.parseInt(text(node, "mode"), 8),
                  text(node, "owner"),
                  text(node, "group")));
          continue;
        }
        files.add(file(node));
      }
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw new ToldException(SAY.noManifest());
    }
  }

  private static String line(BufferedReader in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() == LONGEST_LINE) {
        throw new ToldException(SAY.noManifest());
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private static About about(JsonNode node) throws IOException {
    int format = node.path("format").asInt(0);
    if (format > About.FORMAT) {
      throw new ToldException(SAY.laterFormat());
    }
    if (format < 1) {
      throw new ToldException(SAY.noManifest());
    }
    Map<Root, Path> roots = new EnumMap<>(Root.class);
    for (Map.Entry<String, JsonNode> each : node.path("roots").properties()) {
      Root.of(each.getKey()).ifPresent(root -> roots.put(root, path(each.getValue())));
    }
    return new About(
        text(node, "program"),
        Instant.parse(text(node, "taken")),
        text(node, "host"),
        texts(node.path("addresses")),
        path(node.path("settings")),
        roots,
        node.path("schema").asInt(0),
        node.path("shared").asBoolean(false),
        node.path("messages").asLong(0),
        node.path("recipients").asLong(0),
        node.path("users").asLong(0),
        node.path("mail").asBoolean(false),
        texts(node.path("left-out")));
  }

  private static ArchivedFile file(JsonNode node) {
    return new ArchivedFile(
        text(node, "name"),
        node.path("size").asLong(-1),
        text(node, "sha256"),
        Integer.parseInt(text(node, "mode"), 8),
        text(node, "owner"),
        text(node, "group"),
        Instant.parse(text(node, "modified")),
        node.path("pooled").asBoolean(false));
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(each -> texts.add(each.asString("")));
    return texts;
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  private static Path path(JsonNode node) {
    try {
      return Path.of(node.asString(""));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
