package net.facteur.server.routing;

import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Gives a forwarded message a reverse-path of our own, so that the next host's SPF check looks at
/// us. Asked only for messages that leave for a foreign host. Must not block.
public interface ReversePathRewriter {
  /// @param original a reverse-path of a foreign domain
  /// @param forwarder the local address that forwards
  /// @return the reverse-path to leave with
  ReversePath rewrite(ReversePath.Of original, MailAddress forwarder);

  /// Undoes [#rewrite] for a report that came back.
  ///
  /// @param recipient an address in a local domain
  /// @return the original sender; empty where `recipient` is no genuine, fresh rewritten address
  Optional<MailAddress> restore(MailAddress recipient);

  /// The same, but that nothing is rewritten.
  default ReversePathRewriter withoutRewriting() {
    ReversePathRewriter whole = this;
    return new ReversePathRewriter() {
      @Override
      public ReversePath rewrite(ReversePath.Of original, MailAddress forwarder) {
        return original;
      }

      @Override
      public Optional<MailAddress> restore(MailAddress recipient) {
        return whole.restore(recipient);
      }
    };
  }

  /// Changes nothing, and logs each message that leaves under a stranger's reverse-path.
  static ReversePathRewriter identity() {
    Logger log = LogManager.getLogger(ReversePathRewriter.class);
    return new ReversePathRewriter() {
      @Override
      public ReversePath rewrite(ReversePath.Of original, MailAddress forwarder) {
        log.info("forward from={} by={} reverse-path=unrewritten", original, forwarder);
        return original;
      }

      @Override
      public Optional<MailAddress> restore(MailAddress recipient) {
        return Optional.empty();
      }
    };
  }
}
