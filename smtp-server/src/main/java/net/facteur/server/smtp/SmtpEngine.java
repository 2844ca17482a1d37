package net.facteur.server.smtp;

import java.security.SecureRandom;
import java.util.List;
import net.facteur.server.net.Conversation;
import net.facteur.server.net.Link;
import net.facteur.server.smtp.Verbs.Verb;
import org.apache.james.protocols.api.handler.ProtocolHandlerChainImpl;
import org.apache.james.protocols.api.handler.WiringException;
import org.apache.james.protocols.smtp.core.ExpnCmdHandler;
import org.apache.james.protocols.smtp.core.NoopCmdHandler;
import org.apache.james.protocols.smtp.core.RsetCmdHandler;

/// The engine of one listener: James' chain of handlers, wired once, shared by all connections.
final class SmtpEngine implements Conversation.Factory {
  private final ListenerSpec spec;
  private final Sessions sessions;
  private final Verbs verbs;

  SmtpEngine(ListenerSpec spec, SecureRandom random, Sessions sessions) {
    this.spec = spec;
    this.sessions = sessions;
    this.verbs = wire(random);
  }

  private static Verbs wire(SecureRandom random) {
    var verbs = new Verbs();
    var chain = new ProtocolHandlerChainImpl();
    chain.addAll(
        List.of(
            verbs,
            new HelloCommand(),
            new Extensions(),
            new AuthCommand(random),
            new Verb("MAIL", TransactionCommands::mail),
            new Verb("RCPT", TransactionCommands::rcpt),
            new Verb("DATA", TransactionCommands::data),
            new Verb("BDAT", TransactionCommands::bdat),
            new Verb("STARTTLS", PlainVerbs::startTls),
            new Verb("VRFY", PlainVerbs::vrfy),
            new Verb("HELP", PlainVerbs::help),
            new Verb("QUIT", PlainVerbs::quit),
            new RsetCmdHandler(),
            new NoopCmdHandler(),
            new ExpnCmdHandler(),
            new PlainVerbs.Unknown()));
    try {
      chain.wireExtensibleHandlers();
    } catch (WiringException e) {
      throw new IllegalStateException(e);
    }
    return verbs;
  }

  @Override
  public Conversation open(Link link) {
    return new SmtpConversation(new SmtpSession(spec, link, sessions), verbs);
  }

  @Override
  public String overloaded() {
    return "421 4.3.2 " + spec.smtp().hostname() + " too many connections, try again later";
  }
}
