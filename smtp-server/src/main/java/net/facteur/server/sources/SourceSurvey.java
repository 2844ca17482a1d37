package net.facteur.server.sources;

import java.net.InetAddress;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.dmarc.report.AggregateReport.PolicyOverride;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;

/// Takes the entries of reports one by one, and finds out who stands behind their addresses. Its
/// memory grows with the number of addresses, up to a limit, and not with that of entries. Not for
/// several threads.
public final class SourceSurvey {
  /// Addresses, with what came from them, that are kept apart for all domains together.
  private static final int MOST_SEEN = 50_000;

  /// Domains that are looked at.
  private static final int MOST_DOMAINS = 1_000;

  private static final int MOST_REPORTERS = 1_000;

  /// Days of one domain.
  private static final int MOST_DAYS = 800;

  /// Addresses of each domain that are asked for their names, those with the most messages.
  private static final int MOST_NAMES = 60;

  private static final String PASS = "pass";

  private final OwnIdentity own;
  private final KnownServices services;
  private final int mostSeen;
  private final Map<String, Domain> domains = new TreeMap<>();
  private int seen;

  public SourceSurvey(OwnIdentity own, KnownServices services) {
    this(own, services, MOST_SEEN);
  }

  /// One with another limit.
  SourceSurvey(OwnIdentity own, KnownServices services, int mostSeen) {
    this.own = own;
    this.services = services;
    this.mostSeen = mostSeen;
  }

  /// What the results of an entry make of its address.
  private enum Trace {
    /// The domain's SPF record lists it.
    LISTED,
    /// A signature of the domain is right, and came by a way that SPF does not know.
    SIGNED,
    /// The receiver says that it came by a list or a forwarder.
    PASSED_ON,
    /// A signature of the domain is there, and not right, and somebody else stands for the way.
    CHANGED,
    /// None of it.
    NOTHING
  }

  /// Entries that are alike.
  ///
  /// @param address as it stands in the report
  /// @param selector of the signature of the domain that counts
  /// @param via the domain of the reverse-path, where it is another, and passes
  private record Seen(
      String address,
      Trace trace,
      Optional<KnownService> service,
      Optional<String> selector,
      Optional<String> via) {}

  /// What is known of one domain.
  private static final class Domain {
    private final Map<Seen, Tally> seen = new HashMap<>();
    private final Tally ownServer = new Tally();
    private final Tally others = new Tally();
    private final Set<String> selectors = new HashSet<>();
    private final Set<String> reporters = new HashSet<>();
    private final Set<LocalDate> days = new TreeSet<>();
    private final Map<String, LocalDate> lastDayOf = new HashMap<>();
    private Optional<PublishedPolicy> policy = Optional.empty();
    private LocalDate policyDay = LocalDate.MIN;
    private Optional<Metadata> report = Optional.empty();
    private long reports;
  }

  /// Adds a report.
  public void add(AggregateReport report) {
    report.entries().forEach(entry -> add(report.metadata(), report.policy(), entry));
  }

  /// Adds an entry. Those of one report come together.
  public void add(Metadata metadata, PublishedPolicy policy, Entry entry) {
    String name = lower(policy.domain());
    if (!domains.containsKey(name) && domains.size() >= MOST_DOMAINS) {
      return;
    }
    Domain domain = domains.computeIfAbsent(name, _ -> new Domain());
    LocalDate day = metadata.begin().atZone(ZoneOffset.UTC).toLocalDate();
    if (!domain.days.contains(day) && domain.days.size() >= MOST_DAYS) {
      return;
    }
    domain.days.add(day);
    if (domain.report.filter(metadata::equals).isEmpty()) {
      domain.report = Optional.of(metadata);
      domain.reports++;
      if (domain.reporters.size() < MOST_REPORTERS) {
        domain.reporters.add(lower(metadata.organization()));
      }
      if (!day.isBefore(domain.policyDay)) {
        domain.policyDay = day;
        domain.policy = Optional.of(policy);
      }
      String p = p(policy);
      domain.lastDayOf.merge(p, day, (a, b) -> a.isAfter(b) ? a : b);
    }
    count(domain, name, day, entry);
  }

  /// The word of a policy; whatever is no policy counts as none.
  private static String p(PublishedPolicy policy) {
    String p = lower(policy.p());
    return p.equals("quarantine") || p.equals("reject") ? p : "none";
  }

