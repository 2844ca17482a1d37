package net.facteur.server.smtp;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.esmtp.EhloExtension;

/// The extensions that EHLO announces.
final class Extensions implements ProtocolHandler, EhloExtension {
  @Override
  public List<String> getImplementedEsmtpFeatures(SMTPSession james) {
    var session = (SmtpSession) james;
    SmtpSettings settings = session.settings();
    List<String> keywords = new ArrayList<>(16);
    keywords.add("PIPELINING");
    keywords.add("SIZE " + settings.maxMessageSize());
    keywords.add("8BITMIME");
    keywords.add("SMTPUTF8");
    keywords.add("ENHANCEDSTATUSCODES");
    keywords.add("DSN");
    keywords.add("CHUNKING");
    keywords.add("BINARYMIME");
    // RFC 9422, 4: limits that hold for this session.
    keywords.add(
        "LIMITS RCPTMAX=" + settings.maxRecipients() + " MAILMAX=" + settings.maxMessages());
    if (offersStartTls(session)) {
      keywords.add("STARTTLS");
    }
    if (offersRequireTls(session)) {
      keywords.add("REQUIRETLS");
    }
    if (AuthCommand.offered(session)) {
      keywords.add("AUTH " + String.join(" ", AuthCommand.mechanisms(session)));
    }
    return keywords;
  }

  /// RFC 3207, 4.2: not once TLS stands.
  static boolean offersStartTls(SmtpSession session) {
    return session.isStartTLSSupported() && !session.isTLSStarted();
  }

  /// RFC 8689, 2: within TLS only.
  static boolean offersRequireTls(SmtpSession session) {
    return session.isTLSStarted();
  }
}
