package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.spf.MacroString;
import net.facteur.auth.spf.Mechanism;
import net.facteur.auth.spf.Qualifier;
import net.facteur.auth.spf.SpfRecord;
import net.facteur.auth.spf.Term;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// A record read aloud, with those that it includes. Nothing is checked against a client, so what
/// depends on the message (macros) is only named.
///
/// @param read the reading
/// @param lookups how many look-ups count towards the limit where nothing matches
/// @param problems why receivers cannot use the record
record SpfReading(List<Line> read, int lookups, List<Text> problems) {
  private static final SpfTexts SAY = SpfTexts.SAY;

  /// RFC 7208, section 4.6.4: terms that ask the DNS.
  static final int MAX_LOOKUPS = 10;

  private static final int MAX_RECORDS = 30;

  /// @param depth how many records include the one that this is about
  record Line(int depth, Text says) {}

  /// The reading, indented by depth.
  List<String> lines(Language language) {
    return read.stream()
        .map(line -> "  ".repeat(Math.min(line.depth(), 20)) + line.says().in(language))
        .toList();
  }

  static SpfReading of(DomainName domain, Resolver resolver) {
    var reader = new Reader(resolver);
    reader.domain(domain, 0, false);
    // RFC 7208, 4.6.4: more than 10 is "permerror"
    if (reader.lookups > MAX_LOOKUPS) {
      reader.problems.add(SAY.spfTooMany(reader.lookups));
    }
    return new SpfReading(List.copyOf(reader.lines), reader.lookups, List.copyOf(reader.problems));
  }

  /// One pass over the records.
  private static final class Reader {
    private final Resolver resolver;
    private final List<Line> lines = new ArrayList<>();
    private final List<Text> problems = new ArrayList<>();
    private final Set<DomainName> open = new HashSet<>();
    private int lookups;
    private int records;

    Reader(Resolver resolver) {
      this.resolver = resolver;
    }

    /// @param included only its passes count
    void domain(DomainName domain, int depth, boolean included) {
      if (!open.add(domain)) {
        problem(depth, SAY.spfCircle(domain));
        return;
      }
      if (++records > MAX_RECORDS) {
        problem(depth, SAY.spfTooManyRecords(MAX_RECORDS));
        return;
      }
      record(domain, depth).ifPresent(record -> terms(domain, record, depth + 1, included));
      open.remove(domain);
    }

    private Optional<SpfRecord> record(DomainName domain, int depth) {
      Answer<TxtRecord> answer = resolver.lookup(domain, RecordType.TXT);
      if (answer.temporaryFailure()) {
        problem(depth, SAY.spfNoAnswer(domain));
        return Optional.empty();
      }
      List<String> texts =
          answer.orEmpty().stream().map(TxtRecord::text).filter(SpfRecord::hasVersion).toList();
      if (texts.isEmpty()) {
        problem(depth, depth == 0 ? SAY.spfNoneOpen(domain) : SAY.spfNone(domain));
        return Optional.empty();
      }
      // RFC 7208, 4.5: more than one record is "permerror"
      if (texts.size() > 1) {
        problem(depth, SAY.spfSeveral(domain, texts.size()));
        return Optional.empty();
      }
      add(depth, SAY.spfSays(domain, visible(texts.getFirst())));
      return switch (SpfRecord.parse(texts.getFirst())) {
        case Parsed.Ok<SpfRecord>(SpfRecord record) -> Optional.of(record);
        case Parsed.Malformed<SpfRecord>(int offset, String expected) -> {
          problem(depth, SAY.spfBroken(domain, offset + 1, expected));
          yield Optional.empty();
        }
      };
    }

    private void terms(DomainName domain, SpfRecord record, int depth, boolean included) {
      boolean all = false;
      for (Term term : record.terms()) {
        String written = visible(term.print());
        switch (term) {
          case Term.Directive(Qualifier qualifier, Mechanism mechanism) -> {
            add(
                depth,
                all
                    ? SAY.spfTermUnreached(written, words(mechanism, domain))
                    : SAY.spfTerm(written, words(mechanism, domain), words(qualifier, included)));
            // RFC 7208, 5.1: mechanisms after "all" are never tested, so they cost nothing
            if (!all) {
              follow(mechanism, depth + 1);
            }
            all |= mechanism instanceof Mechanism.All;
          }
          case Term.Redirect _ -> {} // counts after all mechanisms, wherever it stands
          case Term.Explanation _ -> add(depth, SAY.spfExplanation(written));
          case Term.Unknown _ -> add(depth, SAY.spfUnknown(written));
        }
      }
      for (Term term : record.terms()) {
        if (term instanceof Term.Redirect(MacroString to)) {
          redirect(visible(term.print()), to, all, depth, included);
        }
      }
      if (!all && !included && record.redirect().isEmpty()) {
        add(depth, SAY.spfEnd());
      }
    }

