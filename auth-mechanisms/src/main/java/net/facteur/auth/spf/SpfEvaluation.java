package net.facteur.auth.spf;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Parsed;

/// One run of check_host() with everything it counts. The records it goes through recursively share
/// one budget of look-ups, which bounds depth and work.
final class SpfEvaluation {
  private final Resolver resolver;
  private final SpfRequest request;
  private final DomainName domain;
  private final InetAddress client;
  private final LookupBudget budget;
  private final SpfTrace trace = new SpfTrace();
  private final MacroExpansion macros;
  private final MechanismTest mechanisms;

  SpfEvaluation(
      Resolver resolver,
      InstantSource clock,
      String receiver,
      SpfLimits limits,
      SpfRequest request,
      DomainName domain) {
    this.resolver = resolver;
    this.request = request;
    this.domain = domain;
    // 5: clients on IPv4-mapped IPv6 addresses are IPv4 clients
    this.client = IpLiteral.unmapped(request.client());
    this.budget = new LookupBudget(limits);
    var names = new ValidatedNames(resolver, client, limits.ptrNames(), budget);
    this.macros = new MacroExpansion(request, client, domain, receiver, clock, names::best);
    this.mechanisms = new MechanismTest(resolver, client, limits, budget, names);
  }

  /// How the evaluation of one record, and those it leads to, ended.
  ///
  /// @param explained the record that decided, for its `exp=`
  private record Verdict(
      SpfResult result, String problem, String mechanism, Optional<Explained> explained) {
    static Verdict error(SpfResult result, String problem) {
      return new Verdict(result, problem, "default", Optional.empty());
    }
  }

  private record Explained(MacroString domainSpec, DomainName domain) {}

  SpfOutcome outcome() {
    Verdict verdict = checkHost(domain, 0);
    SpfExplanation explanation =
        verdict.result() == SpfResult.FAIL
            ? verdict.explained().map(this::explain).orElse(SpfExplanation.NONE)
            : SpfExplanation.NONE;
    trace.add(0, "result", verdict.result().word() + because(verdict.problem()));
    return new SpfOutcome(
        verdict.result(),
        request.identity(),
        Optional.of(domain),
        explanation,
        verdict.problem(),
        verdict.mechanism(),
        trace.lines());
  }

  private static String because(String problem) {
    return problem.isEmpty() ? "" : " (" + problem + ")";
  }

  private Verdict checkHost(DomainName at, int depth) {
    return switch (resolver.lookup(at, RecordType.TXT)) {
      case Answer.Records<TxtRecord> found -> select(at, found.values(), depth);
      case Answer.NoData<TxtRecord> _ -> none(at, depth, " has no TXT record");
      case Answer.NxDomain<TxtRecord> _ -> none(at, depth, " does not exist");
      // 4.4: a server failure or a time-out is a "temperror"
      case Answer.Failed<TxtRecord>(String reason) -> failed(at, depth, reason);
      case Answer.Bogus<TxtRecord>(String reason) -> failed(at, depth, reason);
    };
  }

  private Verdict none(DomainName at, int depth, String why) {
    trace.add(depth, at.toString(), "no record:" + why);
    return Verdict.error(SpfResult.NONE, at + why);
  }

  private Verdict failed(DomainName at, int depth, String reason) {
    trace.add(depth, at.toString(), "look-up failed: " + reason);
    return Verdict.error(SpfResult.TEMPERROR, "the look-up of " + at + " failed");
  }

  private Verdict select(DomainName at, List<TxtRecord> found, int depth) {
    List<String> records =
        found.stream().map(TxtRecord::text).filter(SpfRecord::hasVersion).toList();
    if (records.isEmpty()) {
      return none(at, depth, " has no SPF record");
    }
    if (records.size() > 1) {
      // 4.5: more than one record is a "permerror"
      trace.add(depth, at.toString(), "more than one SPF record");
      return Verdict.error(SpfResult.PERMERROR, at + " has more than one SPF record");
    }
    trace.add(depth, at.toString(), records.getFirst());
    return switch (SpfRecord.parse(records.getFirst())) {
      case Parsed.Ok<SpfRecord>(SpfRecord record) -> evaluate(at, record, depth);
      // 4.6: a syntax error anywhere in the record is a "permerror", before anything is evaluated
      case Parsed.Malformed<SpfRecord>(int offset, String expected) ->
          Verdict.error(
              SpfResult.PERMERROR,
              "the record of "
                  + at
                  + " has an error at character "
                  + (offset + 1)
                  + ", where should stand: "
                  + expected);
    };
  }

  private Verdict evaluate(DomainName at, SpfRecord record, int depth) {
    for (Term.Directive directive : record.directives()) {
      Match match = test(at, directive.mechanism(), depth);
      trace.add(depth, directive.print(), match.words());
      switch (match) {
        case Match.Yes _ -> {
          var explained = record.explanation().map(exp -> new Explained(exp.domain(), at));
          return new Verdict(directive.qualifier().result(), "", directive.print(), explained);
        }
        case Match.Failure(SpfResult result, String problem) -> {
          return Verdict.error(result, problem);
        }
        case Match.No _ -> {}
      }
    }
    Optional<Term.Redirect> redirect = record.redirect();
    // 6.1: redirect MUST be ignored where there is an "all" anywhere; that has matched by now
    if (redirect.isPresent()) {
      return redirect(at, redirect.get(), depth);
    }
    // 4.7: the default result
    return new Verdict(SpfResult.NEUTRAL, "", "default", Optional.empty());
  }