  private void count(Domain domain, String name, LocalDate day, Entry entry) {
    DkimState dkim = dkim(name, entry);
    SpfState spf = spf(name, entry);
    Optional<InetAddress> address = IpLiteral.parse(entry.sourceIp()).toOptional();
    Tally tally;
    if (address.map(IpLiteral::unmapped).filter(own.addresses()::contains).isPresent()) {
      tally = domain.ownServer;
      for (DkimResult result : entry.dkim()) {
        if (lower(result.result()).equals(PASS) && isOf(result.domain(), name, entry)) {
          domain.selectors.add(lower(result.selector()));
        }
      }
    } else {
      var one = seen(name, entry, address, dkim, spf);
      Tally known = domain.seen.get(one);
      if (known == null && seen >= mostSeen) {
        tally = domain.others;
      } else if (known == null) {
        seen++;
        tally = new Tally();
        domain.seen.put(one, tally);
      } else {
        tally = known;
      }
    }
    tally.add(
        day,
        entry.count(),
        entry.evaluated().passed(),
        lower(entry.evaluated().disposition()),
        dkim,
        spf);
    tally.seenAt(entry.sourceIp());
    for (DkimResult result : entry.dkim()) {
      if (lower(result.result()).equals(PASS) && !isOf(result.domain(), name, entry)) {
        tally.signedBy(lower(result.domain()));
      }
    }
  }

  private Seen seen(
      String domain, Entry entry, Optional<InetAddress> address, DkimState dkim, SpfState spf) {
    Optional<String> via =
        entry.spf().stream()
            .filter(result -> lower(result.result()).equals(PASS))
            .map(result -> lower(result.domain()))
            .filter(name -> !name.isEmpty() && !isOf(name, domain, entry))
            .findFirst();
    Trace trace =
        spf == SpfState.PASSES
            ? Trace.LISTED
            : entry.evaluated().reasons().stream().anyMatch(SourceSurvey::passesOn)
                ? Trace.PASSED_ON
                : switch (dkim) {
                  case PASSES -> Trace.SIGNED;
                  case BROKEN -> via.isPresent() ? Trace.CHANGED : Trace.NOTHING;
                  case OF_ANOTHER, NONE -> Trace.NOTHING;
                };
    Optional<String> selector =
        trace == Trace.SIGNED || trace == Trace.CHANGED
            ? entry.dkim().stream()
                .filter(result -> isOf(result.domain(), domain, entry))
                .filter(r -> lower(r.result()).equals(PASS) == (trace == Trace.SIGNED))
                .map(result -> lower(result.selector()))
                .findFirst()
            : Optional.empty();
    return new Seen(entry.sourceIp(), trace, service(entry, address, via), selector, via);
  }

  /// The service that sent it, by what passed and by its networks.
  private Optional<KnownService> service(
      Entry entry, Optional<InetAddress> address, Optional<String> via) {
    return entry.dkim().stream()
        .filter(result -> lower(result.result()).equals(PASS))
        .flatMap(result -> name(result.domain()).flatMap(services::signing).stream())
        .findFirst()
        .or(() -> via.flatMap(SourceSurvey::name).flatMap(services::bouncing))
        .or(() -> address.flatMap(services::at));
  }

  /// RFC 9990 and RFC 7489 know these words; that of ARC stands in the comment.
  private static boolean passesOn(PolicyOverride reason) {
    String comment = lower(reason.comment()).replace(" ", "");
    return switch (lower(reason.type())) {
      case "mailing_list", "trusted_forwarder", "forwarded" -> true;
      default -> comment.startsWith("arc=pass");
    };
  }

  private static DkimState dkim(String domain, Entry entry) {
    if (lower(entry.evaluated().dkim()).equals(PASS)) {
      return DkimState.PASSES;
    }
    boolean another = false;
    for (DkimResult result : entry.dkim()) {
      String word = lower(result.result());
      if (isOf(result.domain(), domain, entry) && !word.equals("none")) {
        return DkimState.BROKEN;
      }
      another |= word.equals(PASS);
    }
    return another ? DkimState.OF_ANOTHER : DkimState.NONE;
  }

  private static SpfState spf(String domain, Entry entry) {
    if (lower(entry.evaluated().spf()).equals(PASS)) {
      return SpfState.PASSES;
    }
    // Where the reverse-path is empty, the name of HELO is checked, which says nothing of the
    // domain.
    for (SpfResult result : entry.spf()) {
      if (!lower(result.scope()).equals("helo") && isOf(result.domain(), domain, entry)) {
        return SpfState.NOT_LISTED;
      }
    }
    return SpfState.OF_ANOTHER;
  }

  /// True where a domain is that of the policy or of the author, or one below or above.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.4 RFC 9989, section 4.4: Identifier
  ///   Alignment; an organizational domain is not looked for, since that of the policy is known
  private static boolean isOf(String checked, String policy, Entry entry) {
    Optional<DomainName> name = name(checked);
    Optional<DomainName> ours = name(policy);
    return name.isPresent()
        && ours.isPresent()
        && (name.get().isWithin(ours.get())
            || (name.get().labelCount() > 1 && ours.get().isWithin(name.get()))
            || name(entry.identifiers().headerFrom()).filter(name.get()::equals).isPresent());
  }

