package net.facteur.auth.spf;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;

/// Reads the terms of a record from left to right. A term ends at a space, so each is read within
/// its own bounds.
final class SpfRecordParser {
  private final String text;
  private final List<Term> terms = new ArrayList<>();
  private boolean redirectSeen;
  private boolean explanationSeen;
  private int at;

  SpfRecordParser(String text, int start) {
    this.text = text;
    this.at = start;
  }

  Parsed<SpfRecord> parse() {
    while (at < text.length()) {
      if (text.charAt(at) == ' ') {
        at++;
        continue;
      }
      int space = text.indexOf(' ', at);
      int end = space < 0 ? text.length() : space;
      switch (term(new Scanner(text, at, end))) {
        case Parsed.Ok<Term>(Term term) -> terms.add(term);
        case Parsed.Malformed<Term> m -> {
          return m.as();
        }
      }
      at = end;
    }
    return Parsed.ok(new SpfRecord(terms));
  }

  private Parsed<Term> term(Scanner in) {
    int start = in.offset();
    String name = Ascii.isAlpha(in.peek()) ? in.takeWhile(SpfRecordParser::isNameCharacter) : "";
    // 4.6.1: modifiers always contain an equals character immediately after the name
    if (!name.isEmpty() && in.take('=')) {
      return modifier(start, name, in);
    }
    in.seek(start);
    Qualifier qualifier = qualifier(in);
    return mechanism(in).map(mechanism -> new Term.Directive(qualifier, mechanism));
  }

  private static boolean isNameCharacter(int c) {
    return Ascii.isAlnum(c) || c == '-' || c == '_' || c == '.';
  }

  private Parsed<Term> modifier(int start, String name, Scanner in) {
    return switch (Ascii.lower(name)) {
      case "redirect" -> {
        boolean again = redirectSeen;
        redirectSeen = true;
        yield once(again, start, MacroString.parseDomainSpec(in).map(Term.Redirect::new));
      }
      case "exp" -> {
        boolean again = explanationSeen;
        explanationSeen = true;
        yield once(again, start, MacroString.parseDomainSpec(in).map(Term.Explanation::new));
      }
      default -> MacroString.parse(in).map(value -> new Term.Unknown(name, value));
    };
  }

  private static Parsed<Term> once(boolean again, int start, Parsed<Term> modifier) {
    // 6: these two modifiers MUST NOT appear in a record more than once each
    return again ? Parsed.malformed(start, "redirect and exp only once each") : modifier;
  }

  private static Qualifier qualifier(Scanner in) {
    if (in.take('+')) {
      return Qualifier.PASS;
    }
    for (Qualifier qualifier : Qualifier.values()) {
      if (!qualifier.sign().isEmpty() && in.take(qualifier.sign())) {
        return qualifier;
      }
    }
    return Qualifier.PASS;
  }

  private static Parsed<Mechanism> mechanism(Scanner in) {
    int start = in.offset();
    String name = Ascii.lower(in.takeWhile(SpfRecordParser::isNameCharacter));
    return switch (name) {
      case "all" ->
          in.atEnd() ? Parsed.ok(new Mechanism.All()) : in.expected("nothing after \"all\"");
      case "include" -> required(in).map(Mechanism.Include::new);
      case "exists" -> required(in).map(Mechanism.Exists::new);
      case "ptr" -> optional(in, in.end()).map(Mechanism.Ptr::new);
      case "a" -> host(in, Mechanism.A::new);
      case "mx" -> host(in, Mechanism.Mx::new);
      case "ip4" -> ip4(in);
      case "ip6" -> ip6(in);
      default -> Parsed.malformed(start, "a mechanism or a modifier");
    };
  }

  private static Parsed<MacroString> required(Scanner in) {
    return in.take(':') ? MacroString.parseDomainSpec(in) : in.expected("\":\"");
  }

  private static Parsed<MacroString> optional(Scanner in, int end) {
    if (in.offset() == end) {
      return Parsed.ok(MacroString.EMPTY);
    }
    return in.take(':')
        ? MacroString.parseDomainSpec(new Scanner(in.text(0, end), in.offset(), end))
        : in.expected("\":\"");
  }

  private interface HostMechanism {
    Mechanism of(MacroString domain, Mechanism.DualCidr cidr);
  }

  /// `[ ":" domain-spec ] [ dual-cidr-length ]`. A domain-spec cannot end in `/` and digits, so the
  /// lengths are looked for from the end.
  private static Parsed<Mechanism> host(Scanner in, HostMechanism kind) {
    int end = in.end();
    int ip4 = 32;
    int ip6 = 128;
    int slash = slashBeforeDigits(in, end);
    if (slash >= 0 && slash - 1 >= in.offset() && in.peek(slash - 1 - in.offset()) == '/') {
      switch (prefix(in, slash + 1, end, 128)) {
        case Parsed.Ok<Integer>(Integer length) -> ip6 = length;
        case Parsed.Malformed<Integer> m -> {
          return m.as();
        }
      }
      end = slash - 1;
      slash = slashBeforeDigits(in, end);
    }
    if (slash >= 0) {
      switch (prefix(in, slash + 1, end, 32)) {
        case Parsed.Ok<Integer>(Integer length) -> ip4 = length;
        case Parsed.Malformed<Integer> m -> {
          return m.as();
        }
      }
      end = slash;
    }
    var cidr = new Mechanism.DualCidr(ip4, ip6);
    return optional(in, end).map(domain -> kind.of(domain, cidr));
  }

  /// The place of the `/` that only digits follow up to `end`, or -1.
  private static int slashBeforeDigits(Scanner in, int end) {
    int from = in.offset();
    int i = end - 1;
    while (i >= from && Ascii.isDigit(in.peek(i - from))) {
      i--;
    }
    return i >= from && i < end - 1 && in.peek(i - from) == '/' ? i : -1;
  }

  private static Parsed<Integer> prefix(Scanner in, int from, int to, int max) {
    var digits = new Scanner(in.text(0, to), from, to);
    boolean zero = digits.peek() == '0';
    Parsed<Integer> length = digits.number(3, max).map(Long::intValue);
    if (length instanceof Parsed.Ok<Integer> && (!digits.atEnd() || (zero && to - from > 1))) {
      return Parsed.malformed(from, "a prefix length from 0 to " + max + " without leading zeros");
    }
    return length;
  }

  private static Parsed<Mechanism> ip4(Scanner in) {
    return network(in, 32, IpLiteral::parse4, Mechanism.Ip4::new);
  }

  private static Parsed<Mechanism> ip6(Scanner in) {
    return network(in, 128, IpLiteral::parse6, Mechanism.Ip6::new);
  }

  private interface Network {
    Mechanism of(InetAddress address, int prefix);
  }

  private interface AddressReader {
    Parsed<InetAddress> read(String text);
  }

  private static Parsed<Mechanism> network(
      Scanner in, int bits, AddressReader reader, Network kind) {
    if (!in.take(':')) {
      return in.expected("\":\"");
    }
    int start = in.offset();
    String address = in.takeWhile(c -> c != '/');
    int length = bits;
    if (in.take('/')) {
      switch (prefix(in, in.offset(), in.end(), bits)) {
        case Parsed.Ok<Integer>(Integer given) -> length = given;
        case Parsed.Malformed<Integer> m -> {
          return m.as();
        }
      }
    }
    int prefix = length;
    return switch (reader.read(address)) {
      case Parsed.Ok<InetAddress>(InetAddress network) -> Parsed.ok(kind.of(network, prefix));
      case Parsed.Malformed<InetAddress>(int offset, String expected) ->
          Parsed.malformed(start + offset, expected);
    };
  }
}
