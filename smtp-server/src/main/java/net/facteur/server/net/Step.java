package net.facteur.server.net;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What to do on the wire after a command, or after content.
public sealed interface Step {
  /// Sends a reply and takes the next command.
  ///
  /// @param lines of the reply, complete with code, without CRLF, each at most 510 octets in UTF-8
  /// @param close the connection ends after it
  record Reply(List<? extends CharSequence> lines, boolean close) implements Step {}

  /// Sends a reply, then starts TLS.
  record StartTls(Reply reply) implements Step {}

  /// Sends a reply, then takes dot-stuffed content up to CRLF, dot, CRLF.
  record Data(Reply reply, ContentReceiver receiver) implements Step {}

  /// Takes exactly `octets` octets of content. The receiver's end is the reply.
  ///
  /// @param octets 0 or more
  record Chunk(long octets, ContentReceiver receiver) implements Step {}

  /// The connection waits for `stage`, which may complete on any thread, and goes on with what
  /// `then` makes of its value or its failure. `then` runs on the event loop; not at all where the
  /// connection has ended meanwhile.
  record Later<T>(CompletionStage<T> stage, BiFunction<@Nullable T, @Nullable Throwable, Step> then)
      implements Step {
    /// The same wait, whose outcome passes through `change`.
    public Later<T> map(UnaryOperator<Step> change) {
      return new Later<>(stage, (value, failure) -> change.apply(then.apply(value, failure)));
    }
  }

  /// Closes without a word.
  record Hangup() implements Step {}
}
