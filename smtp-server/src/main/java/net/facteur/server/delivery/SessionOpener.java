package net.facteur.server.delivery;

import java.io.IOException;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.NetworkFault;
import net.facteur.server.delivery.OpeningStage.Contact;
import net.facteur.server.delivery.OpeningStage.End;
import net.facteur.server.delivery.OpeningStage.Open;
import net.facteur.server.delivery.OpeningStage.Ready;
import net.facteur.server.delivery.OpeningStage.Refused;
import net.facteur.server.delivery.OpeningStage.Trouble;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Opens sessions: connection, greeting, EHLO, TLS, AUTH, as [OpeningStage] tells.
final class SessionOpener {
  private static final Logger LOG = LogManager.getLogger(SessionOpener.class);

  /// What came of it.
  sealed interface Opening {
    record Ready(Session session) implements Opening {}

    record Refused(Failure failure) implements Opening {}
  }

  private final TlsAccounts accounts;
  private final HostDialer dialer;
  private final OpeningDialog dialog;
  private final StalledHandshakes stalled = new StalledHandshakes();

  SessionOpener(
      DeliverySettings settings, OutboundTls tls, Watchdog watchdog, RandomGenerator random) {
    this.accounts = new TlsAccounts(tls.reporter(), tls.verifier());
    this.dialer = new HostDialer(settings, watchdog);
    this.dialog = new OpeningDialog(settings, tls, accounts, stalled, random);
  }

  Opening open(Candidate candidate) {
    return switch (candidate.tls().requirement()) {
      case TlsRequirement.Barred(String reason) -> {
        LOG.info(
            "tls to={} result=barred reason=\"{}\"", candidate.serverName(), candidate.tls().why());
        yield barred(candidate, Failure.of(4, 7, 5, reason));
      }
      // RFC 8689, section 4.2.1
      case TlsRequirement.Unattainable(String reason) ->
          barred(candidate, Failure.of(5, 7, 30, reason));
      case TlsRequirement.Forbidden _ -> open(candidate, false);
      case TlsRequirement.Opportunistic _,
          TlsRequirement.Encrypt _,
          TlsRequirement.Verified _,
          TlsRequirement.MtaSts _,
          TlsRequirement.Dane _,
          TlsRequirement.Fingerprint _ ->
          open(candidate, true);
    };
  }

  private Opening open(Candidate candidate, boolean startTls) {
    long begun = System.nanoTime();
    return switch (attempt(candidate, startTls)) {
      case Ready(Session session) -> new Opening.Ready(session);
      case Refused refused -> {
        boolean clear = inTheClear(candidate, refused.trouble(), begun);
        tell(candidate, refused, clear);
        yield clear ? opening(attempt(candidate, false)) : opening(refused);
      }
    };
  }

  private static void tell(Candidate candidate, Refused refused, boolean clear) {
    switch (refused.trouble()) {
      case OTHER -> {}
      case TLS, STALLED_TLS ->
          LOG.info(
              "tls to={} result={} reason=\"{}\" next={}",
              candidate.remote("none"),
              refused.trouble() == Trouble.STALLED_TLS ? "timeout" : "failed",
              refused.failure().reply(),
              clear ? "clear" : "later");
    }
  }

  private static Opening opening(End end) {
    return switch (end) {
      case Ready(Session session) -> new Opening.Ready(session);
      case Refused(Failure failure, Trouble _) -> new Opening.Refused(failure);
    };
  }

  /// Whether the same attempt goes on without TLS.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7435#section-3 RFC 7435, section 3: Opportunistic
  ///   Security Design Principles
  private boolean inTheClear(Candidate candidate, Trouble trouble, long begun) {
    return switch (trouble) {
      case OTHER -> false;
      // Better in the clear than not at all, where nobody asked for more.
      case TLS -> candidate.tls().requirement().clearAllowed();
      case STALLED_TLS ->
          stalled.again(candidate, begun) && candidate.tls().requirement().clearAllowed();
    };
  }

  private Opening barred(Candidate candidate, Failure failure) {
    accounts.unopened(candidate);
    String level = "none, wanted " + candidate.tls().requirement().word();
    return new Opening.Refused(failure.at(candidate.remote(level)));
  }

  private End attempt(Candidate candidate, boolean startTls) {
    try {
      return converse(dialer.dial(candidate), startTls);
    } catch (IOException e) {
      return new Refused(
          Failure.of(4, 4, 1, "cannot connect: " + NetworkFault.of(e)).at(candidate.remote("none")),
          Trouble.OTHER);
    }
  }

  private End converse(Contact contact, boolean startTls) {
    Open stage = OpeningDialog.first(contact);
    boolean ready = false;
    try {
      while (true) {
        switch (dialog.next(stage, startTls)) {
          case Open next -> stage = next;
          case Refused refused -> {
            return refused;
          }
          case Ready session -> {
            ready = true;
            return session;
          }
        }
      }
    } catch (IOException e) {
      return new Refused(
          Failure.of(4, 4, 2, "no conversation with the host: " + NetworkFault.of(e))
              .at(contact.candidate().remote(stage.tlsText())),
          Trouble.OTHER);
    } finally {
      if (!ready) {
        stage.contact().wire().close();
      }
    }
  }
}
