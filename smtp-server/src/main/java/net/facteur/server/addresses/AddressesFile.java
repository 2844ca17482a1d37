package net.facteur.server.addresses;

import static net.facteur.server.addresses.AddressesTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.server.files.EntryFile;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;

/// The file in which addresses are kept: a line each, comments, `#end`. Lines and comments stay in
/// their order when a command changes one. Writers, also of other processes, take turns by a lock
/// file beside it.
public final class AddressesFile {
  private static final String HEADER =
      "# Addresses of Facteur, one a line, down to #end. `facteur alias` and `facteur forward`"
          + " write it; the server reads it again when it changes.";

  private final EntryFile file;

  public AddressesFile(Path file) {
    this.file = new EntryFile(file, HEADER);
  }

  /// The one that belongs to a users file.
  public static AddressesFile beside(Path users) {
    return new AddressesFile(users.resolveSibling("addresses"));
  }

  public Path path() {
    return file.path();
  }

  /// A line that cannot be read, or names an address that stands in an earlier line.
  ///
  /// @param number the first line is 1
  public record Damage(int number, Text why) {}

  /// @param entries by key, in the order of the file
  /// @param cut the text ends before its end
  public record Content(Map<String, AddressEntry> entries, List<Damage> damaged, boolean cut) {
    static final Content NOTHING = new Content(Map.of(), List.of(), false);

    public Content {
      entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      damaged = List.copyOf(damaged);
    }

    /// True where an address that is not found may stand in it all the same.
    public boolean uncertain() {
      return cut || !damaged.isEmpty();
    }

    /// What is wrong, in words for an administrator.
    public List<Text> problems(Path file) {
      var problems = new ArrayList<Text>();
      for (Damage damage : damaged) {
        problems.add(SAY.putOff(file, damage.number(), damage.why()));
      }
      if (cut) {
        problems.add(cutOff(file));
      }
      return problems;
    }
  }

  private static Text cutOff(Path file) {
    return SAY.cutOff(file, "printf '\\n#end\\n' >> " + file);
  }

  /// Reads the file; no file means no addresses.
  ///
  /// @throws IOException where it cannot be read
  public Content read() throws IOException {
    EntryFile.Lines lines = file.read();
    return content(lines.all(), lines.cut());
  }

  private static Content content(List<String> lines, boolean cut) {
    Map<String, AddressEntry> entries = new LinkedHashMap<>();
    List<Damage> damaged = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (EntryFile.Lines.isComment(line)) {
        continue;
      }
      Optional<AddressEntry> entry = AddressEntry.parse(line);
      if (entry.isEmpty()) {
        damaged.add(new Damage(i + 1, SAY.damaged()));
      } else if (entries.putIfAbsent(entry.get().key(), entry.get()) != null) {
        damaged.add(new Damage(i + 1, SAY.repeated(entry.get().key())));
      }
    }
    return new Content(entries, damaged, cut);
  }

  /// Makes a change. On return it is on disk.
  ///
  /// @throws IOException also where the file is cut off: written again, it would look whole
  public AddressChange.Outcome apply(AddressChange change) throws IOException {
    return file.change(cutOff(path()), lines -> changed(lines, change));
  }

  /// Makes a change of what somebody has seen.
  ///
  /// @param before the line of the entry, as it was seen; empty for none
  /// @return [AddressChange.Outcome#TAKEN] where it is another by now, and nothing was changed
  public AddressChange.Outcome apply(AddressChange change, String before) throws IOException {
    return file.change(
        cutOff(path()),
        lines -> {
          AddressEntry there = content(lines, false).entries().get(key(change));
          return (there == null ? "" : there.line()).equals(before)
              ? changed(lines, change)
              : EntryFile.Changed.not(AddressChange.Outcome.TAKEN);
        });
  }

  private static String key(AddressChange change) {
    return switch (change) {
      case AddressChange.Put(AddressEntry entry, boolean _) -> entry.key();
      case AddressChange.Remove(String name) -> name;
    };
  }

  private static EntryFile.Changed<AddressChange.Outcome> changed(
      List<String> lines, AddressChange change) {
    String key = key(change);
    boolean there = content(lines, false).entries().containsKey(key);
    var outcome =
        switch (change) {
          case AddressChange.Put(AddressEntry _, boolean replace) when there && !replace ->
              AddressChange.Outcome.TAKEN;
          case AddressChange.Remove _ when !there -> AddressChange.Outcome.UNKNOWN;
          case AddressChange.Put _, AddressChange.Remove _ -> AddressChange.Outcome.DONE;
        };
    if (outcome != AddressChange.Outcome.DONE) {
      return EntryFile.Changed.not(outcome);
    }
    @Nullable String fresh =
        change instanceof AddressChange.Put(AddressEntry entry, boolean _) ? entry.line() : null;
    var placed = new AtomicReference<>(fresh);
    var after = new ArrayList<String>();
    for (String line : lines) {
      boolean its =
          !line.startsWith("#")
              && AddressEntry.parse(line).filter(e -> e.key().equals(key)).isPresent();
      if (its) {
        place(placed, after);
      } else {
        after.add(line);
      }
    }
    place(placed, after);
    return new EntryFile.Changed<>(Optional.of(after), outcome);
  }

  private static void place(AtomicReference<@Nullable String> line, List<String> lines) {
    @Nullable String fresh = line.getAndSet(null);
    if (fresh != null) {
      lines.add(fresh);
    }
  }

  /// The entries by key, in the order of the alphabet.
  public static Map<String, AddressEntry> sorted(Content content) {
    return new TreeMap<>(content.entries());
  }

  /// Why it cannot be read, in words for an administrator.
  static String trouble(IOException e) {
    return FileTrouble.sentence(e);
  }
}
