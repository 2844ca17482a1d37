package net.facteur.server.backup;

import java.io.IOException;
import net.facteur.queue.QueueId;
import net.facteur.queue.sql.PostgresDump;
import net.facteur.queue.sql.SqliteCopy;

/// The queue at the moment that a backup shows.
sealed interface QueueAtMoment {
  /// No server has run here yet.
  record None() implements QueueAtMoment {}

  /// That of this machine.
  record Own(SqliteCopy.Taken taken) implements QueueAtMoment {}

  /// One of PostgreSQL.
  record Shared(PostgresDump.Taken taken) implements QueueAtMoment {}

  /// True where it has, or had, a message.
  default boolean knows(QueueId id) throws IOException {
    return switch (this) {
      case None() -> false;
      case Own(var taken) -> SqliteCopy.knows(taken.database(), id);
      case Shared(var taken) -> taken.ids().contains(id.text());
    };
  }

  /// Looks at each recipient who waits.
  default void waits(SqliteCopy.Visitor visitor) throws IOException {
    switch (this) {
      case None() -> {}
      case Own(var taken) -> SqliteCopy.open(taken.database(), visitor);
      case Shared(var taken) -> {
        for (SqliteCopy.Open each : taken.open()) {
          visitor.visit(each);
        }
      }
    }
  }

  default boolean shared() {
    return this instanceof Shared;
  }

  /// The version of the tables; 0 where there are none.
  default int schema() {
    return switch (this) {
      case None() -> 0;
      case Own(var taken) -> taken.schema();
      case Shared(var taken) -> taken.schema();
    };
  }

  default long messages() {
    return switch (this) {
      case None() -> 0;
      case Own(var taken) -> taken.messages();
      case Shared(var taken) -> taken.messages();
    };
  }

  default long recipients() {
    return switch (this) {
      case None() -> 0;
      case Own(var taken) -> taken.recipients();
      case Shared(var taken) -> taken.open().size();
    };
  }
}
