package net.facteur.server.config;

import java.util.List;

/// What reading a settings file gave.
public sealed interface LoadedSettings {
  /// The file is right.
  record Good(Settings settings) implements LoadedSettings {}

  /// The file is wrong; the server does not start with it.
  ///
  /// @param mistakes at least one, in the order of the file
  record Wrong(List<Mistake> mistakes) implements LoadedSettings {
    public Wrong {
      mistakes = List.copyOf(mistakes);
    }
  }
}
