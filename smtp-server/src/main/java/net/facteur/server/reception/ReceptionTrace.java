package net.facteur.server.reception;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.spf.ReceivedSpf;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.Provenance;
import net.facteur.server.smtp.ReceivedField;
import net.facteur.server.smtp.Transaction.ForwardPath;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What reception writes of a message: into its header, into its history, and into the log.
final class ReceptionTrace {
  private static final Logger LOG = LogManager.getLogger(ReceptionTrace.class);
  private static final HeaderField SUSPECT = HeaderField.of("X-Spam-Flag", " YES");

  private final String hostname;
  private final RelayedRecipients relayed;
  private final ReceivedField received;

  ReceptionTrace(String hostname, RelayedRecipients relayed) {
    this.hostname = hostname;
    this.relayed = relayed;
    this.received = new ReceivedField(hostname, false);
  }

  /// The header as it goes on: without fields that pretend to be ours, ours on top.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8601#section-5 RFC 8601, section 5: Removing Existing
  ///   Header Fields
  MessageHeader header(Delivered delivered, Instant at) {
    Authenticated message = delivered.message();
    var kept = new ArrayList<HeaderField>(message.header().fields().size());
    for (HeaderField field : message.header().fields()) {
      // RFC 5321 4.4: Return-Path is written at final delivery and nowhere else
      if (!AuthenticationResults.claims(field, hostname)
          && !ReceivedSpf.claims(field, hostname)
          && !field.resembles("Return-Path")
          && !delivered.verdict().removes(field)) {
        kept.add(field);
      }
    }
    var ours = new ArrayList<HeaderField>();
    ours.add(message.report().toAuthenticationResults(hostname).toField());
    ours.add(received.of(message.transaction(), message.id(), at));
    if (delivered.clean().isEmpty()) {
      ours.add(SUSPECT); // for whoever sorts mail behind us
    }
    ours.addAll(delivered.verdict().fields());
    return new MessageHeader(kept).prepend(ours);
  }

  void log(Authenticated message) {
    AuthenticationReport report = message.report();
    LOG.info(
        "authenticated id={} session={} spf={} dkim={} dmarc={} author=\"{}\" disposition={}"
            + " reason=\"{}\"",
        message.id(),
        message.transaction().client().sessionId(),
        report.spfMailFrom().result().word(),
        report.dkim().word(),
        report.dmarc().result().word(),
        StrangerText.of(report.author().text()).inLog(),
        message.disposition().action().name().toLowerCase(Locale.ROOT),
        message.disposition().reason());
    handedOn(message).ifPresent(by -> LOG.info("handed id={} {}", message.id(), by));
  }

  /// Who handed a message to a gateway, in words; empty where none did.
  private static Optional<String> handedOn(Authenticated message) {
    if (!message.taken()) {
      return Optional.empty();
    }
    AuthenticationRequest checked = message.report().request();
    return Optional.of(
        checked
            .withoutSpf()
            .map(why -> "on by a gateway; " + why)
            .orElseGet(
                () ->
                    "on by a gateway, from "
                        + ReceivedField.addressLiteral(checked.client())
                        + " calling itself \""
                        + StrangerText.of(checked.helo()).inLog()
                        + "\""));
  }

  List<Fact> facts(Delivered delivered, ReversePathProof proof) {
    Authenticated message = delivered.message();
    var facts = new ArrayList<>(List.of(Provenance.of(message.transaction()), checked(delivered)));
    handedOn(message).map(by -> new Fact("handed", by)).ifPresent(facts::add);
    if (message.transaction().reversePath() != ReversePath.Null.NULL) {
      boolean unsure =
          message.transaction().forwardPaths().stream()
              .anyMatch(path -> !relayed.sure(path.address()));
      proof
          .silence(delivered.clean().isEmpty(), unsure)
          .map(words -> new Fact(Fact.REPORTS, words))
          .ifPresent(facts::add);
    }
    facts.addAll(delivered.verdict().facts());
    return facts;
  }

  private static Fact checked(Delivered delivered) {
    String results =
        delivered.message().report().methodResults().stream()
            .map(ReceptionTrace::words)
            .collect(Collectors.joining("; "));
    return new Fact("checked", results + junk(delivered));
  }

  private static String junk(Delivered delivered) {
    if (delivered.junk().isEmpty()) {
      return "";
    }
    return "; put into the junk folder"
        + (delivered.clean().isEmpty()
            ? ""
            : delivered.junk().stream()
                .map(ForwardPath::address)
                .map(MailAddress::text)
                .collect(Collectors.joining(", ", " of ", "")));
  }

  private static String words(MethodResult result) {
    return result.method()
        + "="
        + result.result()
        + (result.reason().isEmpty() ? "" : " (" + result.reason() + ")")
        + result.properties().stream().map(p -> " " + p).collect(Collectors.joining());
  }
}
