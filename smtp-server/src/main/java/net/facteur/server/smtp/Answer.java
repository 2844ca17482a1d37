package net.facteur.server.smtp;

import java.util.List;
import net.facteur.server.net.Step;
import org.apache.james.protocols.api.Response;

/// A command handler's response that the transport carries out, rather than just lines to send.
record Answer(Step step) implements Response {
  /// The step that any response of the engine stands for.
  static Step stepOf(Response response) {
    return response instanceof Answer(Step step)
        ? step
        : new Step.Reply(response.getLines(), response.isEndSession());
  }

  static Answer of(SmtpReply reply) {
    return new Answer(ReplyLines.of(reply));
  }

  static Answer of(int code, int category, int subject, int detail, String text) {
    return of(SmtpReply.of(code, category, subject, detail, text));
  }

  @Override
  public String getRetCode() {
    List<CharSequence> lines = getLines();
    return lines.isEmpty() ? "" : lines.getFirst().subSequence(0, 3).toString();
  }

  @Override
  public List<CharSequence> getLines() {
    return step instanceof Step.Reply reply ? List.copyOf(reply.lines()) : List.of();
  }

  @Override
  public boolean isEndSession() {
    return step instanceof Step.Reply reply && reply.close();
  }
}
