package net.facteur.server.smtp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.message.HeaderField;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;

/// Writes the trace field that each accepted message gets.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.4 RFC 5321, section 4.4: Trace
///   Information
public final class ReceivedField {
  /// A message with more of these fields is in a loop. RFC 5321, 6.3, wants at least 100.
  public static final int MAX_HOPS = 100;

  private static final int MAX_HELLO = 255;

  private final String hostname;
  private final boolean hideAuthenticatedClients;

  /// @param hostname our own name
  /// @param hideAuthenticatedClients leaves name and address of a submitting client out, since
  ///   where a person sits is nobody's business
  public ReceivedField(String hostname, boolean hideAuthenticatedClients) {
    this.hostname = hostname;
    this.hideAuthenticatedClients = hideAuthenticatedClients;
  }

  /// The field for a message taken over in `transaction`.
  public HeaderField of(Transaction transaction, QueueId id, Instant at) {
    SmtpClient client = transaction.client();
    boolean submitted = client.listener() != SmtpClient.Listener.RECEPTION;
    var value = new StringBuilder(256);
    if (client.listener() == SmtpClient.Listener.LOCAL) {
      // RFC 5321, 4.4, asks for from and with of what came by SMTP.
      return HeaderField.of(
          "Received", " by " + hostname + "\r\n\tid " + id + ";\r\n\t" + MailDate.of(at));
    }
    if (submitted && hideAuthenticatedClients) {
      value.append(" from localhost");
    } else {
      value.append(" from ").append(hello(client.hello()));
      value.append("\r\n\t(").append(addressLiteral(client.remote().getAddress())).append(')');
    }
    value.append("\r\n\tby ").append(hostname);
    value.append(" with ").append(client.withProtocol(transaction.parameters().smtpUtf8()));
    client
        .tls()
        .ifPresent(
            tls ->
                value
                    .append("\r\n\t(")
                    .append(word(tls.protocol()))
                    .append(' ')
                    .append(word(tls.cipher()))
                    .append(')'));
    value.append("\r\n\tid ").append(id);
    // RFC 5321 7.2: with several recipients, naming one would tell the others of it.
    if (transaction.forwardPaths().size() == 1) {
      MailAddress only = transaction.forwardPaths().getFirst().address();
      if (!only.needsSmtpUtf8()) {
        value.append("\r\n\tfor <").append(only.text()).append('>');
      }
    }
    value.append(";\r\n\t").append(MailDate.of(at));
    return HeaderField.of("Received", value.toString());
  }

  /// An address as an address literal, `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
  public static String addressLiteral(InetAddress address) {
    String plain = IpLiteral.print(address);
    return address instanceof Inet6Address ? "[IPv6:" + plain + "]" : "[" + plain + "]";
  }

  private static String hello(String said) {
    return said.isEmpty() ? "unknown" : word(said);
  }

  /// What a peer said, reduced to characters that mean nothing in a structured field.
  private static String word(String said) {
    var out = new StringBuilder(Math.min(said.length(), MAX_HELLO));
    for (int i = 0; i < said.length() && i < MAX_HELLO; i++) {
      char c = said.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._:[]".indexOf(c) >= 0;
      out.append(plain ? c : '?');
    }
    return out.toString();
  }
}
