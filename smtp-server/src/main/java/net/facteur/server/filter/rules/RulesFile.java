package net.facteur.server.filter.rules;

import static net.facteur.server.filter.rules.RulesTexts.SAY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.ToldException;
import net.facteur.server.files.WriterTurn;
import net.facteur.server.language.Text;

/// The file of the rules about senders: a line each, and comments, in their order whoever changes
/// one. Writers, also of other processes, take turns by a lock file beside it.
public final class RulesFile {
  private static final long MAX_OCTETS = 16L << 20;
  private static final String HEADER =
      "# Rules of Facteur about senders, one a line. `facteur rules` and `facteur user block`"
          + " write it; the server reads it again when it changes.";

  private final Path file;
  private final WriterTurn turn;

  public RulesFile(Path file) {
    this.file = file;
    this.turn = new WriterTurn(file);
  }

  /// The one that belongs to a users file.
  public static RulesFile beside(Path users) {
    return new RulesFile(users.resolveSibling("rules"));
  }

  public Path path() {
    return file;
  }

  /// @param rules in the order of the file; of several with one key the first
  /// @param problems lines that count for nothing, in words for an administrator
  public record Content(Map<SenderRule.Key, SenderRule> rules, List<Text> problems) {
    static final Content NOTHING = new Content(Map.of(), List.of());

    public Content {
      rules = Collections.unmodifiableMap(new LinkedHashMap<>(rules));
      problems = List.copyOf(problems);
    }
  }

  /// What a command asks for.
  public sealed interface Change {
    /// This rule, in place of any that has its key.
    record Put(SenderRule rule) implements Change {}

    /// Whatever rule has this key goes.
    record Remove(SenderRule.Key key) implements Change {}

    /// Every rule of this user goes.
    record Forget(UserName user) implements Change {}

    /// Every rule of this user is one of another name, in place of any that this name has left.
    record Rename(UserName from, UserName to) implements Change {}
  }

  /// Reads the file; no file means no rules.
  ///
  /// @throws IOException where it cannot be read
  public Content read() throws IOException {
    return content(lines(Files::readAllBytes));
  }

  /// What reads a file.
  @FunctionalInterface
  private interface Reader {
    byte[] read(Path file) throws IOException;
  }

  private List<String> lines(Reader reader) throws IOException {
    try {
      if (Files.size(file) > MAX_OCTETS) {
        throw new ToldException(SAY.largeFile(file, MAX_OCTETS >> 20));
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(reader.read(file)))
          .toString()
          .lines()
          .toList();
    } catch (NoSuchFileException _) {
      return List.of(HEADER);
    } catch (CharacterCodingException e) {
      throw new ToldException(SAY.notUtf8(file));
    } catch (ToldException | FileSystemException e) {
      throw e;
    } catch (IOException e) {
      // Such as a directory in its place: the system does not say which file it means.
      throw new FileSystemException(file.toString(), null, e.getMessage());
    }
  }

  private Content content(List<String> lines) {
    Map<SenderRule.Key, SenderRule> rules = new LinkedHashMap<>();
    List<Text> problems = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Optional<SenderRule> rule = SenderRule.parse(line);
      if (rule.isEmpty()) {
        problems.add(SAY.damaged(file, i + 1));
      } else if (rules.putIfAbsent(rule.get().key(), rule.get()) != null) {
        problems.add(SAY.repeated(file, i + 1, rule.get().sender()));
      }
    }
    return new Content(rules, problems);
  }

  /// Makes a change. On return it is on disk.
  ///
  /// @return false where nothing was to be changed
  public boolean apply(Change change) throws IOException {
    return turn.exclusively(() -> changed(change));
  }

  private boolean changed(Change change) throws IOException {
    // Whoever writes it again follows no link: its lines would be given to the owner of this file.
    List<String> before = lines(path -> DurableFile.secret(path).octets());
    var after = new ArrayList<String>();
    Optional<String> fresh =
        change instanceof Change.Put(SenderRule rule) ? Optional.of(rule.line()) : Optional.empty();
    boolean placed = false;
    for (String line : before) {
      Optional<SenderRule> rule = line.startsWith("#") ? Optional.empty() : SenderRule.parse(line);
      if (rule.isPresent()
          && change instanceof Change.Rename(UserName from, UserName to)
          && rule.get().user().filter(from::equals).isPresent()) {
        after.add(rule.get().of(to).line());
      } else if (rule.filter(r -> meant(change, r)).isPresent()) {
        if (fresh.isPresent() && !placed) {
          after.add(fresh.get());
          placed = true;
        }
      } else {
        after.add(line);
      }
    }
    if (fresh.isPresent() && !placed) {
      after.add(fresh.get());
    }
    if (after.equals(before)) {
      return false;
    }
    DurableFile.secret(file).replace(String.join("\n", after) + "\n");
    return true;
  }

  private static boolean meant(Change change, SenderRule rule) {
    return switch (change) {
      case Change.Put(SenderRule put) -> rule.key().equals(put.key());
      case Change.Remove(SenderRule.Key key) -> rule.key().equals(key);
      case Change.Forget(var user) -> rule.user().filter(user::equals).isPresent();
      case Change.Rename(var _, var to) -> rule.user().filter(to::equals).isPresent();
    };
  }
}
