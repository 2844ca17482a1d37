package net.facteur.it;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.server.ProtocolHandler;
import com.icegreen.greenmail.smtp.SmtpConnection;
import com.icegreen.greenmail.smtp.SmtpHandler;
import com.icegreen.greenmail.smtp.SmtpManager;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.smtp.SmtpState;
import com.icegreen.greenmail.smtp.commands.MailCommand;
import com.icegreen.greenmail.smtp.commands.SmtpCommand;
import com.icegreen.greenmail.smtp.commands.SmtpCommandRegistry;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// GreenMail as the mail exchanger of `example.net`, which remembers envelopes and may refuse
/// recipients.
final class GreenMailMx implements AutoCloseable {
  private static final long START_MILLIS = 30_000;

  private final Queue<Taken> taken = new ConcurrentLinkedQueue<>();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final SmtpServer server;

  GreenMailMx(InetSocketAddress address) throws IOException, InterruptedException {
    var managers = new TakingManagers();
    var setup = new ServerSetup(address.getPort(), address.getAddress().getHostAddress(), "smtp");
    server =
        new SmtpServer(setup, managers) {
          @Override
          protected ProtocolHandler createProtocolHandler(Socket client) {
            return new SmtpHandler(new Commands(), managers.getSmtpManager(), client);
          }
        };
    server.startService();
    if (!server.waitTillRunning(START_MILLIS)) {
      throw new IOException("GreenMail does not start at " + address);
    }
  }

  /// A message that was taken.
  ///
  /// @param reversePath without brackets
  record Taken(String reversePath, List<String> recipients, Mail mail) {
    Taken {
      recipients = List.copyOf(recipients);
    }
  }

  /// From now on, RCPT for an address is answered so, or MAIL of a client at an IP address; 250
  /// takes it again.
  void answer(String address, String reply) {
    if (reply.startsWith("250")) {
      answers.remove(address);
    } else {
      answers.put(address, reply);
    }
  }

  /// What has come to an address, in that order.
  List<Taken> to(String address) {
    return taken.stream().filter(t -> t.recipients().contains(address)).toList();
  }

  @Override
  public void close() {
    server.stopService();
  }

  /// GreenMail's commands, MAIL with the null reverse-path among them.
  private final class Commands extends SmtpCommandRegistry {
    private final MailCommand mail =
        new MailCommand() {
          @Override
          public void execute(
              SmtpConnection connection, SmtpState state, SmtpManager manager, String line) {
            String refusal = answers.get(connection.getClientAddress());
            if (refusal != null) {
              connection.send(refusal);
              return;
            }
            super.execute(connection, state, manager, line);
            // GreenMail keeps none for `<>`, and then thinks that there was no MAIL.
            if (line.contains("<>")) {
              state.getMessage().setReturnPath(new MailAddress(""));
            }
          }
        };

    @Override
    public SmtpCommand getCommand(String name) {
      return name.equalsIgnoreCase("MAIL") ? mail : super.getCommand(name);
    }
  }

  /// Hands out the manager of SMTP below in place of GreenMail's.
  private final class TakingManagers extends Managers {
    private final Taking smtp = new Taking(this);

    @Override
    public SmtpManager getSmtpManager() {
      return smtp;
    }
  }

  /// Decides on recipients, and keeps what comes.
  private final class Taking extends SmtpManager {
    Taking(Managers managers) {
      super(managers.getImapHostManager(), managers.getUserManager());
    }

    @Override
    @SuppressWarnings("NullAway") // no answer means yes; GreenMail knows no annotations
    public String checkRecipient(SmtpState state, MailAddress recipient) {
      return answers.get(recipient.getEmail());
    }

    @Override
    public synchronized void send(SmtpState state) {
      MovingMessage message = state.getMessage();
      var octets = new ByteArrayOutputStream();
      try {
        message.getMessage().writeTo(octets);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (MessagingException e) {
        throw new IllegalStateException(e);
      }
      String text = octets.toString(StandardCharsets.ISO_8859_1);
      taken.add(
          new Taken(
              message.getReturnPath().getEmail(),
              message.getToAddresses().stream().map(MailAddress::getEmail).toList(),
              // GreenMail drops the last line's end.
              Mail.ofLocal(text.endsWith("\n") ? text : text + "\n")));
    }
  }
}
