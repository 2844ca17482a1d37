package net.facteur.server.cli;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dkim.KeyType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which keys of a domain are meant.
final class DkimSelection {
  @Option(names = "--selector", paramLabel = "NAME")
  private @Nullable String selector;

  @Option(names = "--algorithm")
  private Algorithm algorithm = Algorithm.both;

  /// Which kinds of key are meant.
  enum Algorithm {
    rsa,
    ed25519,
    both
  }

  /// The selector that was asked for.
  Optional<String> selector() {
    return Optional.ofNullable(selector);
  }

  /// The kinds of key, RSA first.
  List<KeyType> types() {
    return switch (algorithm) {
      case rsa -> List.of(KeyType.RSA);
      case ed25519 -> List.of(KeyType.ED25519);
      case both -> List.of(KeyType.RSA, KeyType.ED25519);
    };
  }
}
