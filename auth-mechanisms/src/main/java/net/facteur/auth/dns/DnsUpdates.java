package net.facteur.auth.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/// Changes single records of a zone at its primary server, over TCP, signed with TSIG.
///
/// Every change states what must be there before, so that nothing of anybody else's is ever
/// touched. Only TXT and TLSA records can be changed.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2136#section-2.4 RFC 2136, section 2.4: Prerequisite
///   Section
public final class DnsUpdates {
  private final InetSocketAddress server;
  private final TsigKey key;
  private final Duration timeout;
  private final Clock clock;

  /// @param server the primary server of the zone
  /// @param clock TSIG wants it right to five minutes
  public DnsUpdates(InetSocketAddress server, TsigKey key, Duration timeout, InstantSource clock) {
    this.server = server;
    this.key = key;
    this.timeout = timeout;
    this.clock = clockOf(clock);
  }

  /// One change of one record set.
  public sealed interface Change {
    DomainName owner();

    /// Adds a TXT record at a name that has none.
    record AddText(DomainName owner, TxtRecord text, Duration ttl) implements Change {}

    /// Adds a TXT record beside those that are there.
    record AddTextBeside(DomainName owner, TxtRecord text, Duration ttl) implements Change {}

    /// Puts one TXT record in the place of others.
    ///
    /// @param there all that must be there, exactly as they are cut into strings
    /// @param before those of them that go
    record ReplaceText(
        DomainName owner,
        List<TxtRecord> there,
        List<TxtRecord> before,
        TxtRecord after,
        Duration ttl)
        implements Change {
      public ReplaceText {
        there = List.copyOf(there);
        before = List.copyOf(before);
      }

      /// In the place of another, which must be the only one.
      public ReplaceText(DomainName owner, TxtRecord before, TxtRecord after, Duration ttl) {
        this(owner, List.of(before), List.of(before), after, ttl);
      }
    }

    /// Removes one TXT record that must be there.
    record RemoveText(DomainName owner, TxtRecord text) implements Change {}

    /// Adds a TLSA record beside those that are there.
    record AddTlsa(DomainName owner, TlsaRecord tlsa, Duration ttl) implements Change {}

    /// Removes one TLSA record that must be there.
    record RemoveTlsa(DomainName owner, TlsaRecord tlsa) implements Change {}
  }

  /// How an update ended.
  public sealed interface Outcome {
    /// The server took it.
    record Done() implements Outcome {}

    /// What had to be there before is not as expected.
    record Differs() implements Outcome {}

    /// The server refused.
    ///
    /// @param why for people
    record Refused(String why) implements Outcome {}

    /// Nobody knows whether the server took it.
    record Unanswered(String why) implements Outcome {}
  }

  /// Makes one change. Where the record is there already, from an update whose answer was lost, the
  /// change counts as done.
  public Outcome apply(DomainName zone, Change change) {
    Outcome outcome = send(update(zone, change));
    return outcome instanceof Outcome.Differs && isThere(zone, change)
        ? new Outcome.Done()
        : outcome;
  }

  /// An update without changes tells whether its prerequisites hold.
  private boolean isThere(DomainName zone, Change change) {
    var question = new Update(DnsjavaRecords.name(zone));
    Name owner = DnsjavaRecords.name(change.owner());
    switch (change) {
      case Change.AddText(DomainName _, TxtRecord text, Duration _) ->
          question.present(txt(owner, text, Duration.ZERO));
      case Change.ReplaceText(var _, var _, var _, TxtRecord after, var _) ->
          question.present(txt(owner, after, Duration.ZERO));
      case Change.AddTextBeside _ -> {
        return false;
      }
      case Change.RemoveText(DomainName _, TxtRecord _) -> question.absent(owner, Type.TXT);
      case Change.AddTlsa _ -> {
        return false;
      }
      case Change.RemoveTlsa _ -> question.absent(owner, Type.TLSA);
    }
    return send(question) instanceof Outcome.Done;
  }

