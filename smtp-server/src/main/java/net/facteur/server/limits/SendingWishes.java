package net.facteur.server.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTurn;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What is to become of accounts and their held mail, typed while no server runs: it is done as
/// soon as one does, and nothing is sent before.
///
/// @param file a line for each
public record SendingWishes(Path file) {
  /// The name of the file in the directory of the data.
  public static final String FILE_NAME = "sending-wishes";

  private static final Logger LOG = LogManager.getLogger(SendingWishes.class);
  private static final int MOST = 1000;

  /// What is to be done.
  public enum Verb {
    HOLD("hold"),
    RELEASE("release"),
    DROP("drop");

    private final String word;

    Verb(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    public static Optional<Verb> of(String word) {
      for (Verb each : values()) {
        if (each.word.equals(word)) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }
  }

  /// @param account without spaces and controls
  public record Wish(Verb verb, String account) {
    static Optional<Wish> parse(String line) {
      int space = line.indexOf(' ');
      return space < 0
          ? Optional.empty()
          : Verb.of(line.substring(0, space))
              .map(verb -> new Wish(verb, line.substring(space + 1)));
    }
  }

  /// True for what can be the name of an account.
  public static boolean isAccount(String text) {
    return !text.isEmpty()
        && text.length() <= 320
        && text.codePoints().allMatch(c -> c > ' ' && c != 0x7f && !Character.isISOControl(c));
  }

  private List<Wish> read() throws IOException {
    try {
      return Files.readString(file).lines().flatMap(line -> Wish.parse(line).stream()).toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  /// Adds a wish.
  ///
  /// @throws IOException where it cannot be written, or too many wait
  public void add(Wish wish) throws IOException {
    var _ =
        FileTurn.of(file)
            .exclusively(
                () -> {
                  var all = new ArrayList<>(read());
                  if (all.size() >= MOST) {
                    throw new IOException(file + ": too many wait for the server");
                  }
                  all.add(wish);
                  write(all);
                  return all;
                });
  }

  private void write(List<Wish> all) throws IOException {
    var text = new StringBuilder();
    all.forEach(
        each -> text.append(each.verb().word()).append(' ').append(each.account()).append('\n'));
    DurableFile.secret(file).replace(text.toString());
  }

  /// Does at a start what was typed before it. What cannot be done now is done by [#fulfilled].
  public void atStart(HeldMail held, SendingLimits limits) {
    try {
      if (file.toFile().length() > 0) {
        fulfil(held, limits);
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("wishes about held mail wait", e);
    }
  }

  /// Does them, in their order.
  public Upkeep.Chore fulfilled(HeldMail held, SendingLimits limits) {
    return new Upkeep.Chore() {
      @Override
      public String name() {
        return "wishes about held mail";
      }

      @Override
      public String stamp() {
        return String.valueOf(file.toFile().length());
      }

      @Override
      public void advance() throws IOException {
        if (file.toFile().length() > 0) {
          fulfil(held, limits);
        }
      }
    };
  }

  void fulfil(HeldMail held, SendingLimits limits) throws IOException {
    var _ =
        FileTurn.of(file)
            .exclusively(
                () -> {
                  List<Wish> all = read();
                  for (Wish wish : all) {
                    LOG.info("wish verb={} account={}", wish.verb().word(), wish.account());
                    switch (wish.verb()) {
                      case HOLD -> limits.hold(wish.account());
                      case RELEASE -> held.release(wish.account());
                      case DROP -> held.drop(wish.account());
                    }
                  }
                  write(List.of());
                  return all;
                });
  }
}
