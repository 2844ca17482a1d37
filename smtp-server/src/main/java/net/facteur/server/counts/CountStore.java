package net.facteur.server.counts;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Durable memory of what is counted. Safe for use by many threads; every method blocks. Whatever
/// is wrong with the database is an [IOException], after which the next call tries again: nobody
/// who counts may stop because of it.
public interface CountStore extends AutoCloseable {
  /// Opens what was counted, for whoever only looks. Blocks.
  @FunctionalInterface
  interface Opening {
    /// @return empty where the server has never kept anything
    Optional<CountStore> open() throws IOException;
  }

  /// One number.
  ///
  /// @param part who counts, such as `sending`
  /// @param key what is counted
  /// @param step which span of time it was counted in, numbered by whoever counts
  /// @param node the process that counted
  record Tally(String part, String key, long step, String node, long value) {}

  /// Something that was seen.
  ///
  /// @param part who saw it
  /// @param key by whom, or of whom
  /// @param hash of what
  /// @param day when it was seen last, in days since 1970
  record Sight(String part, String key, long hash, long day) {}

  /// True where other processes write, too.
  boolean shared();

  /// Puts numbers in place of earlier ones of the same part, key, step and node, and adds sights,
  /// in one commit.
  void write(Collection<Tally> tallies, Collection<Sight> sights) throws IOException;

  /// Numbers of other nodes.
  ///
  /// @param from the first step wanted
  /// @param changedSince those that were written after this [#mark] of the store, or a little
  ///   earlier
  List<Tally> tallies(String part, String node, long from, long changedSince) throws IOException;

  /// The same for sights, of all nodes.
  ///
  /// @param from the first day wanted
  List<Sight> sights(String part, long from, long changedSince) throws IOException;

  /// The clock of the store, for the next question.
  long mark() throws IOException;

  /// Forgets steps before `from`.
  void forgetTallies(String part, long from) throws IOException;

  /// Forgets days before `from`.
  void forgetSights(String part, long from) throws IOException;

  /// A short text under a name, written at once.
  ///
  /// @return false where there is one already, which stays
  boolean putIfAbsent(String part, String key, String text) throws IOException;

  /// Puts a text in place of another.
  void put(String part, String key, String text) throws IOException;

  /// Puts many texts in place of others, in one commit.
  void putAll(String part, Map<String, String> texts) throws IOException;

  /// One text; empty where there is none.
  Optional<String> text(String part, String key) throws IOException;

  void remove(String part, String key) throws IOException;

  /// The texts of a part by their names.
  Map<String, String> texts(String part) throws IOException;

  @Override
  void close();
}
