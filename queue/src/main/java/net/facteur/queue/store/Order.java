package net.facteur.queue.store;

import java.util.Optional;
import net.facteur.queue.Destination;

/// What an operator wants done to recipients as soon as nobody else has them. It stands in the
/// store until it is done, or another operation takes its place.
public sealed interface Order {
  /// Return them to the sender.
  ///
  /// @param why what the sender is told; without line breaks
  record Bounce(String why) implements Order {
    /// Where the operator says no more than that.
    public static final String OPERATOR =
        "returned to the sender by the operator of the mail server";

    public Bounce() {
      this(OPERATOR);
    }
  }

  /// Send them another way.
  record Move(Destination to) implements Order {}

  /// The operation it comes from.
  default Operation operation() {
    return switch (this) {
      case Bounce _ -> Operation.BOUNCE;
      case Move _ -> Operation.MOVE;
    };
  }

  /// How it stands in the store: a word, and what belongs to it.
  default String text() {
    return switch (this) {
      case Bounce(String why) -> why.equals(Bounce.OPERATOR) ? "bounce" : "bounce " + why;
      case Move(Destination to) -> "move " + to;
    };
  }

  /// Reads back what [#text()] wrote; empty for what nobody should have written.
  static Optional<Order> of(String text) {
    if (text.equals("bounce")) {
      return Optional.of(new Bounce());
    }
    if (text.startsWith("bounce ") && text.length() > 7) {
      return Optional.of(new Bounce(text.substring(7)));
    }
    return text.startsWith("move ") && text.length() > 5
        ? Optional.of(new Move(new Destination(text.substring(5))))
        : Optional.empty();
  }
}
