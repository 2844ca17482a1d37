package net.facteur.server.migrate;

import java.util.List;

/// Shows what a database of Postfix holds whose text is gone.
@FunctionalInterface
public interface DatabaseDump {
  /// @param name such as `hash:/etc/postfix/virtual`
  /// @return a line for each entry, the key and the value parted by white space; none where that
  ///   does not go
  List<String> lines(String name);
}
