package net.facteur.server.sources;

/// Who sends mail in the name of a domain.
public sealed interface Source {
  /// This server, or the smarthost that it sends by.
  record OwnServer() implements Source {}

  /// @param service one of the table
  record Service(KnownService service) implements Source {}

  /// Somebody who passes mail of ours on: an address of a recipient, or a mailing list.
  ///
  /// @param name its domain, or its address where nobody knows that
  record Forwarder(String name) implements Source {}

  /// Somebody whom the domain's SPF record or one of its keys authorises.
  ///
  /// @param name of the host, or its address where nobody knows that
  record Authorized(String name) implements Source {}

  /// Anybody else: a program of ours that nobody thought of, or a forger.
  ///
  /// @param name of the host, or its address where nobody knows that
  record Stranger(String name) implements Source {}

  /// All those that were too many to be kept apart.
  record Others() implements Source {}

  /// What it is, in a word for scripts.
  default String kind() {
    return switch (this) {
      case OwnServer() -> "own";
      case Service _ -> "service";
      case Forwarder _ -> "forwarder";
      case Authorized _ -> "authorized";
      case Stranger _ -> "stranger";
      case Others() -> "others";
    };
  }

  /// What it is called, the same over time and in every language.
  default String identity() {
    return switch (this) {
      case OwnServer() -> "own";
      case Service(KnownService service) -> "service:" + service.id();
      case Forwarder(String name) -> "forwarder:" + name;
      case Authorized(String name) -> "host:" + name;
      case Stranger(String name) -> "host:" + name;
      case Others() -> "others";
    };
  }
}
