package net.facteur.server.routing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;

/// The trace that an address here leaves on a message that it passes on to another host, so that
/// the message is known when it comes back: otherwise two addresses that forward to each other
/// would multiply it until its Received fields are too many.
///
/// A field is `X-Forwarded-Trace: 20261130; HMAC; rfc822;address`: the day on which the message was
/// taken, and a hash of day and address under our secret. Nobody else can make one, so nobody can
/// keep mail from an address with it. Fields of others, such as an old Delivered-To in a message
/// that somebody sends again, say nothing.
public final class ForwardTrace {
  /// The name of the field.
  public static final String FIELD = "X-Forwarded-Trace";

  /// A message may wait for the life of a queue here and elsewhere, and not for longer.
  private static final int DAYS_BACK = 14;

  /// More than these in one header, and the rest is not looked at.
  private static final int MOST_FIELDS = 100;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int HASH_OCTETS = 15;
  private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

  private final List<SrsSecret> secrets;
  private final InstantSource clock;

  /// @param secrets the first signs, all are believed
  public ForwardTrace(List<SrsSecret> secrets, InstantSource clock) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("a trace needs a secret");
    }
    this.secrets = List.copyOf(secrets);
    this.clock = clock;
  }

  /// The fields for a message that these addresses passed on, each with its CRLF.
  ///
  /// @param taken when the message came to us
  public byte[] fields(List<MailAddress> forwarders, Instant taken) {
    var out = new StringBuilder();
    String day = LocalDate.ofInstant(taken, ZoneOffset.UTC).format(DAY);
    for (MailAddress forwarder : forwarders) {
      String address = key(forwarder);
      out.append(FIELD)
          .append(": ")
          .append(day)
          .append("; ")
          .append(hash(secrets.getFirst(), day, address))
          .append(";\r\n ")
          .append(address)
          .append("\r\n");
    }
    return out.toString().getBytes(UTF_8);
  }

  /// Which addresses have passed this message on, by genuine and fresh fields in it.
  public Seen seen(MessageHeader header) {
    List<HeaderField> fields = header.all(FIELD);
    if (fields.isEmpty()) {
      return Seen.NONE;
    }
    var addresses = new HashSet<String>();
    for (HeaderField field : fields.subList(0, Math.min(fields.size(), MOST_FIELDS))) {
      String[] parts = field.unfolded().split(";", 3);
      if (parts.length == 3 && genuine(parts[0].strip(), parts[1].strip(), parts[2].strip())) {
        addresses.add(parts[2].strip());
      }
    }
    return new Seen(addresses);
  }

  private boolean genuine(String day, String hash, String address) {
    return fresh(day)
        && secrets.stream()
            .anyMatch(
                secret ->
                    MessageDigest.isEqual(
                        hash(secret, day, address).getBytes(US_ASCII), hash.getBytes(UTF_8)));
  }

  private boolean fresh(String day) {
    try {
      LocalDate written = LocalDate.parse(day, DAY);
      LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
      return !written.isAfter(today.plusDays(1)) && !written.isBefore(today.minusDays(DAYS_BACK));
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /// The label keeps it apart from what else the secrets sign.
  private static String hash(SrsSecret secret, String day, String address) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.key(), ALGORITHM));
      byte[] hash = mac.doFinal(("forward trace\n" + day + "\n" + address).getBytes(UTF_8));
      return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hash, HASH_OCTETS));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }

  /// An address as it stands in the field, in ASCII, and is compared.
  private static String key(MailAddress address) {
    return EnvelopeSheet.originalRecipient(
        new MailAddress(
            Ascii.lower(address.localPart()),
            Router.domain(address).map(DomainName::text).orElse(address.domain())));
  }

  /// The addresses that have passed a message on.
  public static final class Seen {
    /// Nobody has.
    public static final Seen NONE = new Seen(Set.of());

    private final Set<String> addresses;

    private Seen(Set<String> addresses) {
      this.addresses = Set.copyOf(addresses);
    }

    boolean includes(MailAddress address) {
      return !addresses.isEmpty() && addresses.contains(key(address));
    }
  }
}