  private static Optional<DomainName> name(String text) {
    return DomainName.parse(text).toOptional().filter(name -> !name.isRoot());
  }

  static String lower(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  /// What was found, by domain. May block for names of hosts.
  public List<DomainSurvey> found(HostNames names) {
    var found = new ArrayList<DomainSurvey>();
    domains.forEach(
        (name, domain) ->
            domain.policy.ifPresent(policy -> found.add(found(name, domain, policy, names))));
    return found;
  }

  private DomainSurvey found(String name, Domain domain, PublishedPolicy policy, HostNames names) {
    Map<String, DomainName> hosts = hosts(domain, names);
    var selectors = new HashSet<>(domain.selectors);
    own.selectors().forEach(selector -> selectors.add(lower(selector)));
    Map<Source, Tally> tallies = new HashMap<>();
    if (domain.ownServer.messages() > 0) {
      tallies.put(new Source.OwnServer(), domain.ownServer);
    }
    if (domain.others.messages() > 0) {
      tallies.put(new Source.Others(), domain.others);
    }
    Set<String> authorized = new HashSet<>();
    domain.seen.forEach(
        (one, tally) -> {
          Source source = source(one, hosts, selectors);
          if (source instanceof Source.Authorized(String host)) {
            authorized.add(host);
          }
          tallies.computeIfAbsent(source, _ -> new Tally()).addAll(tally);
        });
    // A host that sends for the domain, and of which some fails, is no stranger.
    for (String host : authorized) {
      Tally failing = tallies.remove(new Source.Stranger(host));
      if (failing != null) {
        tallies.computeIfAbsent(new Source.Authorized(host), _ -> new Tally()).addAll(failing);
      }
    }
    LocalDate first = domain.days.iterator().next();
    LocalDate policySince =
        domain.lastDayOf.entrySet().stream()
            .filter(other -> !other.getKey().equals(p(policy)))
            .map(other -> other.getValue().plusDays(1))
            .max(Comparator.naturalOrder())
            .orElse(first);
    return new DomainSurvey(
        name,
        policy,
        policySince,
        first,
        domain.days.stream().max(Comparator.naturalOrder()).orElse(first),
        domain.days.size(),
        domain.reports,
        domain.reporters.size(),
        tallies.entrySet().stream()
            .map(one -> one.getValue().of(one.getKey()))
            .sorted(
                Comparator.comparingLong(SourceCount::messages)
                    .reversed()
                    .thenComparing(count -> count.source().identity()))
            .toList());
  }

  /// The names of those addresses that say nothing by themselves.
  private static Map<String, DomainName> hosts(Domain domain, HostNames names) {
    Map<String, Long> messages = new HashMap<>();
    domain.seen.forEach(
        (one, tally) -> {
          if (one.service().isEmpty()) {
            messages.merge(one.address(), tally.messages(), Long::sum);
          }
        });
    Map<String, DomainName> hosts = new HashMap<>();
    messages.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_NAMES)
        .forEach(
            one ->
                IpLiteral.parse(one.getKey())
                    .toOptional()
                    .map(IpLiteral::unmapped)
                    .flatMap(names::of)
                    .ifPresent(host -> hosts.put(one.getKey(), host)));
    return hosts;
  }

  private Source source(Seen one, Map<String, DomainName> hosts, Set<String> selectors) {
    Optional<DomainName> host = Optional.ofNullable(hosts.get(one.address()));
    String name = host.map(DomainName::text).orElse(one.address());
    Optional<KnownService> service = one.service().or(() -> host.flatMap(services::hosting));
    boolean ours = one.selector().filter(selectors::contains).isPresent();
    boolean sent = host.filter(own::sendsAs).isPresent();
    String way = one.via().or(() -> service.map(KnownService::name)).orElse(name);
    return switch (one.trace()) {
      case LISTED ->
          sent
              ? new Source.OwnServer()
              : service.<Source>map(SourceSurvey::sending).orElse(new Source.Authorized(name));
      case SIGNED ->
          sent
              ? new Source.OwnServer()
              : ours
                  ? new Source.Forwarder(way)
                  : service.<Source>map(SourceSurvey::sending).orElse(new Source.Authorized(name));
      case PASSED_ON -> new Source.Forwarder(way);
      case CHANGED ->
          ours
              ? new Source.Forwarder(way)
              : service.<Source>map(SourceSurvey::sending).orElse(new Source.Stranger(name));
      case NOTHING ->
          sent
              ? new Source.OwnServer()
              : service.<Source>map(SourceSurvey::sending).orElse(new Source.Stranger(name));
    };
  }

  private static Source sending(KnownService service) {
    return switch (service.kind()) {
      case LISTS -> new Source.Forwarder(service.name());
      case NEWSLETTERS, MAILBOXES, PROGRAMS -> new Source.Service(service);
    };
  }
}