    private void redirect(
        String written, MacroString to, boolean all, int depth, boolean included) {
      // RFC 7208, 6.1: redirect is ignored where there is an "all"
      if (all) {
        add(depth, SAY.spfRedirectUnused(written));
        return;
      }
      add(depth, SAY.spfRedirect(written));
      lookups++;
      other(to, depth + 1, included);
    }

    private void follow(Mechanism mechanism, int depth) {
      switch (mechanism) {
        case Mechanism.Include(MacroString of) -> {
          lookups++;
          other(of, depth, true);
        }
        case Mechanism.A _, Mechanism.Mx _, Mechanism.Ptr _, Mechanism.Exists _ -> lookups++;
        case Mechanism.All _, Mechanism.Ip4 _, Mechanism.Ip6 _ -> {}
      }
    }

    private void other(MacroString name, int depth, boolean included) {
      String text = name.print();
      if (text.indexOf('%') >= 0) {
        add(depth, SAY.spfDepends());
        return;
      }
      switch (DomainName.parse(text)) {
        case Parsed.Ok<DomainName>(DomainName domain) -> domain(domain, depth, included);
        case Parsed.Malformed<DomainName> _ -> problem(depth, SAY.spfNoDomain(visible(text)));
      }
    }

    private static Text words(Mechanism mechanism, DomainName domain) {
      return switch (mechanism) {
        case Mechanism.All() -> SAY.spfEveryone();
        case Mechanism.Include(MacroString of) -> SAY.spfInclude(visible(of.print()));
        case Mechanism.A(MacroString of, Mechanism.DualCidr cidr) ->
            cidr.equals(Mechanism.DualCidr.HOSTS)
                ? SAY.spfAddresses(name(of, domain))
                : SAY.spfAddressesNear(name(of, domain), cidr.ip4(), cidr.ip6());
        case Mechanism.Mx(MacroString of, Mechanism.DualCidr cidr) ->
            cidr.equals(Mechanism.DualCidr.HOSTS)
                ? SAY.spfExchangers(name(of, domain))
                : SAY.spfExchangersNear(name(of, domain), cidr.ip4(), cidr.ip6());
        case Mechanism.Ptr(MacroString of) -> SAY.spfPtr(name(of, domain));
        case Mechanism.Ip4(var network, int prefix) ->
            prefix == 32
                ? SAY.spfAddress(IpLiteral.print(network))
                : SAY.spfNetwork(IpLiteral.print(network), prefix);
        case Mechanism.Ip6(var network, int prefix) ->
            prefix == 128
                ? SAY.spfAddress(IpLiteral.print(network))
                : SAY.spfNetwork(IpLiteral.print(network), prefix);
        case Mechanism.Exists(MacroString of) -> SAY.spfExists(visible(of.print()));
      };
    }

    private static String name(MacroString of, DomainName domain) {
      return of.isEmpty() ? domain.text() : visible(of.print());
    }

    private static Text words(Qualifier qualifier, boolean included) {
      // RFC 7208, 5.2: whatever else the included record says is no match of the include
      if (included && qualifier != Qualifier.PASS) {
        return SAY.spfNotByThis();
      }
      return switch (qualifier) {
        case PASS -> SAY.spfMay();
        case FAIL -> SAY.spfMayNot();
        case SOFTFAIL -> SAY.spfProbablyNot();
        case NEUTRAL -> SAY.spfNothingSaid();
      };
    }

    private void add(int depth, Text line) {
      lines.add(new Line(depth, line));
    }

    private void problem(int depth, Text text) {
      add(depth, text);
      problems.add(text);
    }

    private static String visible(String text) {
      var out = new StringBuilder(text.length());
      text.chars().forEach(c -> out.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
      return out.toString();
    }
  }
}
