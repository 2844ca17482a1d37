package net.facteur.auth.message;

import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Utf8;

/// The addresses of a From, Sender, To or Cc field, without display names and comments.
///
/// ```
/// address-list = address *("," address)      address = mailbox / group
/// mailbox      = [display-name] angle-addr / addr-spec
/// group        = display-name ":" [mailbox-list] ";"
/// ```
///
/// Reads what RFC 5322 allows, its obsolete forms included (routes, empty list elements, dots with
/// white space), and UTF-8 as in RFC 6532. The work is linear in the length of the input.
///
/// @param mailboxes in order; those of groups among them
/// @spec https://www.rfc-editor.org/rfc/rfc5322#section-3.4 RFC 5322, section 3.4: Address
///   Specification
public record AddressList(List<Mailbox> mailboxes) {
  private static final int MAX_MAILBOXES = 1_000;
  private static final int MAX_COMMENT_DEPTH = 32;

  /// One address.
  ///
  /// @param localPart as meant: without quotes and escapes
  /// @param domain as written, a domain name or a domain literal with its brackets
  public record Mailbox(String localPart, String domain) {}

  public AddressList {
    mailboxes = List.copyOf(mailboxes);
  }

  /// Reads the value of a field.
  ///
  /// @param value one `char` per octet, folding allowed
  public static Parsed<AddressList> parse(String value) {
    var reader = new Reader(value);
    var found = new ArrayList<Mailbox>();
    boolean ok = reader.list(found);
    return ok ? Parsed.ok(new AddressList(found)) : Parsed.malformed(reader.at, reader.expected);
  }

  /// A cursor over the value; `expected` is set where a method returns false or null-like.
  private static final class Reader {
    private final String in;
    private int at;
    private String expected = "an address";

    Reader(String in) {
      this.in = in;
    }

    boolean list(List<Mailbox> found) {
      boolean inGroup = false;
      while (true) {
        if (!skip()) {
          return false;
        }
        if (at == in.length()) {
          return !inGroup || fail("; at the end of the group");
        }
        char c = in.charAt(at);
        if (c == ',') {
          at++; // obs-addr-list has empty elements
        } else if (c == ';' && inGroup) {
          at++;
          inGroup = false;
          if (!endOfElement()) {
            return false;
          }
        } else {
          Element element = element(found, inGroup);
          if (element == Element.BAD) {
            return false;
          }
          if (element == Element.GROUP_BEGINS) {
            inGroup = true;
          } else if (!endOfElement(inGroup)) {
            return false;
          }
        }
      }
    }

    private enum Element {
      MAILBOX,
      GROUP_BEGINS,
      BAD
    }

    /// Reads words until it is clear what they are: the local part of an addr-spec, or the display
    /// name of an angle-addr or a group.
    private Element element(List<Mailbox> found, boolean inGroup) {
      var local = new StringBuilder();
      boolean dotted = false; // the words so far are joined by dots, so they can be a local part
      boolean several = false;
      boolean any = false;
      while (true) {
        if (!skip()) {
          return Element.BAD;
        }
        char c = peek();
        if (c == '@' && any && !several && !local.isEmpty()) {
          at++;
          return domainOf(local.toString(), found) ? Element.MAILBOX : Element.BAD;
        }
        if (c == '<') {
          at++;
          return angle(found) ? Element.MAILBOX : Element.BAD;
        }
        if (c == ':' && any && !inGroup) {
          at++;
          return Element.GROUP_BEGINS;
        }
        if (c == '.' && any) {
          at++;
          local.append('.');
          dotted = true;
          continue;
        }
        if (!word(local)) {
          return Element.BAD;
        }
        several = several || (any && !dotted);
        dotted = false;
        any = true;
      }
    }

