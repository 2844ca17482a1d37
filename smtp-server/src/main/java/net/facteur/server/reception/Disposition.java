package net.facteur.server.reception;

/// What reception does with a message.
public sealed interface Disposition {
  /// Why, for the log; never for the client.
  String reason();

  /// The action it is.
  default Action action() {
    return switch (this) {
      case Accept _ -> Action.NOTE;
      case Quarantine _ -> Action.QUARANTINE;
      case Defer _ -> Action.DEFER;
      case Reject _ -> Action.REJECT;
    };
  }

  /// The same for a message that its client has taken already, and cannot give back: it is put away
  /// where it would be refused.
  default Disposition taken() {
    return this instanceof Reject(Reaction.Code _, String reason)
        ? new Quarantine(reason + " gateway=yes")
        : this;
  }

  /// Take it.
  record Accept(String reason) implements Disposition {}

  /// Take it, and put it where people look with suspicion.
  record Quarantine(String reason) implements Disposition {}

  /// Ask the client to come back.
  record Defer(Reaction.Code code, String reason) implements Disposition {}

  /// Refuse it.
  record Reject(Reaction.Code code, String reason) implements Disposition {}
}
