package net.facteur.server.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import net.facteur.server.upkeep.Upkeep;
import net.facteur.server.upkeep.Wishes;
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

    String line() {
      return verb.word() + " " + account;
    }
  }

  /// True for what can be the name of an account.
  public static boolean isAccount(String text) {
    return !text.isEmpty()
        && text.length() <= 320
        && text.codePoints().allMatch(c -> c > ' ' && c != 0x7f && !Character.isISOControl(c));
  }

  private Wishes<Wish> wishes() {
    return new Wishes<>(file, "wishes about held mail", Wish::parse, Wish::line);
  }

  /// Adds a wish.
  ///
  /// @throws IOException where it cannot be written, or too many wait
  public void add(Wish wish) throws IOException {
    wishes().add(wish);
  }

  /// Does at a start what was typed before it. What cannot be done now is done by [#fulfilled].
  public void atStart(HeldMail held, SendingLimits limits) {
    try {
      fulfil(held, limits);
    } catch (IOException | RuntimeException e) {
      LOG.error("wishes about held mail wait", e);
    }
  }

  /// Does them, in their order.
  public Upkeep.Chore fulfilled(HeldMail held, SendingLimits limits) {
    return wishes().fulfilled(wish -> act(wish, held, limits));
  }

  void fulfil(HeldMail held, SendingLimits limits) throws IOException {
    wishes().fulfil(wish -> act(wish, held, limits));
  }

  private static void act(Wish wish, HeldMail held, SendingLimits limits) throws IOException {
    LOG.info("wish verb={} account={}", wish.verb().word(), wish.account());
    switch (wish.verb()) {
      case HOLD -> limits.hold(wish.account());
      case RELEASE -> held.release(wish.account());
      case DROP -> held.drop(wish.account());
    }
  }
}
