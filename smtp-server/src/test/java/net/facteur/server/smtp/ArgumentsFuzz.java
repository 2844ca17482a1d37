package net.facteur.server.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;

/// Paths and parameters of MAIL and RCPT: what is taken can be written into a path again, and is
/// read from there as the same.
public final class ArgumentsFuzz {
  private ArgumentsFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    if (PathParser.mailbox(text) instanceof Parsed.Malformed<?>(int offset, String _)
        && (offset < 0 || offset > text.length())) {
      throw new AssertionError("offset " + offset + " of " + text.length());
    }
    read(text, PathParser.Manners.STRICT);
    read(text, new PathParser.Manners(true, Optional.of("example.org")));
  }

  private static void read(String text, PathParser.Manners manners) {
    for (boolean extended : new boolean[] {true, false}) {
      var announced = new MailArguments.Announced(extended, extended, extended, manners);
      if (MailArguments.parse("FROM:" + text, announced)
              instanceof Checked.Right<MailArguments>(MailArguments mail)
          && mail.reversePath() instanceof ReversePath.Of(MailAddress address)) {
        readAgain(address);
      }
      for (boolean smtpUtf8 : new boolean[] {true, false}) {
        if (RcptArguments.parse("TO:" + text, extended, smtpUtf8, manners)
            instanceof Checked.Right<Transaction.ForwardPath>(Transaction.ForwardPath path)) {
          readAgain(path.address());
        }
      }
    }
  }

  private static void readAgain(MailAddress address) {
    Parsed<PathParser.Path> again =
        PathParser.forwardPath("<" + address.text() + ">", 0, PathParser.Manners.STRICT);
    if (!again.map(PathParser.Path::mailbox).equals(Parsed.ok(Optional.of(address)))) {
      throw new AssertionError(address + " is read again as " + again);
    }
  }
}
