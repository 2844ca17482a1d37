package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.facteur.queue.QueueId;
import net.facteur.queue.salvage.Row;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Tells by its shape of which table a salvaged row is, and puts it into a new database. Entries of
/// indexes have the shape of no table. Of two rows with one key, the first stays.
final class SalvagedRows implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(SalvagedRows.class);
  private static final int TOGETHER = 1000;

  /// In the order in which shapes are tried; the columns are those of [Schema].
  private enum Table {
    MESSAGE(true) {
      @Override
      boolean fits(Row row) {
        return row.value(0) == null
            && row.value(1) instanceof String id
            && QueueId.isQueueId(id)
            && row.value(2) instanceof Long;
      }
    },
    CONTENT(true) {
      @Override
      boolean fits(Row row) {
        return row.value(0) == null
            && row.value(1) instanceof byte[]
            && row.value(3) instanceof Long;
      }
    },
    RECIPIENT(false) {
      @Override
      boolean fits(Row row) {
        return numbers(row, 2) && texts(row, 2, 3) && row.value(7) instanceof String;
      }
    },
    ATTEMPT(false) {
      @Override
      boolean fits(Row row) {
        return numbers(row, 5) && texts(row, 5, 3);
      }
    },
    JOURNAL(false) {
      @Override
      boolean fits(Row row) {
        return row.values().size() == 4 && numbers(row, 2) && texts(row, 2, 2);
      }
    },
    REFUSAL(false) {
      @Override
      boolean fits(Row row) {
        return row.values().size() == 5 && numbers(row, 1) && texts(row, 1, 4);
      }
    };

    /// Its first column is the number of the row.
    private final boolean numbered;

    Table(boolean numbered) {
      this.numbered = numbered;
    }

    abstract boolean fits(Row row);

    private static boolean numbers(Row row, int count) {
      return row.values().stream().limit(count).filter(v -> v instanceof Long).count() == count;
    }

    private static boolean texts(Row row, int from, int count) {
      return row.values().stream().skip(from).limit(count).filter(v -> v instanceof String).count()
          == count;
    }
  }

  private final Connection into;
  private final Map<Table, PreparedStatement> insertions = new EnumMap<>(Table.class);
  private final Map<Table, Integer> columns = new EnumMap<>(Table.class);
  private int inTransaction;
  private int found;

  /// @param into a database with the tables of [Schema], in a transaction
  SalvagedRows(Connection into) throws SQLException {
    this.into = into;
    for (Table table : Table.values()) {
      List<String> names = columns(table.name());
      columns.put(table, names.size());
      insertions.put(
          table,
          into.prepareStatement(
              "INSERT OR IGNORE INTO "
                  + table.name()
                  + " ("
                  + String.join(", ", names)
                  + ") VALUES (?"
                  + ", ?".repeat(names.size() - 1)
                  + ")"));
    }
  }

  private List<String> columns(String table) throws SQLException {
    var names = new ArrayList<String>();
    try (Statement s = into.createStatement();
        ResultSet rows = s.executeQuery("PRAGMA table_info(" + table + ")")) {
      while (rows.next()) {
        names.add(rows.getString("name"));
      }
    }
    return names;
  }

  /// How many rows were put in.
  int found() {
    return found;
  }

  /// Takes a row, or passes it over.
  void take(Row row) {
    for (Table table : Table.values()) {
      if (table.fits(row)) {
        insert(table, row);
        return;
      }
    }
  }

  private void insert(Table table, Row row) {
    PreparedStatement s = Objects.requireNonNull(insertions.get(table));
    int count = Objects.requireNonNull(columns.get(table));
    try {
      for (int column = 0; column < count; column++) {
        @Nullable Object value =
            table.numbered && column == 0 ? (Object) row.rowid() : row.value(column);
        s.setObject(column + 1, value);
      }
      found += s.executeUpdate();
      if (++inTransaction == TOGETHER) {
        inTransaction = 0;
        into.commit();
      }
    } catch (SQLException e) {
      // A value that no row may have: the row is none.
      LOG.debug("salvaged row passed over", e);
    }
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement s : insertions.values()) {
      s.close();
    }
    into.commit();
  }
}
