package net.facteur.auth.dmarc.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Evaluated;
import net.facteur.auth.dmarc.report.AggregateReport.Identifiers;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.dmarc.report.AggregateReport.PolicyOverride;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;

/// Reads aggregate reports: those of RFC 9990, those of RFC 7489 and its drafts, and those of the
/// wild.
///
/// What has to be there is what nothing can be said without: the domain of the policy, the time,
/// and the number of messages in each record. Elements may stand in any order, in any namespace or
/// none, and what is not known is passed over (RFC 9990, section 3.2). XML that is not well-formed
/// is not mended.
///
/// No document type is read, so there are no entities and nothing is fetched. The octets are as
/// many as the stream has: whoever unpacks bounds them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9990#section-3.1.1 RFC 9990, section 3.1.1: Description
///   of the Content of the XML File
public final class AggregateReportXml {
  /// The most records of a report.
  public static final int MAX_RECORDS = 50_000;

  private static final int MAX_DEPTH = 32;

  /// Signatures in a record: RFC 9990, section 3.1.3, asks for no more than 100.
  private static final int MAX_RESULTS = 100;

  private static final int MAX_REASONS = 20;
  private static final int MAX_ERRORS = 20;

  /// Characters of a name, a domain, a word or an id.
  private static final int MAX_TEXT = 1_000;

  /// Characters that are kept of what is written for people.
  private static final int MAX_PROSE = 500;

  private static final long MAX_COUNT = 1_000_000_000_000L;
  private static final int MAX_DIGITS = 15;

  /// The end of the year 9999, in seconds.
  private static final long MAX_SECONDS = 253_402_300_799L;

  /// Texts that come again are one text.
  private static final int MAX_KNOWN = 10_000;

  private final XMLStreamReader xml;
  private final Map<String, String> known = new HashMap<>();
  private int depth;
  private String prefix = "";

  private AggregateReportXml(XMLStreamReader xml) {
    this.xml = xml;
  }

  /// What was expected, and is not there.
  private static final class ExpectedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String expected;

