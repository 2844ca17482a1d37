package net.facteur.auth.dns;

import java.io.IOException;
import java.time.Instant;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

/// Answers one question, and says how far the answer can be believed.
@FunctionalInterface
interface DnsSource {
  /// @return an answer with the code NOERROR or NXDOMAIN, or one that is bogus
  /// @throws IOException where none came before `deadline`
  Reply ask(Name name, int type, Instant deadline) throws IOException;

  /// @param message what was answered; of no use where it is bogus
  record Reply(Message message, Validity validity) {}

  /// How far an answer can be believed (RFC 4033, section 5).
  sealed interface Validity {
    /// Proven by a chain of signatures from a trust anchor.
    record Secure() implements Validity {}

    /// Not signed, and it need not be.
    record Insecure() implements Validity {}

    /// It should be proven and is not.
    record Bogus(String reason) implements Validity {}
  }
}
