package net.facteur.server.backup;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What a backup is, apart from its files.
///
/// @param program the version that made it
/// @param taken the moment that it shows
/// @param host the name of the server
/// @param addresses of the machine, as text
/// @param settings the settings file
/// @param roots where its directories were
/// @param schema the version of the queue's tables; 0 where there is no queue
/// @param shared the queue was one of PostgreSQL
/// @param messages that waited
/// @param recipients that waited
/// @param users there were
/// @param mail the Maildirs are in it
/// @param leftOut files that could not be read, each with why
record About(
    String program,
    Instant taken,
    String host,
    List<String> addresses,
    Path settings,
    Map<Root, Path> roots,
    int schema,
    boolean shared,
    long messages,
    long recipients,
    long users,
    boolean mail,
    List<String> leftOut) {
  /// The version of the format. A later one reads this one too.
  static final int FORMAT = 1;

  About {
    addresses = List.copyOf(addresses);
    roots = Map.copyOf(roots);
    leftOut = List.copyOf(leftOut);
  }
}
