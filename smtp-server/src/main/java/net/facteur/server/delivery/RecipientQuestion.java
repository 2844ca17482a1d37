package net.facteur.server.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.NetworkFault;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.delivery.DeliverySettings.Timeouts;

/// Asks the hosts that mail for an address would go to whether they take it, and sends none.
final class RecipientQuestion implements HostVisitor {
  private static final String FROM_NOBODY = "MAIL FROM:<>";

  private final MailAddress address;
  private final SessionOpener opener;
  private final Timeouts limits;
  private final int maxHosts;
  private Optional<RecipientProbe.Said> said = Optional.empty();
  private Optional<Failure> failure = Optional.empty();
  private boolean reached;
  private int tried;

  RecipientQuestion(MailAddress address, SessionOpener opener, Timeouts limits, int maxHosts) {
    this.address = address;
    this.opener = opener;
    this.limits = limits;
    this.maxHosts = maxHosts;
  }

  RecipientProbe.Said answer() {
    return said.orElseGet(
        () -> {
          Failure why =
              failure.orElseGet(() -> Failure.of(4, 4, 4, "the destination has no host to try"));
          return why.temporary()
              ? new RecipientProbe.Said.Nothing(why.reply(), !reached)
              : new RecipientProbe.Said.NoHost(why.reply());
        });
  }

  @Override
  public boolean offer(Candidate candidate) {
    if (tried++ >= maxHosts) {
      return true;
    }
    switch (opener.open(candidate)) {
      case SessionOpener.Opening.Refused(Failure why) -> failed(why);
      case SessionOpener.Opening.Ready(Session session) -> {
        reached = true;
        try {
          ask(session);
        } catch (IOException e) {
          failed(Failure.of(4, 4, 2, "connection lost: " + NetworkFault.of(e)));
        } finally {
          session.quit(limits.quit());
        }
      }
    }
    return said.isPresent();
  }

  private void ask(Session session) throws IOException {
    boolean utf8 = !Ascii.isAscii(address.localPart());
    if (utf8 && !session.capabilities.smtpUtf8()) {
      failed(Failure.of(4, 6, 7, "the host does not support SMTPUTF8"));
      return;
    }
    Reply mail = say(session, utf8 ? FROM_NOBODY + " SMTPUTF8" : FROM_NOBODY, limits.mail());
    Reply recipient =
        mail.positive() ? say(session, "RCPT TO:<" + path(utf8) + ">", limits.recipient()) : mail;
    if (recipient.positive()) {
      said = Optional.of(new RecipientProbe.Said.Yes());
    } else if (mail.positive() && recipient.code() >= 500) {
      said = Optional.of(new RecipientProbe.Said.No(recipient.status(), recipient.text()));
    } else {
      // Who refuses reports, or puts us off, says nothing of the recipient.
      failed(Failure.of(4, 4, 0, recipient.text()).at(session.remote));
    }
  }

  private static Reply say(Session session, String line, Duration limit) throws IOException {
    return session.wire.line(line).reply(limit);
  }

  private String path(boolean utf8) {
    return utf8
        ? address.text()
        : DomainName.parse(address.domain())
            .toOptional()
            .map(domain -> new MailAddress(address.localPart(), domain.text()).text())
            .orElse(address.text());
  }

  @Override
  public void failed(Failure why) {
    failure = Optional.of(failure.map(why::after).orElse(why));
  }

  @Override
  public void failedAtFirst(Failure why) {
    if (failure.isEmpty()) {
      failed(why);
    }
  }
}
