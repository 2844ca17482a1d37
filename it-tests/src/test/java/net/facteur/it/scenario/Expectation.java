package net.facteur.it.scenario;

import java.util.List;

/// How things are in the end.
public sealed interface Expectation {
  /// Where it stands.
  Place at();

  /// Messages that have arrived.
  sealed interface Arrived extends Expectation {
    String address();

    /// How many that the [Check.Where] lines allow.
    int count();

    /// What each of them is like.
    List<Check> checks();
  }

  /// In a mailbox here.
  ///
  /// @param folder empty for the inbox
  record Mailbox(Place at, String address, String folder, int count, List<Check> checks)
      implements Arrived {
    public Mailbox {
      checks = List.copyOf(checks);
    }
  }

  /// At an address elsewhere.
  record Remote(Place at, String address, int count, List<Check> checks) implements Arrived {
    public Remote {
      checks = List.copyOf(checks);
    }
  }

  /// Messages in the queue; where there are none, no octet of one is left either.
  record Queue(Place at, int count) implements Expectation {}

  /// A line of what `facteur why` tells holds a text, or none does.
  record Why(Place at, String about, Wildcard text, boolean wanted) implements Expectation {}

  /// A line of the log holds a text, or none does.
  record Log(Place at, Wildcard text, boolean wanted) implements Expectation {}

  /// What a message is like.
  sealed interface Check {
    Place at();

    /// Only messages with such a field are meant.
    record Where(Place at, String field, Wildcard value) implements Check {}

    /// One of the fields of this name has such a value, or none has.
    record Field(Place at, String field, Wildcard value, boolean wanted) implements Check {}

    /// There is no such field.
    record Absent(Place at, String field) implements Check {}

    /// The body holds a text, or does not.
    record Body(Place at, Wildcard text, boolean wanted) implements Check {}

    /// The message holds a text anywhere, or does not.
    record Anywhere(Place at, Wildcard text, boolean wanted) implements Check {}

    /// The reverse-path is such; at an address elsewhere only.
    record ReversePath(Place at, Wildcard path) implements Check {}
  }
}
