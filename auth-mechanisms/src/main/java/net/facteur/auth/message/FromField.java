package net.facteur.auth.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Scanner;
import net.facteur.auth.syntax.Utf8;

/// Finds the domains of a From field in one pass.
///
/// The value is cut into words and signs. Within one entry of the list (up to a comma or
/// semicolon), what stands in angle brackets is the address, and words before it are its display
/// name; without brackets the entry itself is the address. An entry without an at sign is a name
/// whose comma was not quoted, and is passed over. This is more lenient than [AddressList]: where a
/// mail program still shows an address, authentication must not look away.
final class FromField {
  private static final int MAX_CHARS = SeenDomains.MAX_CHARS;

  private final String value;
  private final Scanner in;
  private final Set<DomainName> domains = new LinkedHashSet<>();
  private String problem = "";

  /// Several addresses stand in one entry, or what no name may hold stands before one.
  private boolean loose;

  /// What could be an address stands unquoted in a display name.
  private boolean atInName;

  /// The words and signs of the address that is being read, comments and white space left out.
  private final List<Word> words = new ArrayList<>();

  /// A piece of an address.
  ///
  /// @param sign true for the characters that have a meaning of their own
  private record Word(String text, boolean sign) {
    boolean is(char c) {
      return sign && text.charAt(0) == c;
    }
  }

  FromField(String value) {
    this.value = value;
    this.in = new Scanner(value, 0, Math.min(value.length(), MAX_CHARS));
    if (value.length() > MAX_CHARS) {
      problem = "the From field is longer than " + MAX_CHARS + " octets";
    }
  }

  AuthorDomain authorDomain() {
    while (problem.isEmpty() && !in.atEnd()) {
      entry();
    }
    if (problem.isEmpty() && (loose || (atInName && domains.size() > 1))) {
      // no list that every reader reads alike: whatever one of them may see counts
      domains.addAll(SeenDomains.in(value).domains());
    }
    if (problem.isEmpty() && domains.size() > AuthorDomain.MAX_DOMAINS) {
      problem = "From names more than " + AuthorDomain.MAX_DOMAINS + " domains";
    }
    if (problem.isEmpty() && domains.isEmpty()) {
      problem = "From holds no address";
    }
    if (!problem.isEmpty()) {
      SeenDomains seen = SeenDomains.in(value);
      int told = Math.min(seen.domains().size(), AuthorDomain.MAX_DOMAINS);
      return new AuthorDomain.Unclear(
          problem, seen.domains().subList(0, told), seen.whole() && told > 0);
    }
    return domains.size() == 1
        ? new AuthorDomain.One(domains.iterator().next())
        : new AuthorDomain.Several(List.copyOf(domains));
  }

  /// A sign that closes what is not open, or what a name needs quotes for: an address may have
  /// ended there.
  private static boolean endsSomething(Word word) {
    return word.is(':') || word.is('>') || word.is(')') || word.is(']') || word.is('\\');
  }

  /// One entry: up to a comma, a semicolon, or the colon after a group's name.
  private void entry() {
    words.clear();
    boolean bracketed = false;
    int start = in.offset();
    while (problem.isEmpty()) {
      Optional<Word> next = word();
      if (next.isEmpty() || next.get().is(',') || next.get().is(';')) {
        break;
      }
      Word word = next.get();
      if (word.is(':') && !bracketed && !holdsAt()) {
        words.clear(); // the name of a group (RFC 6854)
      } else if (word.is('<')) {
        loose |= bracketed || words.stream().anyMatch(FromField::endsSomething);
        atInName |= holdsAt();
        bracketed = true;
        words.clear(); // all before it is a display name
        angleAddress();
        words.clear();
      } else {
        words.add(word);
      }
    }
    if (problem.isEmpty() && holdsAt()) {
      loose |= bracketed;
      address();
    } else if (problem.isEmpty() && !bracketed) {
      // a name that some reader takes for an address, since nothing else stands here
      boolean seen = !SeenDomains.in(in.since(start)).domains().isEmpty();
      problem = seen ? "an address is in quotes or encoded" : "";
    }
  }

