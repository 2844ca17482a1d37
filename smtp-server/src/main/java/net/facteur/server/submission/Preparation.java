package net.facteur.server.submission;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.spf.ReceivedSpf;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Utf8;
import net.facteur.queue.MailAddress;
import net.facteur.server.smtp.MailDate;

/// Makes a submitted header complete and well-formed: what a mail program left out is added, what
/// it wrote against the grammar is mended where one thing only can be meant, what must not travel
/// is removed, and what cannot be signed and sent is refused in words its author can act on.
///
/// Mail of others that is sent on (Resent-From), and mail that is signed already, keeps its fields
/// as they are.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6409#section-8 RFC 6409, section 8: Message
///   Modifications
final class Preparation {
  private static final int MAX_AUTHORS = 10;
  private static final String ANYBODY = "*";
  private static final int ID_BITS = 120;
  private static final int ID_RADIX = 36;
  private static final Set<String> ADDRESSES = Set.of("from", "sender", "reply-to", "to", "cc");
  private static final Set<String> RESENT_ADDRESSES =
      Set.of("resent-from", "resent-sender", "resent-to", "resent-cc");

  /// What the header became.
  sealed interface Outcome {}

  /// Ready to be signed.
  ///
  /// @param header complete, without Bcc
  /// @param authors the addresses of the From field, at least one
  /// @param senders those of the Sender field
  /// @param resentFrom those of the topmost Resent-From field
  /// @param resentSenders those of the topmost Resent-Sender field
  /// @param signed the message bears a DKIM signature
  /// @param hops Received fields that were there
  record Prepared(
      MessageHeader header,
      List<MailAddress> authors,
      List<MailAddress> senders,
      List<MailAddress> resentFrom,
      List<MailAddress> resentSenders,
      boolean signed,
      int hops)
      implements Outcome {
    /// The same with the header of an encoded body.
    Prepared withHeader(MessageHeader other) {
      return new Prepared(other, authors, senders, resentFrom, resentSenders, signed, hops);
    }
  }

  /// Refused; `text` says what to mend.
  record Refused(String text) implements Outcome {}

  private final String hostname;
  private final RandomGenerator random;

  Preparation(String hostname, RandomGenerator random) {
    this.hostname = hostname;
    this.random = random;
  }

  /// @param author who writes where the message does not say it
  Outcome prepare(MessageHeader header, Optional<MailAddress> author, Instant now) {
    var work = new Work(header, author);
    for (HeaderField field : header.fields()) {
      Optional<String> wrong = work.take(field);
      if (wrong.isPresent()) {
        return new Refused(wrong.get());
      }
    }
    return work.complete(now);
  }

  /// One header.
  private final class Work {
    private final Optional<MailAddress> author;
    private final boolean resent;
    private final boolean signed;
    private final ArrayList<HeaderField> kept;
    private final List<HeaderField> from = new ArrayList<>(1);
    private int hops;

    Work(MessageHeader header, Optional<MailAddress> author) {
      this.author = author;
      this.resent = header.first("Resent-From").isPresent();
      this.signed =
          header.first("DKIM-Signature").isPresent()
              || header.first("ARC-Message-Signature").isPresent();
      this.kept = new ArrayList<>(header.fields().size() + 3);
    }

    /// @return what is wrong with the field
    Optional<String> take(HeaderField written) {
      if (!written.wellFormed()) {
        return Optional.of("A line of the message header has no field name");
      }
      HeaderField field = signed ? written : withoutGap(written);
      if (field.value().indexOf('\0') >= 0) {
        return Optional.of("The message header holds a NUL");
      }
      if (mustNotTravel(field)) {
        return Optional.empty();
      }
      Optional<HeaderField> mended = mended(field);
      if (mended.isEmpty()) {
        return Optional.empty();
      }
      HeaderField fitting = mended.get();
      if (!Folding.fits(fitting)) {
        Optional<HeaderField> folded = signed ? Optional.empty() : Folding.fold(fitting);
        if (folded.isEmpty()) {
          return Optional.of("A line of the message header is longer than 998 octets");
        }
        fitting = folded.get();
      }
      if (fitting.is("From")) {
        from.add(fitting);
      } else if (fitting.is("Received")) {
        hops++;
      }
      kept.add(fitting);
      return Optional.empty();
    }

    /// RFC 5322, 4.5: white space before the colon is obsolete, and some readers take the line for
    /// the end of the header.
    private static HeaderField withoutGap(HeaderField field) {
      return field.octet(field.nameEnd()) == ':'
          ? field
          : HeaderField.of(field.name(), field.value());
    }

    private boolean mustNotTravel(HeaderField field) {
      // RFC 5322 3.6.3, RFC 5321 4.4, RFC 8601 5, RFC 7208 9.1: we alone speak in our name
      return field.is("Bcc")
          || field.is("Resent-Bcc")
          || field.is("Return-Path")
          || AuthenticationResults.claims(field, hostname)
          || ReceivedSpf.claims(field, hostname);
    }