    private boolean angle(List<Mailbox> found) {
      if (!skip()) {
        return false;
      }
      if (peek() == '@' && !route()) {
        return false;
      }
      var local = new StringBuilder();
      boolean expectWord = true;
      while (true) {
        if (!skip()) {
          return false;
        }
        char c = peek();
        if (c == '@' && !expectWord) {
          at++;
          break;
        }
        if (c == '.') {
          at++;
          local.append('.');
          expectWord = true;
          continue;
        }
        if (!expectWord) {
          return fail("@ and a domain");
        }
        if (!word(local)) {
          return false;
        }
        expectWord = false;
      }
      if (!domainOf(local.toString(), found) || !skip()) {
        return false;
      }
      if (peek() != '>') {
        return fail(">");
      }
      at++;
      return true;
    }

    /// obs-route: `@a,@b:` before the address, read and forgotten.
    private boolean route() {
      while (at < in.length() && in.charAt(at) != ':') {
        char c = in.charAt(at);
        if (c == '>' || c == '<' || c == '"') {
          return fail(": at the end of the route");
        }
        at++;
      }
      if (at == in.length()) {
        return fail(": at the end of the route");
      }
      at++;
      return true;
    }

    private boolean domainOf(String localPart, List<Mailbox> found) {
      if (!skip()) {
        return false;
      }
      var domain = new StringBuilder();
      if (peek() == '[') {
        int close = in.indexOf(']', at);
        if (close < 0) {
          return fail("] at the end of the domain literal");
        }
        domain.append(in, at, close + 1);
        at = close + 1;
      } else {
        boolean expectAtom = true;
        while (true) {
          if (expectAtom) {
            int start = at;
            while (at < in.length() && Ascii.isUtf8Atext(in.charAt(at))) {
              at++;
            }
            if (at == start) {
              return fail("a domain");
            }
            domain.append(in, start, at);
            expectAtom = false;
          }
          int mark = at;
          if (!skip()) {
            return false;
          }
          if (peek() != '.') {
            at = mark;
            break;
          }
          at++;
          domain.append('.');
          expectAtom = true;
          if (!skip()) {
            return false;
          }
        }
      }
      if (found.size() >= MAX_MAILBOXES) {
        return fail("at most " + MAX_MAILBOXES + " addresses");
      }
      found.add(new Mailbox(utf8(localPart), utf8(domain.toString())));
      return true;
    }

    private boolean word(StringBuilder into) {
      if (peek() == '"') {
        return quoted(into);
      }
      int start = at;
      while (at < in.length() && Ascii.isUtf8Atext(in.charAt(at))) {
        at++;
      }
      if (at == start) {
        return fail("an address");
      }
      into.append(in, start, at);
      return true;
    }

    private boolean quoted(StringBuilder into) {
      at++;
      while (at < in.length()) {
        char c = in.charAt(at++);
        if (c == '"') {
          return true;
        }
        if (c == '\\' && at < in.length()) {
          c = in.charAt(at++);
        } else if (c == '\r' || c == '\n') {
          continue; // folding
        }
        into.append(c);
      }
      return fail("\" at the end of the quoted string");
    }

    private boolean endOfElement() {
      return endOfElement(false);
    }

    private boolean endOfElement(boolean inGroup) {
      if (!skip()) {
        return false;
      }
      if (at == in.length() || peek() == ',' || (inGroup && peek() == ';')) {
        return true;
      }
      return fail(inGroup ? ", or ;" : "a comma");
    }

    /// Skips white space and comments.
    private boolean skip() {
      int depth = 0;
      while (at < in.length()) {
        char c = in.charAt(at);
        if (c == '(') {
          if (++depth > MAX_COMMENT_DEPTH) {
            return fail("comments nested at most " + MAX_COMMENT_DEPTH + " deep");
          }
        } else if (depth > 0 && c == ')') {
          depth--;
        } else if (depth > 0 && c == '\\') {
          at++;
        } else if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
          return true;
        }
        at++;
      }
      at = Math.min(at, in.length());
      return depth == 0 || fail(") at the end of the comment");
    }

    private char peek() {
      return at < in.length() ? in.charAt(at) : 0;
    }

    private boolean fail(String what) {
      expected = what;
      return false;
    }

    private static String utf8(String octets) {
      return Utf8.ofOctets(octets).orElse(octets);
    }
  }
}