  /// angle-addr, with the obsolete route before the address (RFC 5322, section 4.4).
  private void angleAddress() {
    while (problem.isEmpty()) {
      Optional<Word> next = word();
      if (next.isEmpty()) {
        problem = "an angle bracket is not closed";
      } else if (next.get().is('>')) {
        break;
      } else if (next.get().is(':') || next.get().is(',')) {
        if (words.isEmpty() ? next.get().is(':') : !words.getFirst().is('@')) {
          problem = "the address in angle brackets is malformed";
        }
        words.clear(); // a route
      } else if (next.get().is('<') || next.get().is(';')) {
        problem = "the address in angle brackets is malformed";
      } else {
        words.add(next.get());
      }
    }
    if (problem.isEmpty()) {
      address();
    }
  }

  private boolean holdsAt() {
    return words.stream().anyMatch(w -> w.is('@'));
  }

  /// addr-spec = local-part "@" domain
  private void address() {
    int at = 0;
    while (at < words.size() && !words.get(at).is('@')) {
      at++;
    }
    if (at == 0 || at >= words.size() - 1) {
      problem = "an address is malformed";
      return;
    }
    loose |= words.subList(0, at).stream().anyMatch(FromField::mayEndLocalPart);
    var text = new StringBuilder();
    for (Word word : words.subList(at + 1, words.size())) {
      if (word.sign() && !word.is('.')) {
        problem = "the domain of an address is malformed";
        return;
      }
      // two atoms without a dot between them are no domain
      if (!text.isEmpty() && !word.is('.') && text.charAt(text.length() - 1) != '.') {
        problem = "the domain of an address is malformed";
        return;
      }
      text.append(word.text());
    }
    Utf8.ofOctets(text.toString())
        .filter(s -> s.indexOf('"') < 0 && s.indexOf('[') < 0)
        .map(DomainName::parse)
        .flatMap(Parsed::toOptional)
        .filter(domain -> !domain.isRoot() && domain.isPlain())
        .ifPresentOrElse(this::add, () -> problem = "the domain of an address is malformed");
  }

  /// True for what no local part holds: a sign that some readers pass over or stop at, and what
  /// they decode although no encoded word may stand there (RFC 2047, section 5).
  private static boolean mayEndLocalPart(Word word) {
    return word.sign() ? !word.is('.') : word.text().contains("=?");
  }

  private void add(DomainName domain) {
    if (domains.size() <= AuthorDomain.MAX_DOMAINS) {
      domains.add(domain);
    }
  }

  /// The next word or sign; empty at the end and where the field makes no sense.
  private Optional<Word> word() {
    while (true) {
      in.skipFws();
      if (in.peek() != '(') {
        break;
      }
      comment();
    }
    int c = in.next();
    return switch (c) {
      case -1 -> Optional.empty();
      case '"' -> quoted('"', "a quoted string is not closed");
      case '[' -> quoted(']', "a domain literal is not closed");
      case '<', '>', '@', ',', ';', ':', '.', '\\', ')', ']' ->
          Optional.of(new Word(Character.toString(c), true));
      default -> atom(c);
    };
  }

  private Optional<Word> atom(int first) {
    if (!isAtomCharacter(first)) {
      problem = "From holds a control character";
      return Optional.empty();
    }
    return Optional.of(
        new Word(Character.toString(first) + in.takeWhile(FromField::isAtomCharacter), false));
  }

  private static boolean isAtomCharacter(int c) {
    return c > ' ' && c != 0x7f && "<>@,;:.\\\"()[]".indexOf(c) < 0;
  }

  /// A quoted string keeps its quotes, so that it can never pass for a domain.
  private Optional<Word> quoted(char close, String unclosed) {
    int start = in.offset() - 1;
    while (!in.atEnd()) {
      int c = in.next();
      if (c == close) {
        return Optional.of(new Word(in.since(start), false));
      }
      if (c == '\\') {
        in.next();
      }
    }
    problem = unclosed;
    return Optional.empty();
  }

  private void comment() {
    int depth = 0;
    do {
      int c = in.next();
      if (c == '\\') {
        in.next();
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      }
    } while (depth > 0 && !in.atEnd());
    if (depth > 0) {
      problem = "a comment is not closed";
    }
  }
}