    /// The field as it can be sent; empty where it says nothing.
    private Optional<HeaderField> mended(HeaderField field) {
      String name = Ascii.lower(field.name());
      boolean addresses = RESENT_ADDRESSES.contains(name) || (!resent && ADDRESSES.contains(name));
      if (!addresses || signed || StrictAddresses.wellFormed(field.value())) {
        return Optional.of(field);
      }
      String value = field.unfolded();
      return value.isEmpty() || value.equals("<>")
          ? Optional.empty()
          : AddressFields.repaired(field, author.map(MailAddress::domain).filter(Ascii::isAscii))
              .or(() -> Optional.of(field));
    }

    Outcome complete(Instant now) {
      if (from.size() > 1) {
        return new Refused("The message has more than one From field");
      }
      if (from.isEmpty()) {
        if (author.isEmpty()) {
          return new Refused("The message has no From field");
        }
        HeaderField built = HeaderField.of("From", " <" + octets(author.get().text()) + ">");
        from.add(built);
        kept.addFirst(built);
      }
      if (resent) {
        // RFC 5322, 3.6.6: a block of resent fields stands above those before
        addOnTop("Resent-Message-ID", this::messageId);
        addOnTop("Resent-Date", () -> " " + MailDate.of(now));
      } else {
        addBelow("Date", () -> " " + MailDate.of(now));
        addBelow("Message-ID", this::messageId);
      }
      return withAuthors(new MessageHeader(kept));
    }

    private String messageId() {
      return " <" + uniqueId() + "@" + hostname + ">";
    }

    private void addOnTop(String name, Supplier<String> value) {
      if (kept.stream().noneMatch(f -> f.is(name))) {
        kept.addFirst(HeaderField.of(name, value.get()));
      }
    }

    private void addBelow(String name, Supplier<String> value) {
      if (kept.stream().noneMatch(f -> f.is(name))) {
        kept.add(HeaderField.of(name, value.get()));
      }
    }

    private Outcome withAuthors(MessageHeader header) {
      Optional<List<MailAddress>> authors =
          AddressFields.of(from.getFirst())
              .or(() -> resent ? visible(from.getFirst()) : Optional.empty());
      if (authors.isEmpty()) {
        return new Refused("The From field cannot be read");
      }
      if (authors.get().isEmpty() || authors.get().size() > MAX_AUTHORS) {
        return new Refused("The From field must name one to " + MAX_AUTHORS + " addresses");
      }
      Optional<List<MailAddress>> senders = all(header.all("Sender"));
      Optional<List<MailAddress>> resentFrom = topmost(header, "Resent-From");
      Optional<List<MailAddress>> resentSenders = topmost(header, "Resent-Sender");
      if (senders.isEmpty()) {
        return new Refused("The Sender field cannot be read");
      }
      if (resentFrom.isEmpty() || resentSenders.isEmpty()) {
        return new Refused("The Resent-From field cannot be read");
      }
      return new Prepared(
          header,
          authors.get(),
          senders.get(),
          resentFrom.get(),
          resentSenders.get(),
          signed,
          hops);
    }
  }

  /// Whom a field of somebody else, which cannot be read and goes on as it is, may be taken to
  /// name: the addresses in it, and [#ANYBODY] at the domains that some reader finds elsewhere.
  private static Optional<List<MailAddress>> visible(HeaderField field) {
    var seen = new ArrayList<MailAddress>();
    for (String text : AddressRepair.visible(field.unfolded())) {
      String[] parts = Utf8.ofOctets(text).orElse(text).split("@", 2);
      seen.add(new MailAddress(parts[0], parts[1]));
    }
    for (DomainName domain : AuthorDomain.ofValue(field.value()).domains()) {
      if (seen.stream().noneMatch(a -> Authorship.domain(a).filter(domain::equals).isPresent())) {
        seen.add(new MailAddress(ANYBODY, domain.text()));
      }
    }
    return seen.isEmpty() ? Optional.empty() : Optional.of(seen);
  }

  private static Optional<List<MailAddress>> topmost(MessageHeader header, String name) {
    return all(header.first(name).stream().toList());
  }

  /// Empty where one of the fields cannot be read, or names nobody.
  private static Optional<List<MailAddress>> all(List<HeaderField> fields) {
    var found = new ArrayList<MailAddress>();
    for (HeaderField field : fields) {
      Optional<List<MailAddress>> named = AddressFields.of(field);
      if (named.isEmpty() || named.get().isEmpty()) {
        return Optional.empty();
      }
      found.addAll(named.get());
    }
    return Optional.of(found);
  }

  /// One `char` for each octet of UTF-8.
  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private String uniqueId() {
    byte[] bits = new byte[ID_BITS / 8];
    random.nextBytes(bits);
    return new BigInteger(1, bits).toString(ID_RADIX);
  }
}
