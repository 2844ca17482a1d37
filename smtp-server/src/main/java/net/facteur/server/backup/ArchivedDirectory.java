package net.facteur.server.backup;

/// A directory in a backup.
///
/// @param name in the archive: the word of its [Root], and where it lies below, if it is not the
///   root itself
/// @param mode who may do what with it, at most 0777
/// @param owner the name of a user
/// @param group the name of a group
record ArchivedDirectory(String name, int mode, String owner, String group) {
  ArchivedDirectory {
    int slash = name.indexOf('/');
    if (Root.of(slash < 0 ? name : name.substring(0, slash)).isEmpty() || (mode & ~0777) != 0) {
      throw new IllegalArgumentException("no directory of a backup: " + name);
    }
    for (String step : name.split("/", -1)) {
      if (step.isEmpty() || step.equals(".") || step.equals("..")) {
        throw new IllegalArgumentException("no place for " + name);
      }
    }
  }

  Root root() {
    int slash = name.indexOf('/');
    return Root.of(slash < 0 ? name : name.substring(0, slash)).orElseThrow();
  }

  /// Below its root; empty for the root itself.
  String relative() {
    int slash = name.indexOf('/');
    return slash < 0 ? "" : name.substring(slash + 1);
  }
}
