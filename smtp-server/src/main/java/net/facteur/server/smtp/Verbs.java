package net.facteur.server.smtp;

import java.util.Collection;
import java.util.List;
import net.facteur.auth.syntax.Ascii;
import org.apache.james.protocols.api.BaseRequest;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandDispatcher;
import org.apache.james.protocols.api.handler.CommandHandler;

/// James' table of commands, with line parsing of our own: strict UTF-8, ASCII case, no trimming
/// but of trailing spaces.
final class Verbs extends CommandDispatcher<SmtpSession> {
  /// Runs the handler of a command line.
  Response dispatch(SmtpSession session, String line) {
    return dispatchCommandHandlers(session, request(line));
  }

  private static Request request(String line) {
    int end = line.length();
    // RFC 5321, 4.1.1: white space before the CRLF is tolerated.
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    int space = line.indexOf(' ');
    if (space < 0 || space >= end) {
      return new BaseRequest(Ascii.upper(line.substring(0, end)), "");
    }
    return new BaseRequest(Ascii.upper(line.substring(0, space)), line.substring(space + 1, end));
  }

  /// Where the path begins behind `FROM:` or `TO:`, -1 where that is missing. Spaces behind the
  /// colon are against the grammar, but common and harmless.
  static int pathStart(String argument, String prefix) {
    if (!argument.regionMatches(true, 0, prefix, 0, prefix.length())) {
      return -1;
    }
    int at = prefix.length();
    while (at < argument.length() && argument.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  /// A handler of one command.
  @FunctionalInterface
  interface Action {
    Answer run(SmtpSession session, String argument);
  }

  /// One command.
  record Verb(String name, Action action) implements CommandHandler<SmtpSession> {
    @Override
    public Response onCommand(SmtpSession session, Request request) {
      return action.run(session, request.getArgument());
    }

    @Override
    public Collection<String> getImplCommands() {
      return List.of(name);
    }
  }
}
