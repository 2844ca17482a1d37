package net.facteur.server.smtp;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.net.Link;
import net.facteur.server.net.MemoryBudget;
import net.facteur.server.net.Step;
import net.facteur.server.net.TlsSession;
import org.apache.james.protocols.smtp.SMTPSessionImpl;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The state of one connection: James' session, with fields of our own in place of attachments.
/// Only the connection's event loop touches it.
final class SmtpSession extends SMTPSessionImpl {
  private static final Logger LOG = LogManager.getLogger(SmtpSession.class);

  private final ListenerSpec spec;
  private final Link link;
  private final SessionTransport transport;
  private final Sessions sessions;
  private @Nullable SmtpClient client;
  private String hello = "";
  private boolean extended;
  private Optional<String> user = Optional.empty();
  private Optional<String> app = Optional.empty();
  private Optional<MailAddress> onlyAs = Optional.empty();
  private @Nullable Open open;
  private int transactions;
  private int messages;
  private int recipients;
  private int errors;
  private int authFailures;

  /// What MAIL opened.
  static final class Open {
    final ReversePath reversePath;
    final Transaction.MailParameters parameters;
    final ForwardPaths forwardPaths = new ForwardPaths();

    /// What the recipients, and then the message, hold of the client's share of memory.
    final MemoryBudget.Loan memory;

    /// The message, once BDAT began it.
    @Nullable IncomingMessage message;

    Open(ReversePath reversePath, Transaction.MailParameters parameters, MemoryBudget.Loan memory) {
      this.memory = memory;
      this.reversePath = reversePath;
      this.parameters = parameters;
    }
  }

  SmtpSession(ListenerSpec spec, Link link, Sessions sessions) {
    this(spec, link, new SessionTransport(link), sessions);
  }

  private SmtpSession(ListenerSpec spec, Link link, SessionTransport transport, Sessions sessions) {
    super(transport, new SessionConfiguration(spec.smtp()));
    this.spec = spec;
    this.link = link;
    this.transport = transport;
    this.sessions = sessions;
  }

  ListenerSpec spec() {
    return spec;
  }

  SmtpSettings settings() {
    return spec.smtp();
  }

  Link link() {
    return link;
  }

  SessionTransport transport() {
    return transport;
  }

  /// The sessions of all users.
  Sessions sessions() {
    return sessions;
  }

  boolean submission() {
    return spec.kind() != SmtpClient.Listener.RECEPTION;
  }

  /// How strictly the arguments of this client are read.
  PathParser.Manners manners() {
    return submission()
        ? new PathParser.Manners(true, user.map(name -> name.substring(name.lastIndexOf('@') + 1)))
        : PathParser.Manners.STRICT;
  }

  /// Who may try AUTH on this listener.
  Optional<Authenticator> authenticator() {
    return submission() ? spec.authenticator() : Optional.empty();
  }

  /// The peer as it is known now.
  SmtpClient client() {
    SmtpClient known = client;
    if (known == null) {
      known =
          new SmtpClient(
              link.id(),
              link.remote(),
              link.local(),
              spec.kind(),
              hello,
              extended,
              link.tls().map(SmtpSession::describe),
              user,
              app,
              onlyAs);
      client = known;
    }
    return known;
  }

  private static SmtpClient.Tls describe(TlsSession tls) {
    return new SmtpClient.Tls(tls.protocol(), tls.cipher(), tls.serverName());
  }

  boolean greeted() {
    return !hello.isEmpty();
  }

  boolean extended() {
    return extended;
  }

  void greeted(String name, boolean ehlo) {
    hello = name;
    extended = ehlo;
    client = null;
  }

  /// RFC 3207, 4.2: what was learned without TLS is forgotten.
  void secured() {
    resetState();
    hello = "";
    extended = false;
    client = null;
  }

  Optional<String> user() {
    return user;
  }

  /// @param mark of [Sessions], taken before the password was checked
  /// @return false where such sessions of the user were ended meanwhile
  boolean authenticated(AuthOutcome.Accepted login, long mark) {
    user = Optional.of(login.user());
    app = login.app();
    onlyAs = login.onlyAs();
    client = null;
    return sessions.opened(this, login.user(), login.app(), mark);
  }

  // ---- the transaction

  @Nullable Open open() {
    return open;
  }

  boolean opened() {
    return open != null;
  }

  void begin(ReversePath reversePath, Transaction.MailParameters parameters) {
    transactions++;
    open = new Open(reversePath, parameters, link.loan());
  }

  void accepted(Transaction.ForwardPath path) {
    recipients++;
    if (open != null) {
      open.forwardPaths.add(path);
    }
  }

  Transaction transaction(Open current) {
    return new Transaction(
        client(), current.reversePath, current.parameters, current.forwardPaths.soFar());
  }

  /// A message was taken over by the service.
  void delivered() {
    messages++;
    errors = 0;
  }

  /// Forgets the transaction, as RSET does.
  @Override
  public void resetState() {
    Open current = open;
    open = null;
    if (current != null && current.message != null) {
      current.message.discard(link);
    } else if (current != null) {
      current.memory.close();
    }
    super.resetState();
  }

  // ---- counting; Sessions reads messages and recipients on other threads, and may be late

  int transactions() {
    return transactions;
  }

  int messages() {
    return messages;
  }

  int recipients() {
    return recipients;
  }

  int countError() {
    return ++errors;
  }

  int countAuthFailure() {
    return ++authFailures;
  }

  // ---- asking the service

  /// Asks the service; a failure of its own becomes 451.
  Step ask(Supplier<CompletionStage<SmtpReply>> question, Function<SmtpReply, Step> then) {
    CompletionStage<SmtpReply> answer;
    try {
      answer = question.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return new Step.Later<>(
        answer,
        (reply, failure) -> {
          if (reply != null) {
            return then.apply(reply);
          }
          LOG.error("{} the service failed", link.id(), failure);
          return then.apply(SmtpReply.of(451, 4, 3, 0, "Local problem, please try again later"));
        });
  }
}
