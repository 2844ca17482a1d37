package net.facteur.server.smtp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.facteur.server.net.Step;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.api.handler.ExtensibleHandler;
import org.apache.james.protocols.smtp.core.esmtp.EhloExtension;

/// HELO and EHLO. What EHLO announces is asked of every [EhloExtension] in the chain.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1 RFC 5321, section 4.1.1.1: EHLO or
///   HELO
final class HelloCommand implements CommandHandler<SmtpSession>, ExtensibleHandler {
  private final List<EhloExtension> extensions = new ArrayList<>();

  @Override
  public Collection<String> getImplCommands() {
    return List.of("EHLO", "HELO");
  }

  @Override
  public List<Class<?>> getMarkerInterfaces() {
    return List.of(EhloExtension.class);
  }

  @Override
  public void wireExtensions(Class<?> type, List<?> found) {
    found.forEach(e -> extensions.add((EhloExtension) e));
  }

  @Override
  public Response onCommand(SmtpSession session, Request request) {
    String name = request.getArgument();
    boolean ehlo = request.getCommand().equals("EHLO");
    if (!(session.submission() ? isAnything(name) : isName(name))) {
      return Answer.of(501, 5, 5, 4, "Syntax: " + request.getCommand() + " hostname");
    }
    // RFC 5321, 4.1.4: EHLO clears everything, as RSET does.
    session.resetState();
    session.greeted(visible(name), ehlo);
    List<String> lines = new ArrayList<>();
    lines.add(session.settings().hostname());
    if (ehlo) {
      for (EhloExtension extension : extensions) {
        lines.addAll(extension.getImplementedEsmtpFeatures(session));
      }
    }
    Step reply = ReplyLines.of(250, Optional.empty(), lines, false);
    return new Answer(reply);
  }

  /// Known clients say the name of their machine, whatever its owner wrote there.
  private static boolean isAnything(String name) {
    return !name.isBlank() && name.length() <= 255;
  }

  /// As it may stand in a log and in a trace field.
  private static String visible(String name) {
    var out = new StringBuilder(name.length());
    name.chars().forEach(c -> out.append(c > ' ' && c < 0x7f ? (char) c : '?'));
    return out.toString();
  }

  /// Names that are none in DNS are common here, so any visible ASCII is taken and judged
  /// elsewhere.
  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= 255
        && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
