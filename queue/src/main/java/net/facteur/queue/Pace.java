package net.facteur.queue;

import java.time.Instant;
import java.util.Optional;

/// How fast mail may go to destinations that belong together, such as the domains of one provider.
/// The schedule asks, and leaves what may not go where it is: no attempt is made for it.
///
/// Asked under the lock of the schedule: it answers at once, and may be asked by several threads,
/// one after the other. The same question may get another answer later.
public interface Pace {
  /// Every destination for itself.
  Pace FREE =
      new Pace() {
        @Override
        public Optional<String> group(Destination destination) {
          return Optional.empty();
        }

        @Override
        public Room room(String group, int running, Instant now) {
          return Room.attempts(Integer.MAX_VALUE);
        }

        @Override
        public void begins(String group, Instant now) {}
      };

  /// What a destination belongs to; empty where it stands for itself, or where nobody knows yet.
  Optional<String> group(Destination destination);

  /// What a group may have now.
  ///
  /// @param running attempts at it that are running, of all processes that share the queue as far
  ///   as this one can tell
  Room room(String group, int running, Instant now);

  /// An attempt at a group begins.
  void begins(String group, Instant now);

  /// What a group may have.
  ///
  /// @param attempts that may begin now; 0 or more
  /// @param next where none may, when to ask again; [Instant#MAX] for the end of an attempt
  /// @param why where it will be long: mail stays in the store then, and its senders are told in
  ///   these words when it gets old
  record Room(int attempts, Instant next, Optional<String> why) {
    public static Room attempts(int attempts) {
      return new Room(attempts, Instant.MAX, Optional.empty());
    }

    /// None before `next`.
    public static Room after(Instant next) {
      return new Room(0, next, Optional.empty());
    }

    /// None for long.
    public static Room heldUntil(Instant next, String why) {
      return new Room(0, next, Optional.of(why));
    }
  }
}
