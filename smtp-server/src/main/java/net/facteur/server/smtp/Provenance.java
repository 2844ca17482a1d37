package net.facteur.server.smtp;

import net.facteur.queue.Fact;

/// Where a message came from, for whoever asks later.
public final class Provenance {
  private Provenance() {}

  /// The client, what it said it was, and how it spoke.
  public static Fact of(Transaction transaction) {
    SmtpClient client = transaction.client();
    if (client.listener() == SmtpClient.Listener.LOCAL) {
      return new Fact(
          "received",
          "from the system user "
              + client.user().orElse("-")
              + " of this machine, session "
              + client.sessionId());
    }
    return new Fact(
        "received",
        "from "
            + ReceivedField.addressLiteral(client.remote().getAddress())
            + (client.hello().isEmpty() ? "" : " calling itself " + client.hello())
            + " with "
            + client.withProtocol(transaction.parameters().smtpUtf8())
            + client.tls().map(tls -> ", " + tls.protocol() + " " + tls.cipher()).orElse("")
            + client.user().map(user -> ", user " + user).orElse("")
            + ", session "
            + client.sessionId());
  }
}
