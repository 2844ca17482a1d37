package net.facteur.server.smtp;

import java.util.List;
import java.util.Optional;
import net.facteur.server.net.Step;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.UnknownCommandHandler;

/// The commands that need no state to speak of.
final class PlainVerbs {
  private PlainVerbs() {}

  static Answer quit(SmtpSession session, String argument) {
    if (!argument.isEmpty()) {
      return Answer.of(501, 5, 5, 4, "QUIT takes no argument");
    }
    return Answer.of(
        SmtpReply.of(221, 2, 0, 0, session.settings().hostname() + " closing").closing());
  }

  /// RFC 5321, 7.3: whether a mailbox exists is not told.
  static Answer vrfy(SmtpSession session, String argument) {
    return argument.isEmpty()
        ? Answer.of(501, 5, 5, 4, "Syntax: VRFY address")
        : Answer.of(252, 2, 5, 0, "Send some mail, I will try my best");
  }

  static Answer help(SmtpSession session, String argument) {
    List<String> lines =
        List.of(
            "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT", "RFC 5321 tells the rest");
    return new Answer(ReplyLines.of(214, SmtpReply.of(214, 2, 0, 0, "").status(), lines, false));
  }

  static Answer startTls(SmtpSession session, String argument) {
    if (!argument.isEmpty()) {
      return Answer.of(501, 5, 5, 4, "STARTTLS takes no argument");
    }
    if (session.isTLSStarted()) {
      return Answer.of(503, 5, 5, 1, "TLS is active already");
    }
    if (!session.isStartTLSSupported()) {
      return Answer.of(502, 5, 5, 1, "STARTTLS is not offered");
    }
    if (!session.extended()) {
      return Answer.of(503, 5, 5, 1, "Say EHLO first");
    }
    return new Answer(
        new Step.StartTls(ReplyLines.of(SmtpReply.of(220, 2, 0, 0, "Ready to start TLS"))));
  }

  /// Whatever is in no table.
  static final class Unknown extends UnknownCommandHandler<SmtpSession> {
    @Override
    public Response onCommand(SmtpSession session, Request request) {
      return Answer.of(500, 5, 5, 1, "Command not recognized");
    }
  }

  /// The greeting.
  static Step greeting(SmtpSession session) {
    return ReplyLines.of(
        220, Optional.empty(), List.of(session.getConfiguration().getGreeting()), false);
  }
}
