package net.facteur.auth.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.adsp.AdspPractice;
import net.facteur.auth.arc.ArcValidator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.DkimSignature;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dmarc.DmarcRecord;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.dnslist.CodeSelection;
import net.facteur.auth.message.AddressList;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.MtaStsRecord;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.spf.MacroString;
import net.facteur.auth.spf.SpfRecord;
import net.facteur.auth.srs.SrsReversal;
import net.facteur.auth.srs.SrsRewriter;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.TagList;
import net.facteur.auth.tlsrpt.TlsReportFile;
import net.facteur.auth.tlsrpt.TlsReportJson;
import net.facteur.auth.tlsrpt.TlsRptRecord;

/// What a fuzzing engine may try to break, one class for each grammar and one for the whole.
///
/// Each has the method that Jazzer looks for. It throws where a promise is broken: what is read can
/// be printed and read again to the same, an offset lies inside of the input, and nothing else is
/// ever thrown.
public final class Targets {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));

  /// Every target by the name of the directory that holds its seeds.
  static final Map<String, Consumer<byte[]>> ALL =
      Map.ofEntries(
          Map.entry("Spf", Spf::fuzzerTestOneInput),
          Map.entry("Signature", Signature::fuzzerTestOneInput),
          Map.entry("KeyRecord", KeyRecord::fuzzerTestOneInput),
          Map.entry("Adsp", Adsp::fuzzerTestOneInput),
          Map.entry("ListCodes", ListCodes::fuzzerTestOneInput),
          Map.entry("Dmarc", Dmarc::fuzzerTestOneInput),
          Map.entry("Arc", Arc::fuzzerTestOneInput),
          Map.entry("Srs", Srs::fuzzerTestOneInput),
          Map.entry("Results", Results::fuzzerTestOneInput),
          Map.entry("Sts", Sts::fuzzerTestOneInput),
          Map.entry("StsPolicy", StsPolicy::fuzzerTestOneInput),
          Map.entry("TlsRpt", TlsRpt::fuzzerTestOneInput),
          Map.entry("TlsReport", TlsReport::fuzzerTestOneInput),
          Map.entry("Tlsa", Tlsa::fuzzerTestOneInput),
          Map.entry("Name", Name::fuzzerTestOneInput),
          Map.entry("Tags", Tags::fuzzerTestOneInput),
          Map.entry("Addresses", Addresses::fuzzerTestOneInput),
          Map.entry("Message", Message::fuzzerTestOneInput));

  private Targets() {}

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.ISO_8859_1);
  }

  private static <T> void readPrintRead(
      String text, Function<String, Parsed<T>> parse, Function<T, String> print) {
    switch (parse.apply(text)) {
      case Parsed.Ok<T>(T value) -> {
        Parsed<T> again = parse.apply(print.apply(value));
        if (!again.equals(Parsed.ok(value))) {
          throw new AssertionError(value + " printed is read as " + again);
        }
      }
      case Parsed.Malformed<T>(int offset, String expected) -> {
        if (offset < 0 || offset > text.length()) {
          throw new AssertionError("offset " + offset + " of " + text.length() + ": " + expected);
        }
      }
    }
  }

  /// SPF records and explanations.
  public static final class Spf {
    private Spf() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), SpfRecord::parse, SpfRecord::print);
      MacroString.parseExplanation(text(input));
    }
  }

  /// DKIM-Signature fields.
  public static final class Signature {
    private Signature() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), DkimSignature::parse, DkimSignature::print);
    }
  }

  /// DKIM key records and their keys.
  public static final class KeyRecord {
    private KeyRecord() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), DkimKeyRecord::parse, DkimKeyRecord::print);
      DkimKeyRecord.parse(text(input)).map(DkimKeyRecord::key);
      DkimKeyRecord.parse(text(input)).map(DkimKeyRecord::notesText);
    }
  }

  /// ADSP records.
  public static final class Adsp {
    private Adsp() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), AdspPractice::parse, AdspPractice::print);
    }
  }

  /// DMARC records.
  public static final class Dmarc {
    private Dmarc() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), DmarcRecord::parse, DmarcRecord::print);
    }
  }

  /// Which codes of a list in the DNS count.
  public static final class ListCodes {
    private ListCodes() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), CodeSelection::parse, CodeSelection::toString);
    }
  }

  /// MTA-STS records.
  public static final class Sts {
    private Sts() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), MtaStsRecord::parse, MtaStsRecord::print);
    }
  }

  /// MTA-STS policies.
  public static final class StsPolicy {
    private StsPolicy() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), MtaStsPolicyText::parse, MtaStsPolicyText::print);
    }
  }

  /// TLSRPT records.
  public static final class TlsRpt {
    private TlsRpt() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), TlsRptRecord::parse, TlsRptRecord::print);
    }
  }

  /// Reports on TLS as they arrive: mail, gzip, JSON.
  public static final class TlsReport {
    private static final TlsReportFile FILE = new TlsReportFile();
    private static final TlsReportJson JSON = new TlsReportJson();

    private TlsReport() {}

    public static void fuzzerTestOneInput(byte[] input) {
      FILE.read(input).map(JSON::print).toOptional().ifPresent(TlsReport::readAgain);
    }

    private static void readAgain(byte[] printed) {
      byte[] again =
          FILE.read(printed)
              .map(JSON::print)
              .toOptional()
              .orElseThrow(() -> new AssertionError("what is printed cannot be read"));
      if (!Arrays.equals(printed, again)) {
        throw new AssertionError("what is printed is read as something else");
      }
    }
  }

  /// TLSA records as zones and people write them.
  public static final class Tlsa {
    private Tlsa() {}

    public static void fuzzerTestOneInput(byte[] input) {
      readPrintRead(text(input), TlsaRecord::parse, TlsaRecord::toString);
    }
  }

  /// Headers as ARC reads them.
  public static final class Arc {
    private static final ArcValidator VALIDATOR =
        new ArcValidator(
            ZoneResolver.of(Map.of()), DkimCrypto.standard(), CLOCK, DkimVerifier.Policy.DEFAULT);

    private Arc() {}

    public static void fuzzerTestOneInput(byte[] input) {
      VALIDATOR.begin(MessageHeader.parse(input)).outcome();
    }
  }

  /// Addresses that SRS rewrites and takes back.
  public static final class Srs {
    private static final SrsRewriter REWRITER =
        new SrsRewriter(
            SrsRewriter.Settings.defaults(
                List.of(new SrsSecret("secret of tests".getBytes(StandardCharsets.UTF_8)))),
            CLOCK);

    private Srs() {}

    public static void fuzzerTestOneInput(byte[] input) {
      SrsReversal reversal = REWRITER.reverse(text(input));
      if (reversal == null) {
        throw new AssertionError("no answer");
      }
      REWRITER.forward(text(input), "fwd.example");
    }
  }

  /// Authentication-Results fields.
  public static final class Results {
    private Results() {}

    public static void fuzzerTestOneInput(byte[] input) {
      AuthenticationResults.parse(text(input));
      AuthenticationResults.parseLeniently(text(input))
          .map(read -> AuthenticationResults.parse(read.toField().value()))
          .map(Parsed::toOptional)
          .map(again -> again.orElseThrow(() -> new AssertionError("cannot be read again")));
    }
  }

  /// Domain names, as octets and as UTF-8.
  public static final class Name {
    private Name() {}

    public static void fuzzerTestOneInput(byte[] input) {
      for (String text : List.of(text(input), new String(input, StandardCharsets.UTF_8))) {
        readPrintRead(text, DomainName::parse, DomainName::toString);
        readPrintRead(text, DomainName::parseExpanded, DomainName::toString);
      }
    }
  }

  /// Tag lists, read strictly and leniently.
  public static final class Tags {
    private Tags() {}

    public static void fuzzerTestOneInput(byte[] input) {
      for (TagList.Names names : TagList.Names.values()) {
        readPrintRead(
            text(input),
            text -> TagList.parse(text, names).map(Tags::namesAndValues),
            pairs -> String.join("; ", pairs));
      }
      TagList.parseLenient(text(input));
    }

    private static List<String> namesAndValues(TagList list) {
      return list.tags().stream().map(tag -> tag.name() + "=" + tag.value()).toList();
    }
  }

  /// From fields and lists of addresses.
  public static final class Addresses {
    private Addresses() {}

    public static void fuzzerTestOneInput(byte[] input) {
      AddressList.parse(text(input));
      AuthorDomain.ofValue(text(input));
    }
  }

  /// A whole message and its transaction. The input is cut at its first empty line into header and
  /// body, and its first line is also every record in the DNS.
  public static final class Message {
    private Message() {}

    public static void fuzzerTestOneInput(byte[] input) {
      String text = text(input);
      int lineEnd = text.indexOf('\n');
      String first = text.substring(0, lineEnd < 0 ? text.length() : Math.min(lineEnd, 2000));
      int bodyStart = text.indexOf("\r\n\r\n");
      String header = bodyStart < 0 ? text : text.substring(0, bodyStart + 2);
      String body = bodyStart < 0 ? "" : text.substring(bodyStart + 4);
      var authenticator =
          new MessageAuthenticator(
              ZoneResolver.of(zone(first)),
              DkimCrypto.standard(),
              CLOCK,
              MessageAuthenticator.Settings.defaults("mx.example.net"));
      try {
        String field =
            authenticator
                .authenticate(
                    new AuthenticationRequest(
                        IpLiteral.parse("192.0.2.1").toOptional().orElseThrow(),
                        first,
                        first + "@example.org"),
                    MessageHeader.parse(header.getBytes(StandardCharsets.ISO_8859_1)),
                    MessageBody.of(body.getBytes(StandardCharsets.ISO_8859_1)))
                .toAuthenticationResults("mx.example.net")
                .toField()
                .value();
        if (AuthenticationResults.parse(field) instanceof Parsed.Malformed<?>) {
          throw new AssertionError("what is written cannot be read: " + field);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Map<String, Object> zone(String record) {
      var zone = new HashMap<String, Object>();
      for (String name :
          List.of(
              "example.org",
              "_dmarc.example.org",
              "_adsp._domainkey.example.org",
              "s._domainkey.example.org")) {
        zone.put(name, Map.of("TXT", List.of(List.of(record))));
      }
      return zone;
    }
  }
}