  private Match test(DomainName at, Mechanism mechanism, int depth) {
    return switch (mechanism) {
      case Mechanism.All _ -> new Match.Yes("");
      case Mechanism.Ip4(InetAddress network, int prefix) ->
          Match.of(IpLiteral.samePrefix(client, network, prefix), "");
      case Mechanism.Ip6(InetAddress network, int prefix) ->
          Match.of(IpLiteral.samePrefix(client, network, prefix), "");
      case Mechanism.Include(MacroString spec) -> include(at, spec, depth);
      case Mechanism.A(MacroString spec, Mechanism.DualCidr cidr) ->
          at(at, spec, name -> mechanisms.a(name, cidr));
      case Mechanism.Mx(MacroString spec, Mechanism.DualCidr cidr) ->
          at(at, spec, name -> mechanisms.mx(name, cidr));
      case Mechanism.Ptr(MacroString spec) -> at(at, spec, mechanisms::ptr);
      case Mechanism.Exists(MacroString spec) -> at(at, spec, mechanisms::exists);
    };
  }

  private interface NameTest {
    Match of(DomainName name);
  }

  /// Expands a domain-spec, counts the term, and runs `test` on the target-name.
  private Match at(DomainName at, MacroString spec, NameTest test) {
    Optional<Match.Failure> spent = budget.countTerm();
    if (spent.isPresent()) {
      return spent.get();
    }
    return switch (target(at, spec)) {
      case Target.Name(DomainName name) -> test.of(name);
      // 4.8 leaves a target-name that is no domain name open; it names nothing, so nothing matches
      case Target.Invalid(String why) -> new Match.No(why);
      case Target.Spent(Match.Failure error) -> error;
    };
  }

  private sealed interface Target {
    record Name(DomainName name) implements Target {}

    record Invalid(String why) implements Target {}

    record Spent(Match.Failure error) implements Target {}
  }

  private Target target(DomainName at, MacroString spec) {
    if (spec.isEmpty()) {
      return new Target.Name(at);
    }
    if (macros.needsAsciiLocalPart(spec)) {
      // RFC 8616, 4: such terms do not match anything
      return new Target.Invalid("the local-part is not ASCII");
    }
    String text = macros.domainName(spec, at);
    Optional<Match.Failure> spent = budget.exceeded();
    if (spent.isPresent()) {
      return new Target.Spent(spent.get());
    }
    return switch (DomainName.parseExpanded(text)) {
      case Parsed.Ok<DomainName>(DomainName name) -> new Target.Name(name);
      case Parsed.Malformed<DomainName> _ ->
          new Target.Invalid(
              SpfExplanation.printable(text, SpfTrace.MAX_CHARS) + " is no domain name");
    };
  }

  private Match include(DomainName at, MacroString spec, int depth) {
    Optional<Match.Failure> spent = budget.countTerm();
    if (spent.isPresent()) {
      return spent.get();
    }
    return switch (target(at, spec)) {
      case Target.Spent(Match.Failure error) -> error;
      case Target.Invalid(String why) when macros.needsAsciiLocalPart(spec) -> new Match.No(why);
      // check_host() of a malformed domain is "none", which 5.2 makes a "permerror"
      case Target.Invalid(String why) -> new Match.Failure(SpfResult.PERMERROR, "include: " + why);
      case Target.Name(DomainName name) -> included(name, depth);
    };
  }

  private Match included(DomainName name, int depth) {
    Verdict verdict =
        name.labelCount() > 1 ? checkHost(name, depth + 1) : none(name, depth + 1, " is one label");
    // 5.2: the table of results
    return switch (verdict.result()) {
      case PASS -> new Match.Yes("");
      case FAIL, SOFTFAIL, NEUTRAL -> new Match.No("");
      case TEMPERROR -> new Match.Failure(SpfResult.TEMPERROR, verdict.problem());
      case PERMERROR, NONE ->
          new Match.Failure(SpfResult.PERMERROR, "include:" + name + ": " + verdict.problem());
    };
  }

  private Verdict redirect(DomainName at, Term.Redirect redirect, int depth) {
    Optional<Match.Failure> spent = budget.countTerm();
    if (spent.isPresent()) {
      return Verdict.error(spent.get().result(), spent.get().problem());
    }
    return switch (target(at, redirect.domain())) {
      case Target.Spent(Match.Failure error) -> Verdict.error(error.result(), error.problem());
      // 6.1: if the target-name is malformed, the result is a "permerror"
      case Target.Invalid(String why) -> Verdict.error(SpfResult.PERMERROR, "redirect: " + why);
      case Target.Name(DomainName name) -> {
        trace.add(depth, redirect.print(), "go on at " + name);
        Verdict verdict =
            name.labelCount() > 1 ? checkHost(name, depth) : none(name, depth, " is one label");
        // 6.1: if no SPF record is found, the result is a "permerror" rather than "none"
        yield verdict.result() == SpfResult.NONE
            ? Verdict.error(SpfResult.PERMERROR, "redirect=" + name + ": " + verdict.problem())
            : verdict;
      }
    };
  }

  /// The text behind `exp=`, or nothing where anything at all is wrong with it (6.2).
  private SpfExplanation explain(Explained explained) {
    if (macros.needsAsciiLocalPart(explained.domainSpec())) {
      return SpfExplanation.NONE;
    }
    String target = macros.domainName(explained.domainSpec(), explained.domain());
    Optional<DomainName> name = DomainName.parseExpanded(target).toOptional();
    if (name.isEmpty()) {
      return SpfExplanation.NONE;
    }
    List<TxtRecord> found = resolver.lookup(name.get(), RecordType.TXT).orEmpty();
    if (found.size() != 1) {
      return SpfExplanation.NONE;
    }
    return MacroString.parseExplanation(found.getFirst().text())
        .map(text -> macros.explanation(text, explained.domain()))
        .toOptional()
        .orElse(SpfExplanation.NONE);
  }
}
