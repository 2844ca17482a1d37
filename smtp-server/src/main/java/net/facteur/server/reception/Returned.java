package net.facteur.server.reception;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.message.AddressList;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.ReversePath;

/// What may go back to the sender of a message that was forwarded here: reports, and what programs
/// answer. Everything else would let strangers write to him in our name.
final class Returned {
  private static final Set<String> PROGRAMS = Set.of("postmaster", "mailer-daemon");

  private Returned() {}

  /// True for the null reverse-path, which reports have, and for what is proven to come from where
  /// it says and to be written by a program.
  static boolean mayReturn(ReversePath path, MessageHeader header, ReversePathProof proof) {
    return switch (path) {
      case ReversePath.Null _ -> true;
      case ReversePath.Of sender ->
          proof.proven() && (isProgram(sender.address().localPart()) || automatic(header));
    };
  }

  private static boolean automatic(MessageHeader header) {
    // RFC 3834, 5: every value but "no", with or without parameters
    Optional<String> word =
        header
            .first("Auto-Submitted")
            .map(field -> Ascii.lower(field.unfolded()).split("[ \t;(]", 2)[0]);
    return word.filter(w -> !w.isEmpty() && !w.equals("no")).isPresent() || byProgram(header);
  }

  private static boolean byProgram(MessageHeader header) {
    List<HeaderField> from = header.resembling("From");
    return from.size() == 1
        && AddressList.parse(from.getFirst().value()) instanceof Parsed.Ok<AddressList>(var list)
        && list.mailboxes().size() == 1
        && isProgram(list.mailboxes().getFirst().localPart());
  }

  private static boolean isProgram(String localPart) {
    return PROGRAMS.contains(Ascii.lower(localPart));
  }
}
