package net.facteur.queue.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.RecipientState;

/// A [QueueFilter] in SQL, for rows of `recipient`.
final class FilterSql {
  /// A condition with [#PARAMETERS] parameters; the age is left to whoever joins `message`.
  static final String MATCH =
      " AND destination = coalesce(?, destination) AND state = coalesce(?, state)"
          + " AND lower(reverse_path) = coalesce(?, lower(reverse_path))"
          + " AND lower(address) = coalesce(?, lower(address))"
          + " AND substr(lower(address), length(address) - ? + 1) = coalesce(?, '')";

  static final int PARAMETERS = 6;

  private FilterSql() {}

  /// Sets the parameters of [#MATCH].
  static void set(PreparedStatement statement, int first, QueueFilter filter) throws SQLException {
    Optional<String> domain = filter.domain().map(d -> "@" + QueueFilter.lower(d));
    WriterSql.text(statement, first, filter.destination().map(Destination::text));
    WriterSql.text(statement, first + 1, filter.state().map(RecipientState::word));
    WriterSql.text(statement, first + 2, filter.reversePath().map(QueueFilter::lower));
    WriterSql.text(statement, first + 3, filter.address().map(QueueFilter::lower));
    statement.setInt(first + 4, domain.map(String::length).orElse(0));
    WriterSql.text(statement, first + 5, domain);
  }
}
