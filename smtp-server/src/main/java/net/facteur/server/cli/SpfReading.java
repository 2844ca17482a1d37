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

/// A record read aloud, with those that it includes. Nothing is checked against a client, so what
/// depends on the message (macros) is only named.
///
/// @param lines the reading, indented by depth
/// @param lookups how many look-ups count towards the limit where nothing matches
/// @param problems why receivers cannot use the record
record SpfReading(List<String> lines, int lookups, List<String> problems) {
  /// RFC 7208, section 4.6.4: terms that ask the DNS.
  static final int MAX_LOOKUPS = 10;

  private static final int MAX_RECORDS = 30;

  static SpfReading of(DomainName domain, Resolver resolver) {
    var reader = new Reader(resolver);
    reader.domain(domain, 0, false);
    // RFC 7208, 4.6.4: more than 10 is "permerror"
    if (reader.lookups > MAX_LOOKUPS) {
      reader.problems.add(
          reader.lookups
              + " look-ups are too many: a check may end in an error, and mail with it. Put the"
              + " addresses of some includes into the record itself, with ip4: and ip6:");
    }
    return new SpfReading(List.copyOf(reader.lines), reader.lookups, List.copyOf(reader.problems));
  }

  /// One pass over the records.
  private static final class Reader {
    private final Resolver resolver;
    private final List<String> lines = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<DomainName> open = new HashSet<>();
    private int lookups;
    private int records;

    Reader(Resolver resolver) {
      this.resolver = resolver;
    }

    /// @param included only its passes count
    void domain(DomainName domain, int depth, boolean included) {
      if (!open.add(domain)) {
        problem(depth, domain + " includes itself in a circle");
        return;
      }
      if (++records > MAX_RECORDS) {
        problem(depth, "more than " + MAX_RECORDS + " records belong to it");
        return;
      }
      record(domain, depth).ifPresent(record -> terms(domain, record, depth + 1, included));
      open.remove(domain);
    }

    private Optional<SpfRecord> record(DomainName domain, int depth) {
      Answer<TxtRecord> answer = resolver.lookup(domain, RecordType.TXT);
      if (answer.temporaryFailure()) {
        problem(depth, "the DNS gave no answer for " + domain + "; try again in a minute");
        return Optional.empty();
      }
      List<String> texts =
          answer.orEmpty().stream().map(TxtRecord::text).filter(SpfRecord::hasVersion).toList();
      if (texts.isEmpty()) {
        problem(
            depth,
            domain + " publishes no SPF record" + (depth == 0 ? ": anybody may send for it" : ""));
        return Optional.empty();
      }
      // RFC 7208, 4.5: more than one record is "permerror"
      if (texts.size() > 1) {
        problem(depth, domain + " publishes " + texts.size() + " SPF records, only one may be");
        return Optional.empty();
      }
      add(depth, domain + " says: " + visible(texts.getFirst()));
      return switch (SpfRecord.parse(texts.getFirst())) {
        case Parsed.Ok<SpfRecord>(SpfRecord record) -> Optional.of(record);
        case Parsed.Malformed<SpfRecord>(int offset, String expected) -> {
          problem(
              depth,
              "the record of "
                  + domain
                  + " is broken at character "
                  + (offset + 1)
                  + ", where there should be "
                  + expected);
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
                written
                    + " - "
                    + words(mechanism, domain)
                    + (all ? " (never reached)" : ": " + words(qualifier, included)));
            // RFC 7208, 5.1: mechanisms after "all" are never tested, so they cost nothing
            if (!all) {
              follow(mechanism, depth + 1);
            }
            all |= mechanism instanceof Mechanism.All;
          }
          case Term.Redirect _ -> {} // counts after all mechanisms, wherever it stands
          case Term.Explanation _ ->
              add(depth, written + " - where a text for refused senders stands");
          case Term.Unknown _ -> add(depth, written + " - means nothing to SPF, and is ignored");
        }
      }
      for (Term term : record.terms()) {
        if (term instanceof Term.Redirect(MacroString to)) {
          redirect(visible(term.print()), to, all, depth, included);
        }
      }
      if (!all && !included && record.redirect().isEmpty()) {
        add(depth, "(end) - everyone else: nothing is said, as with ?all");
      }
    }

    private void redirect(
        String written, MacroString to, boolean all, int depth, boolean included) {
      // RFC 7208, 6.1: redirect is ignored where there is an "all"
      if (all) {
        add(depth, written + " - never used, since \"all\" matches before");
        return;
      }
      add(depth, written + " - where nothing matched, the record of the other domain counts");
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
        add(depth, "which one that is depends on the message");
        return;
      }
      switch (DomainName.parse(text)) {
        case Parsed.Ok<DomainName>(DomainName domain) -> domain(domain, depth, included);
        case Parsed.Malformed<DomainName> _ ->
            problem(depth, visible(text) + " cannot be a domain");
      }
    }

    private static String words(Mechanism mechanism, DomainName domain) {
      return switch (mechanism) {
        case Mechanism.All() -> "everyone";
        case Mechanism.Include(MacroString of) ->
            "whoever passes the record of " + visible(of.print());
        case Mechanism.A(MacroString of, Mechanism.DualCidr cidr) ->
            "the addresses of " + name(of, domain) + near(cidr);
        case Mechanism.Mx(MacroString of, Mechanism.DualCidr cidr) ->
            "the mail exchangers of " + name(of, domain) + near(cidr);
        case Mechanism.Ptr(MacroString of) ->
            "clients whose own name lies within " + name(of, domain) + " (slow, do not use)";
        case Mechanism.Ip4(var network, int prefix) ->
            prefix == 32
                ? "the address " + IpLiteral.print(network)
                : "the network " + IpLiteral.print(network) + "/" + prefix;
        case Mechanism.Ip6(var network, int prefix) ->
            prefix == 128
                ? "the address " + IpLiteral.print(network)
                : "the network " + IpLiteral.print(network) + "/" + prefix;
        case Mechanism.Exists(MacroString of) ->
            "everyone, if the name " + visible(of.print()) + " exists";
      };
    }

    private static String near(Mechanism.DualCidr cidr) {
      return cidr.equals(Mechanism.DualCidr.HOSTS)
          ? ""
          : " and their networks of /" + cidr.ip4() + " (IPv6 /" + cidr.ip6() + ")";
    }

    private static String name(MacroString of, DomainName domain) {
      return of.isEmpty() ? domain.text() : visible(of.print());
    }

    private static String words(Qualifier qualifier, boolean included) {
      // RFC 7208, 5.2: whatever else the included record says is no match of the include
      if (included && qualifier != Qualifier.PASS) {
        return "not by this include";
      }
      return switch (qualifier) {
        case PASS -> "may send";
        case FAIL -> "may not send";
        case SOFTFAIL -> "probably may not send";
        case NEUTRAL -> "nothing is said about them";
      };
    }

    private void add(int depth, String line) {
      lines.add("  ".repeat(Math.min(depth, 20)) + line);
    }

    private void problem(int depth, String text) {
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
