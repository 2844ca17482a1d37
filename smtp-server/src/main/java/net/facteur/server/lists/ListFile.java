package net.facteur.server.lists;

import static net.facteur.server.lists.ListsTexts.SAY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.ToldException;
import net.facteur.server.files.WriterTurn;
import net.facteur.server.language.Text;

/// The file of one list. Writers, also of other processes, take turns by a lock file beside it.
final class ListFile {
  private static final long MAX_OCTETS = 64L << 20;

  private final UserName address;
  private final Path file;
  private final WriterTurn turn;

  /// @param directory of all lists
  ListFile(Path directory, UserName address) {
    this.address = address;
    this.file = directory.resolve(address.text());
    this.turn = new WriterTurn(file);
  }

  Path path() {
    return file;
  }

  /// What the file says; empty where there is none.
  ///
  /// @throws IOException where it cannot be read
  Optional<ListText.Read> read() throws IOException {
    return read(Files::readAllBytes);
  }

  /// What reads a file.
  @FunctionalInterface
  private interface Reader {
    byte[] read(Path file) throws IOException;
  }

  private Optional<ListText.Read> read(Reader reader) throws IOException {
    try {
      if (Files.size(file) > MAX_OCTETS) {
        throw new ToldException(SAY.largeFile(file, MAX_OCTETS >> 20));
      }
      byte[] octets = reader.read(file);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
      return Optional.of(ListText.read(address, text.lines().toList()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (CharacterCodingException _) {
      throw new ToldException(SAY.notUtf8(file));
    }
  }

  /// What is wrong with what was read, in words for an administrator.
  List<Text> problems(ListText.Read read) {
    var problems = new ArrayList<Text>();
    for (ListText.Damage damage : read.damaged()) {
      problems.add(SAY.putOff(file, damage.number(), damage.why()));
    }
    if (read.cut()) {
      problems.add(
          read.content().isEmpty()
              ? SAY.misnamed(file)
              : SAY.cutOff(file, "printf '\\n#end\\n' >> " + file));
    }
    return problems;
  }

  /// What is to become of a list.
  interface Change {
    /// @param before what is there; empty for no list
    /// @return what is to be there; the same object for no change, empty for no list
    Optional<ListContent> of(Optional<ListContent> before) throws IOException;
  }

  /// Makes a change. On return it is on disk.
  ///
  /// @return what is there now
  /// @throws IOException also where the file has mistakes: written again, it would look whole
  Optional<ListContent> change(Change change) throws IOException {
    return turn.exclusively(
        () -> {
          Optional<ListText.Read> read = read(path -> DurableFile.secret(path).octets());
          if (read.isPresent()) {
            List<Text> problems = problems(read.get());
            if (!problems.isEmpty()) {
              throw new ToldException(problems.getFirst());
            }
          }
          Optional<ListContent> before = read.flatMap(ListText.Read::content);
          Optional<ListContent> after = change.of(before);
          if (after.isEmpty()) {
            Files.deleteIfExists(file);
          } else if (!after.equals(before)) {
            DurableFile.secret(file)
                .replace(
                    ListText.write(
                        after.get(), read.map(ListText.Read::comments).orElse(List.of())));
          }
          return after;
        });
  }
}
