package net.facteur.server.filter.milter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.Transaction;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One mail transaction and the milters that are asked about it, in their order. One thread at a
/// time; every method may wait.
final class MilterTransaction implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(MilterTransaction.class);

  private final String hostname;
  private final SmtpClient client;
  private final LongSupplier nanos;
  private final List<Leg> legs = new ArrayList<>();
  private boolean begun;

  /// Where one milter stands.
  sealed interface Stand {
    /// It wants to hear more.
    record Open(MilterDialog dialog) implements Stand {}

    /// It takes the message, whatever comes.
    record Content() implements Stand {}

    /// It takes the message in order to throw it away.
    record Discarding() implements Stand {}

    /// It cannot be asked, and the settings take mail all the same.
    record Failed(String why) implements Stand {}
  }

  /// One milter in the transaction.
  private static final class Leg {
    final MilterSettings.Milter milter;
    Stand stand;

    Leg(MilterSettings.Milter milter, Stand stand) {
      this.milter = milter;
      this.stand = stand;
    }
  }

  MilterTransaction(String hostname, SmtpClient client, LongSupplier nanos) {
    this.hostname = hostname;
    this.client = client;
    this.nanos = nanos;
  }

  /// True after MAIL.
  boolean begun() {
    return begun;
  }

  /// A step with one milter.
  private interface Asking {
    MilterReply.Final ask(MilterDialog dialog) throws IOException;
  }

  /// Begins with all of these.
  ///
  /// @return a refusal, if one refuses
  Optional<SmtpReply> begin(
      List<MilterSettings.Milter> milters,
      ReversePath reversePath,
      Optional<Transaction.MailParameters> parameters) {
    begun = true;
    for (MilterSettings.Milter milter : milters) {
      Leg leg = new Leg(milter, new Stand.Content());
      try {
        leg.stand = new Stand.Open(MilterDialog.open(milter.address(), milter.patience(), nanos));
      } catch (IOException e) {
        Optional<SmtpReply> refusal = failed(leg, e);
        if (refusal.isPresent()) {
          return refusal;
        }
      }
      legs.add(leg);
      Optional<SmtpReply> refusal =
          ask(
                  leg,
                  dialog ->
                      dialog.connect(
                          client.remote().getAddress(), client.remote().getPort(), connection()))
              .or(() -> ask(leg, dialog -> dialog.hello(client.hello(), tls())))
              .or(
                  () ->
                      ask(
                          leg,
                          dialog ->
                              dialog.mail(words(reversePath, parameters), sender(reversePath))));
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  /// Shows a recipient.
  ///
  /// @return a refusal, if one refuses
  Optional<SmtpReply> recipient(MailAddress address) {
    var macros = new LinkedHashMap<String, String>();
    macros.put("{rcpt_addr}", address.text());
    macros.put("{rcpt_host}", address.domain());
    macros.put("{rcpt_mailer}", "smtp");
    for (Leg leg : legs) {
      Optional<SmtpReply> refusal =
          ask(leg, dialog -> dialog.recipient(List.of("<" + address.text() + ">"), macros));
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  /// What all milters together make of the message.
  ///
  /// @param refusal the reply of the one that refuses it
  /// @param putAway why it is kept out of the mailboxes
  /// @param history what each of them did
  record Result(Optional<SmtpReply> refusal, Optional<String> putAway, List<String> history) {}

  /// Shows the message to each.
  Result message(Draft draft, QueueId id) {
    var history = new ArrayList<String>();
    Optional<String> putAway = Optional.empty();
    for (Leg leg : legs) {
      String name = leg.milter.name();
      switch (leg.stand) {
        case Stand.Content _ -> history.add(name + ": takes it");
        case Stand.Failed(String why) -> history.add(name + ": could not be asked, " + why);
        case Stand.Discarding _ -> {
          putAway = Optional.of(name + " discards it");
          history.add(name + ": discards it");
        }
        case Stand.Open(MilterDialog dialog) -> {
          int before = draft.fields().size();
          Optional<String> quarantine = Optional.empty();
          Optional<SmtpReply> refusal;
          try {
            MilterDialog.Ended ended =
                dialog.message(draft, Map.of("i", id.toString(), "j", hostname));
            quarantine = ended.quarantine();
            refusal = settle(leg, ended.reply());
            draft.complete();
          } catch (IOException e) {
            draft.abandon();
            refusal = failed(leg, e);
          }
          if (refusal.isPresent()) {
            history.add(name + ": refuses it");
            return new Result(refusal, Optional.empty(), history);
          }
          if (leg.stand instanceof Stand.Failed(String why)) {
            history.add(name + ": could not be asked, " + why);
          } else if (leg.stand instanceof Stand.Discarding) {
            putAway = Optional.of(name + " discards it");
            history.add(name + ": discards it");
          } else {
            if (quarantine.isPresent()) {
              putAway = Optional.of(name + ": " + StrangerText.of(quarantine.get()).inLog());
            }
            history.add(name + ": takes it" + draft.summary(before));
          }
        }
      }
    }
    return new Result(Optional.empty(), putAway, history);
  }

  private Optional<SmtpReply> ask(Leg leg, Asking asking) {
    if (!(leg.stand instanceof Stand.Open(MilterDialog dialog))) {
      return Optional.empty();
    }
    try {
      return settle(leg, asking.ask(dialog));
    } catch (IOException e) {
      return failed(leg, e);
    }
  }

  private static Optional<SmtpReply> settle(Leg leg, MilterReply.Final reply) {
    return switch (reply) {
      case MilterReply.Continue _, MilterReply.Skip _ -> Optional.empty();
      case MilterReply.Refuse(SmtpReply refusal) -> Optional.of(refusal);
      case MilterReply.Accept _ -> {
        end(leg, new Stand.Content());
        yield Optional.empty();
      }
      case MilterReply.Discard _ -> {
        end(leg, new Stand.Discarding());
        yield Optional.empty();
      }
    };
  }

  private static void end(Leg leg, Stand stand) {
    if (leg.stand instanceof Stand.Open(MilterDialog dialog)) {
      dialog.close();
    }
    leg.stand = stand;
  }

  private Optional<SmtpReply> failed(Leg leg, IOException failure) {
    String why = StrangerText.of(String.valueOf(failure.getMessage())).inLog();
    LOG.warn(
        "milter name={} session={} result=failed default={} reason=\"{}\"",
        leg.milter.name(),
        client.sessionId(),
        leg.milter.ifDown().word(),
        why);
    end(leg, new Stand.Failed(why));
    return switch (leg.milter.ifDown()) {
      case ACCEPT -> Optional.empty();
      case DEFER -> Optional.of(MilterReply.NOT_NOW);
      case REJECT -> Optional.of(MilterReply.NO);
    };
  }

  private Map<String, String> connection() {
    var macros = new LinkedHashMap<String, String>();
    macros.put("j", hostname);
    macros.put("{daemon_name}", hostname);
    macros.put("{daemon_addr}", client.local().getAddress().getHostAddress());
    macros.put("{daemon_port}", Integer.toString(client.local().getPort()));
    macros.put("{client_addr}", client.remote().getAddress().getHostAddress());
    macros.put("{client_port}", Integer.toString(client.remote().getPort()));
    macros.put("v", "Facteur");
    return macros;
  }

  private Map<String, String> tls() {
    var macros = new LinkedHashMap<String, String>();
    client
        .tls()
        .ifPresent(
            tls -> {
              macros.put("{tls_version}", tls.protocol());
              macros.put("{cipher}", tls.cipher());
            });
    return macros;
  }

  private Map<String, String> sender(ReversePath reversePath) {
    var macros = new LinkedHashMap<String, String>();
    client
        .user()
        .ifPresent(
            user -> {
              // Which mechanism it was is forgotten; milters ask whether there was one.
              macros.put("{auth_type}", "AUTH");
              macros.put("{auth_authen}", user);
            });
    macros.put("{mail_addr}", reversePath.text());
    if (reversePath instanceof ReversePath.Of(MailAddress address)) {
      macros.put("{mail_host}", address.domain());
    }
    macros.put("{mail_mailer}", "smtp");
    return macros;
  }

  private static List<String> words(
      ReversePath reversePath, Optional<Transaction.MailParameters> parameters) {
    var words = new ArrayList<String>();
    words.add("<" + reversePath.text() + ">");
    parameters.ifPresent(
        said -> {
          if (said.declaredSize() >= 0) {
            words.add("SIZE=" + said.declaredSize());
          }
          switch (said.body()) {
            case SEVEN_BIT -> {}
            case EIGHT_BIT_MIME -> words.add("BODY=8BITMIME");
            case BINARY_MIME -> words.add("BODY=BINARYMIME");
          }
          if (said.smtpUtf8()) {
            words.add("SMTPUTF8");
          }
        });
    return words;
  }

  @Override
  public void close() {
    for (Leg leg : legs) {
      end(leg, new Stand.Content());
    }
    legs.clear();
  }
}