    ExpectedException(String expected) {
      super(expected, null, false, false);
      this.expected = expected;
    }
  }

  public static Parsed<AggregateReport> parse(byte[] octets) {
    return parse(new ByteArrayInputStream(octets));
  }

  /// Reads a report.
  ///
  /// @param octets in any encoding that XML knows; not closed
  /// @return malformed with the offset of the character, as far as the parser knows it
  public static Parsed<AggregateReport> parse(InputStream octets) {
    XMLStreamReader xml;
    try {
      xml = factory().createXMLStreamReader(XmlText.of(octets));
    } catch (IOException _) {
      return Parsed.malformed(0, "XML in an encoding that can be read");
    } catch (XMLStreamException e) {
      return Parsed.malformed(offset(e), "XML");
    } catch (RuntimeException _) {
      return Parsed.malformed(0, "XML"); // the parser of the JDK says so of some octets
    }
    try {
      return Parsed.ok(new AggregateReportXml(xml).report());
    } catch (ExpectedException e) {
      return Parsed.malformed(Math.max(0, xml.getLocation().getCharacterOffset()), e.expected);
    } catch (XMLStreamException e) {
      return Parsed.malformed(offset(e), "XML that is well-formed");
    } catch (RuntimeException _) {
      return Parsed.malformed(0, "XML that is well-formed");
    } finally {
      close(xml);
    }
  }

  private static void close(XMLStreamReader xml) {
    try {
      xml.close();
    } catch (XMLStreamException _) {
      // It holds nothing but memory.
    }
  }

  private static int offset(XMLStreamException e) {
    return e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getCharacterOffset());
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_VALIDATING, false);
    // Some reporters use prefixes that they do not declare.
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setXMLReporter((_, _, _, _) -> {});
    factory.setXMLResolver(
        (_, _, _, _) -> {
          throw new XMLStreamException("nothing is fetched");
        });
    return factory;
  }

  /// Handles one child.
  private interface Child {
    void read(String name) throws XMLStreamException, ExpectedException;
  }

  private AggregateReport report() throws XMLStreamException, ExpectedException {
    for (int event = next(); event != XMLStreamConstants.START_ELEMENT; event = next()) {
      if (event == XMLStreamConstants.END_DOCUMENT) {
        throw new ExpectedException("an element");
      }
    }
    String root = xml.getLocalName();
    int colon = root.indexOf(':');
    prefix = root.substring(0, colon + 1);
    if (!root.substring(colon + 1).equals("feedback")) {
      throw new ExpectedException("feedback as the outermost element");
    }
    var metadata = new Parts();
    var policy = new Parts();
    var errors = new ArrayList<String>();
    var entries = new ArrayList<Entry>();
    children(
        name -> {
          switch (name) {
            case "report_metadata" -> metadata(metadata, errors);
            case "policy_published" -> policy.read();
            case "record" -> {
              if (entries.size() == MAX_RECORDS) {
                throw new ExpectedException("at most " + MAX_RECORDS + " records");
              }
              entries.add(entry());
            }
            default -> skip();
          }
        });
    String domain = policy.domain("domain");
    if (domain.isEmpty()) {
      throw new ExpectedException("the domain of policy_published");
    }
    // What comes after the end does not matter, but it has to be well-formed.
    while (xml.hasNext()) {
      next();
    }
    return new AggregateReport(
        new Metadata(
            metadata.get("org_name"),
            metadata.get("email"),
            metadata.get("extra_contact_info"),
            metadata.get("report_id"),
            moment(metadata.get("begin"), "begin"),
            moment(metadata.get("end"), "end"),
            errors,
            metadata.get("generator")),
        new PublishedPolicy(
            domain,
            policy.word("discovery_method"),
            policy.word("p"),
            policy.word("sp"),
            policy.word("np"),
            policy.word("adkim"),
            policy.word("aspf"),
            policy.word("fo"),
            policy.word("testing"),
            percent(policy.get("pct"))),
        entries);
  }

  private void metadata(Parts metadata, List<String> errors)
      throws XMLStreamException, ExpectedException {
    children(
        name -> {
          switch (name) {
            case "date_range" -> metadata.read();
            case "error" -> {
              String error = text(name);
              if (errors.size() < MAX_ERRORS && !error.isEmpty()) {
                errors.add(error);
              }
            }
            default -> metadata.take(name);
          }
        });
  }

  private Entry entry() throws XMLStreamException, ExpectedException {
    var row = new Parts();
    var evaluated = new Parts();
    var identifiers = new Parts();
    var reasons = new ArrayList<PolicyOverride>();
    var dkim = new ArrayList<DkimResult>();
    var spf = new ArrayList<SpfResult>();
    children(
        part -> {
          switch (part) {
            case "row" ->
                children(
                    name -> {
                      if (name.equals("policy_evaluated")) {
                        evaluated(evaluated, reasons);
                      } else {
                        row.take(name);
                      }
                    });
            // identities: a draft of 2011
            case "identifiers", "identities" -> identifiers.read();
            case "auth_results" ->
                children(
                    name -> {
                      switch (name) {
                        case "dkim" -> dkim(dkim);
                        case "spf" -> spf(spf);
                        default -> skip();
                      }
                    });
            default -> skip();
          }
        });
    return new Entry(
        source(row.get("source_ip")),
        count(row.get("count")),
        new Evaluated(
            evaluated.word("disposition"), evaluated.word("dkim"), evaluated.word("spf"), reasons),
        new Identifiers(
            identifiers.domain("header_from"),
            identifiers.domain("envelope_from"),
            identifiers.domain("envelope_to")),
        dkim,
        spf);
  }

  private void evaluated(Parts evaluated, List<PolicyOverride> reasons)
      throws XMLStreamException, ExpectedException {
    children(
        name -> {
          if (!name.equals("reason")) {
            evaluated.take(name);
            return;
          }
          var reason = new Parts();
          reason.read();
          var override = new PolicyOverride(reason.word("type"), reason.get("comment"));
          boolean empty = override.type().isEmpty() && override.comment().isEmpty();
          if (!empty && reasons.size() < MAX_REASONS) {
            reasons.add(override);
          }
        });
  }

  private void dkim(List<DkimResult> results) throws XMLStreamException, ExpectedException {
    var result = new Parts();
    result.read();
    if (results.size() < MAX_RESULTS) {
      results.add(
          new DkimResult(
              result.domain("domain"),
              result.get("selector"),
              result.word("result"),
              result.get("human_result")));
    }
  }

  private void spf(List<SpfResult> results) throws XMLStreamException, ExpectedException {
    var result = new Parts();
    result.read();
    if (results.size() < MAX_RESULTS) {
      results.add(
          new SpfResult(
              result.domain("domain"),
              result.word("scope"),
              result.word("result"),
              result.get("human_result")));
    }
  }

  /// The texts of the children of one element. The first of a name counts.
  private final class Parts {
    private final Map<String, String> texts = new HashMap<>();

    void read() throws XMLStreamException, ExpectedException {
      children(this::take);
    }

    void take(String name) throws XMLStreamException, ExpectedException {
      texts.putIfAbsent(name, text(name));
      if (texts.size() > MAX_RESULTS) {
        throw new ExpectedException("at most " + MAX_RESULTS + " elements here");
      }
    }

    String get(String name) {
      return texts.getOrDefault(name, "");
    }

    String word(String name) {
      return same(Ascii.lower(get(name)));
    }

    String domain(String name) {
      String domain = word(name);
      return domain.endsWith(".") ? same(domain.substring(0, domain.length() - 1)) : domain;
    }
  }

  /// The next event. There are no entities, and no document type that would make some.
  private int next() throws XMLStreamException, ExpectedException {
    int event = xml.next();
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw new ExpectedException("XML without a document type and its entities");
    }
    return event;
  }

  /// Reads the children of the element at which the parser stands, up to its end.
  private void children(Child child) throws XMLStreamException, ExpectedException {
    deeper();
    for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
      if (event == XMLStreamConstants.START_ELEMENT) {
        String name = xml.getLocalName();
        if (!prefix.isEmpty() && name.startsWith(prefix)) {
          name = name.substring(prefix.length());
        }
        child.read(name);
      }
    }
    depth--;
  }

  private void deeper() throws ExpectedException {
    if (++depth > MAX_DEPTH) {
      throw new ExpectedException("elements at most " + MAX_DEPTH + " deep");
    }
  }

  private void skip() throws XMLStreamException, ExpectedException {
    int open = 1;
    while (open > 0) {
      int event = next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        open++;
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        open--;
      }
      if (depth + open > MAX_DEPTH) {
        throw new ExpectedException("elements at most " + MAX_DEPTH + " deep");
      }
    }
  }

  private static boolean prose(String name) {
    return switch (name) {
      case "comment", "human_result", "error", "extra_contact_info", "generator" -> true;
      default -> false;
    };
  }

  /// The text of the element at which the parser stands, without that of its children.
  private String text(String name) throws XMLStreamException, ExpectedException {
    var text = new StringBuilder();
    for (int event = next(); event != XMLStreamConstants.END_ELEMENT; event = next()) {
      if (event == XMLStreamConstants.START_ELEMENT) {
        skip();
      } else if (event == XMLStreamConstants.CHARACTERS
          || event == XMLStreamConstants.CDATA
          || event == XMLStreamConstants.SPACE) {
        String piece = xml.getText();
        if (text.length() + piece.length() <= MAX_TEXT) {
          text.append(piece);
        } else if (prose(name)) {
          text.append(piece, 0, MAX_TEXT - text.length());
        } else if (!piece.isBlank()) {
          throw new ExpectedException("at most " + MAX_TEXT + " characters in " + known(name));
        }
      }
    }
    String whole = withoutSpace(text);
    return same(prose(name) && whole.length() > MAX_PROSE ? cut(whole) : whole);
  }

  /// Space of XML has line ends, too.
  private static String withoutSpace(CharSequence text) {
    int start = 0;
    int end = text.length();
    while (start < end && text.charAt(start) <= ' ') {
      start++;
    }
    while (end > start && text.charAt(end - 1) <= ' ') {
      end--;
    }
    return text.subSequence(start, end).toString();
  }

  private static String cut(String text) {
    return Character.isHighSurrogate(text.charAt(MAX_PROSE - 1))
        ? text.substring(0, MAX_PROSE - 1)
        : text.substring(0, MAX_PROSE);
  }

  /// A name that may be repeated to people.
  private static String known(String name) {
    return name.matches("[a-z_]{1,30}") ? name : "an element";
  }

  private String same(String text) {
    String before = known.get(text);
    if (before != null) {
      return before;
    }
    if (known.size() < MAX_KNOWN) {
      known.put(text, text);
    }
    return text;
  }

  private static String source(String text) {
    return IpLiteral.parse(text) instanceof Parsed.Ok<InetAddress>(InetAddress address)
        ? IpLiteral.print(address)
        : text;
  }

  private static long count(String text) throws ExpectedException {
    long count = number(text, MAX_COUNT);
    if (count < 0) {
      throw new ExpectedException("a number of messages in count");
    }
    return count;
  }

  private static Instant moment(String text, String name) throws ExpectedException {
    // Some write a fraction that is nothing.
    int point = text.indexOf('.');
    long seconds = number(point < 0 ? text : text.substring(0, point), MAX_SECONDS);
    if (seconds < 0) {
      throw new ExpectedException("seconds since 1970 in " + name + " of date_range");
    }
    return Instant.ofEpochSecond(seconds);
  }

  /// @return -1 for what is no number, or a larger one
  private static long number(String text, long max) {
    var in = new Scanner(text);
    return in.number(MAX_DIGITS, max).toOptional().filter(_ -> in.atEnd()).orElse(-1L);
  }

  private static OptionalInt percent(String text) {
    long number = number(text, 100);
    return number < 0 ? OptionalInt.empty() : OptionalInt.of((int) number);
  }
}
