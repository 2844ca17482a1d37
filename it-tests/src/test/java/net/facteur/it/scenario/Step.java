package net.facteur.it.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// One line of a `dialog`.
public sealed interface Step {
  /// Where it stands.
  Place at();

  /// A listener of the server.
  enum Listener {
    RECEPTION,
    SUBMISSION
  }

  /// Connects, reads the greeting and says EHLO.
  ///
  /// @param from the client's address
  /// @param client whom a proxy speaks for, where the client is one
  /// @param hello the name in EHLO
  /// @param name what the connection is called
  record Connect(
      Place at, Listener listener, String from, Optional<String> client, String hello, String name)
      implements Step {}

  /// Goes on with another connection.
  record With(Place at, String name) implements Step {}

  /// STARTTLS, the certificate verified, and EHLO.
  record Secure(Place at) implements Step {}

  /// AUTH PLAIN with the right password.
  record Login(Place at, String user) implements Step {}

  /// Sends a line; `{n}` in it counts from 1.
  record Client(Place at, int times, String line) implements Step {}

  /// Sends octets as they are, each a `char`.
  record Octets(Place at, int times, String octets) implements Step {}

  /// Reads replies, each of which begins so.
  record Reply(Place at, int times, Wildcard beginning) implements Step {}

  /// A line of the last reply holds a text, or none does.
  record ReplyLine(Place at, Wildcard text, boolean wanted) implements Step {}

  /// The server hangs up.
  record Closed(Place at) implements Step {}

  /// The client vanishes.
  record HangUp(Place at) implements Step {}

  /// Sends a message with its final dot.
  record Send(Place at, Content content, Optional<Signature> signature) implements Step {}

  /// What is sent.
  sealed interface Content {
    /// A message file beside the dialog.
    record File(Path path) implements Content {}

    /// The first message that came to an address elsewhere, as it came.
    record Received(String address) implements Content {}
  }

  /// A DKIM signature by a key that is made for it, its record published.
  ///
  /// @param signed the file that the signature is made for; the one that is sent, or another
  record Signature(Path signed, String selector, String domain) {}

  /// Puts other settings in place, and `facteur reload`.
  record Reload(Place at, Path settings) implements Step {}

  /// A command of `facteur`.
  record Command(Place at, List<String> arguments) implements Step {
    public Command {
      arguments = List.copyOf(arguments);
    }
  }

  /// A line of what the last command wrote holds a text, or none does.
  record Output(Place at, Wildcard text, boolean wanted) implements Step {}

  /// The exit code of the last command, where it is not 0.
  record Exit(Place at, int code) implements Step {}

  /// Waits until something holds.
  record AwaitThat(Place at, Expectation expectation) implements Step {}

  /// Keeps the reverse-path of the first message to an address elsewhere, for `{name}` in lines.
  record Remember(Place at, String name, String address) implements Step {}

  /// A user makes a folder, as an IMAP server names it on the disk.
  record Folder(Place at, String address, String name) implements Step {}

  /// From now on the host of others answers RCPT for an address so, or MAIL of a client at an IP
  /// address.
  record RemoteAnswer(Place at, String address, String reply) implements Step {}
}
