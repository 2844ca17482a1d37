package net.facteur.queue.sql;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.facteur.queue.RecipientState;

/// Sets of states, in the words of SQL.
final class StateSql {
  /// Every state that a recipient may have.
  static final String ALL = set(_ -> true);

  /// Those of recipients for whom the message is kept.
  static final String OPEN = set(RecipientState::open);

  private StateSql() {}

  private static String set(Predicate<RecipientState> chosen) {
    return Arrays.stream(RecipientState.values())
        .filter(chosen)
        .map(state -> "'" + state.word() + "'")
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
