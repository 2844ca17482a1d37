package net.facteur.server.submission;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AddressList;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.server.smtp.MailDate;

/// Makes a submitted header complete: what a mail program left out is added, what must not travel
/// is removed, and what cannot be signed and sent is refused in words its author can act on.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6409#section-8 RFC 6409, section 8: Message
///   Modifications
final class Preparation {
  private static final int MAX_AUTHORS = 10;
  private static final int ID_BITS = 120;
  private static final int ID_RADIX = 36;

  /// What the header became.
  sealed interface Outcome {}

  /// Ready to be signed.
  ///
  /// @param header complete, without Bcc
  /// @param authors the addresses of the From field, at least one
  /// @param authorDomain the domain of the first author
  /// @param hops Received fields that were there
  record Prepared(
      MessageHeader header, List<MailAddress> authors, DomainName authorDomain, int hops)
      implements Outcome {}

  /// Refused; `text` says what to mend.
  record Refused(String text) implements Outcome {}

  private final String hostname;
  private final RandomGenerator random;

  Preparation(String hostname, RandomGenerator random) {
    this.hostname = hostname;
    this.random = random;
  }

  Outcome prepare(MessageHeader header, Instant now) {
    var kept = new ArrayList<HeaderField>(header.fields().size() + 2);
    List<HeaderField> from = new ArrayList<>(1);
    boolean date = false;
    boolean messageId = false;
    int hops = 0;
    for (HeaderField field : header.fields()) {
      if (!field.wellFormed()) {
        return new Refused("A line of the message header has no field name");
      }
      if (field.is("Bcc") || field.is("Resent-Bcc") || field.is("Return-Path")) {
        continue; // RFC 5322 3.6.3 and RFC 5321 4.4: neither may travel
      }
      if (field.is("From")) {
        from.add(field);
      } else if (field.is("Date")) {
        date = true;
      } else if (field.is("Message-ID")) {
        messageId = true;
      } else if (field.is("Received")) {
        hops++;
      }
      kept.add(field);
    }
    if (from.size() != 1) {
      return new Refused(
          from.isEmpty()
              ? "The message has no From field"
              : "The message has more than one From field");
    }
    if (!date) {
      kept.add(HeaderField.of("Date", " " + MailDate.of(now)));
    }
    if (!messageId) {
      kept.add(HeaderField.of("Message-ID", " <" + uniqueId() + "@" + hostname + ">"));
    }
    return withAuthors(new MessageHeader(kept), from.getFirst(), hops);
  }

  private static Outcome withAuthors(MessageHeader header, HeaderField from, int hops) {
    return switch (AddressList.parse(from.value())) {
      case Parsed.Malformed<AddressList> _ -> new Refused("The From field cannot be read");
      case Parsed.Ok<AddressList>(AddressList list) -> {
        if (list.mailboxes().isEmpty() || list.mailboxes().size() > MAX_AUTHORS) {
          yield new Refused("The From field must name one to " + MAX_AUTHORS + " addresses");
        }
        var authors = new ArrayList<MailAddress>();
        for (AddressList.Mailbox mailbox : list.mailboxes()) {
          if (Ascii.hasControl(mailbox.localPart()) || Ascii.hasControl(mailbox.domain())) {
            yield new Refused("The From field cannot be read");
          }
          authors.add(new MailAddress(mailbox.localPart(), mailbox.domain()));
        }
        Optional<DomainName> domain =
            DomainName.parse(authors.getFirst().domain()).toOptional().filter(d -> !d.isRoot());
        yield domain
            .<Outcome>map(d -> new Prepared(header, authors, d, hops))
            .orElseGet(() -> new Refused("The From address has no domain name"));
      }
    };
  }

  private String uniqueId() {
    byte[] bits = new byte[ID_BITS / 8];
    random.nextBytes(bits);
    return new BigInteger(1, bits).toString(ID_RADIX);
  }
}