  private static Update update(DomainName zone, Change change) {
    var update = new Update(DnsjavaRecords.name(zone));
    Name owner = DnsjavaRecords.name(change.owner());
    switch (change) {
      case Change.AddText(DomainName _, TxtRecord text, Duration ttl) -> {
        update.absent(owner, Type.TXT);
        update.absent(owner, Type.CNAME);
        update.add(txt(owner, text, ttl));
      }
      case Change.ReplaceText(var _, var there, var before, TxtRecord after, Duration ttl) -> {
        there.forEach(text -> update.present(txt(owner, text, Duration.ZERO)));
        before.forEach(text -> update.delete(txt(owner, text, Duration.ZERO)));
        update.add(txt(owner, after, ttl));
      }
      case Change.AddTextBeside(DomainName _, TxtRecord text, Duration ttl) -> {
        update.absent(owner, Type.CNAME);
        update.add(txt(owner, text, ttl));
      }
      case Change.RemoveText(DomainName _, TxtRecord text) -> {
        update.present(owner, Type.TXT);
        update.delete(txt(owner, text, Duration.ZERO));
      }
      case Change.AddTlsa(DomainName _, TlsaRecord tlsa, Duration ttl) -> {
        update.absent(owner, Type.CNAME);
        update.add(tlsa(owner, tlsa, ttl));
      }
      case Change.RemoveTlsa(DomainName _, TlsaRecord tlsa) -> {
        update.present(owner, Type.TLSA);
        update.delete(tlsa(owner, tlsa, Duration.ZERO));
      }
    }
    return update;
  }

  private Outcome send(Message update) {
    var asker = new SimpleResolver(server);
    asker.setTCP(true);
    asker.setTimeout(timeout);
    asker.setTSIGKey(
        new TSIG(
            algorithm(key.algorithm()),
            DnsjavaRecords.name(key.name()),
            new SecretKeySpec(key.secret(), "HmacSHA256"),
            clock));
    try {
      int rcode = asker.send(update).getRcode();
      return switch (rcode) {
        case Rcode.NOERROR -> new Outcome.Done();
        case Rcode.YXDOMAIN, Rcode.YXRRSET, Rcode.NXRRSET, Rcode.NXDOMAIN -> new Outcome.Differs();
        case Rcode.NOTAUTH ->
            new Outcome.Refused(
                server
                    + " does not accept the key "
                    + key.name()
                    + ", has no authority for the zone, or its clock differs from ours by more"
                    + " than five minutes");
        default -> new Outcome.Refused(server + " answered " + Rcode.string(rcode));
      };
    } catch (IOException | RuntimeException e) {
      return new Outcome.Unanswered(
          server + " gave no answer to the update (" + e.getClass().getSimpleName() + ")");
    }
  }

  private static Record txt(Name owner, TxtRecord text, Duration ttl) {
    return new TXTRecord(
        owner,
        DClass.IN,
        ttl.toSeconds(),
        text.strings().stream().map(DnsUpdates::escaped).toList());
  }

  /// dnsjava reads strings with the escapes of a master file.
  private static String escaped(String text) {
    var out = new StringBuilder(text.length());
    for (byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
      if (octet < ' ' || octet == 0x7f || octet == '\\' || octet == '"') {
        int value = octet & 0xff;
        out.append('\\').append((char) ('0' + value / 100));
        out.append((char) ('0' + value / 10 % 10)).append((char) ('0' + value % 10));
      } else {
        out.append((char) octet);
      }
    }
    return out.toString();
  }

  private static Record tlsa(Name owner, TlsaRecord tlsa, Duration ttl) {
    return new TLSARecord(
        owner,
        DClass.IN,
        ttl.toSeconds(),
        tlsa.usage(),
        tlsa.selector(),
        tlsa.matchingType(),
        tlsa.association());
  }

  private static Clock clockOf(InstantSource source) {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return source.instant();
      }
    };
  }

  private static Name algorithm(TsigKey.Algorithm algorithm) {
    return switch (algorithm) {
      case HMAC_SHA256 -> TSIG.HMAC_SHA256;
      case HMAC_SHA384 -> TSIG.HMAC_SHA384;
      case HMAC_SHA512 -> TSIG.HMAC_SHA512;
    };
  }
}
