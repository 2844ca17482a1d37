package net.facteur.server.filter.dnslist;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ReverseName;
import net.facteur.auth.dnslist.DnsList;
import net.facteur.auth.dnslist.ListAnswer;
import net.facteur.queue.Fact;
import net.facteur.queue.ReversePath;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Verdict;
import net.facteur.server.smtp.SmtpReply;

/// Asks the lists about a message, all of them at once, and adds up.
public final class DnsListFilter implements MessageFilter {
  private static final SmtpReply REFUSED =
      SmtpReply.of(550, 5, 7, 1, "The message is refused by policy");

  /// Most domains of a message that each list is asked about.
  private static final int MAX_DOMAINS = 12;

  private static final int MAX_AUTHORS = 3;
  private static final int MAX_POINTERS = 2;

  private final DnsListSettings settings;
  private final Resolver resolver;
  private final ListStandings standings;
  private final Predicate<FilteredMessage> spared;
  private final Predicate<DomainName> ours;
  private final Executor workers;

  /// @param spared messages that no list is asked about, such as those of gateways and of senders
  ///   who are welcome
  /// @param ours domains that no list is asked about, since they are ours
  /// @param workers runs one look-up each: virtual threads
  public DnsListFilter(
      DnsListSettings settings,
      Resolver resolver,
      ListStandings standings,
      Predicate<FilteredMessage> spared,
      Predicate<DomainName> ours,
      Executor workers) {
    this.settings = settings;
    this.resolver = resolver;
    this.standings = standings;
    this.spared = spared;
    this.ours = ours;
    this.workers = workers;
  }

  /// A question to a list.
  private record Question(DnsList list, DnsList.Subject subject) {}

  /// A list that has an entry.
  private record Hit(WeighedList list, DnsList.Subject subject, ListAnswer.Listed answer) {
    @Override
    public String toString() {
      return list.list().zone()
          + "="
          + answer.text()
          + " ("
          + subject.text()
          + ", "
          + list.points()
          + ")";
    }
  }

  @Override
  public boolean concerns(FilteredMessage message) {
    return message.direction() == FilteredMessage.Direction.INBOUND && !spared.test(message);
  }

  @Override
  public CompletionStage<Verdict> judge(FilteredMessage message) {
    Map<Question, ListAnswer> answers = Collections.synchronizedMap(new LinkedHashMap<>());
    CompletableFuture<?> addresses =
        all(addressSubjects(message), settings.block(), settings.allow(), answers);
    CompletableFuture<?> domains =
        settings.domains().isEmpty()
            ? CompletableFuture.completedFuture(null)
            : later(() -> pointers(message))
                .thenCompose(
                    names ->
                        all(
                            domainSubjects(message, names),
                            settings.domains(),
                            List.of(),
                            answers));
    return CompletableFuture.allOf(addresses, domains)
        .handle((_, _) -> true)
        .completeOnTimeout(false, settings.timeLimit().toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(
            _ -> {
              synchronized (answers) {
                return verdict(Map.copyOf(answers));
              }
            });
  }

  private <T> CompletableFuture<T> later(Supplier<T> task) {
    try {
      return CompletableFuture.supplyAsync(task, workers);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// Asks each of these lists once about each of these.
  private CompletableFuture<?> all(
      List<? extends DnsList.Subject> subjects,
      List<WeighedList> some,
      List<WeighedList> others,
      Map<Question, ListAnswer> answers) {
    return CompletableFuture.allOf(
        Stream.concat(some.stream(), others.stream())
            .map(WeighedList::list)
            .distinct()
            .flatMap(list -> subjects.stream().map(subject -> new Question(list, subject)))
            .map(question -> later(() -> answers.put(question, answer(question))))
            .toArray(CompletableFuture<?>[]::new));
  }

  private ListAnswer answer(Question question) {
    if (!standings.of(question.list()).counts(question.subject())) {
      return new ListAnswer.NotListed();
    }
    ListAnswer answer = question.list().ask(resolver, question.subject());
    if (answer instanceof ListAnswer.Unusable unusable) {
      standings.met(question.list(), unusable);
    }
    return answer;
  }

  private Verdict verdict(Map<Question, ListAnswer> answers) {
    List<Hit> hits =
        settings
            .weighed()
            .flatMap(
                list ->
                    answers.entrySet().stream()
                        .filter(answer -> answer.getKey().list().equals(list.list()))
                        .flatMap(
                            answer ->
                                answer.getValue() instanceof ListAnswer.Listed listed
                                        && listed.codes().stream().anyMatch(list.codes()::contains)
                                    ? Stream.of(new Hit(list, answer.getKey().subject(), listed))
                                    : Stream.empty())
                        .min(Comparator.comparing(hit -> hit.subject().text()))
                        .stream())
            .toList();
    if (hits.isEmpty()) {
      return Verdict.PASS;
    }
    int sum = hits.stream().mapToInt(hit -> hit.list().points()).sum();
    String said =
        "sum=" + sum + " " + hits.stream().map(Hit::toString).collect(Collectors.joining(", "));
    return new Verdict(
        handling(sum, "dns-lists " + said),
        Map.of(),
        Set.of(),
        List.of(),
        List.of(new Fact("lists", said)));
  }

  private Handling handling(int sum, String reason) {
    if (sum < settings.threshold()) {
      return new Handling.Pass(reason);
    }
    return switch (settings.action()) {
      case NOTE -> new Handling.Pass(reason);
      case JUNK -> new Handling.Junk(reason);
      case REJECT -> new Handling.Reject(REFUSED, Handling.Cause.SPAM, reason);
    };
  }

  /// The host that handed the message over, unless it cannot be told, or is in no public network.
  private static List<DnsList.Subject.Address> addressSubjects(FilteredMessage message) {
    boolean hidden =
        message.report().filter(report -> report.request().withoutSpf().isPresent()).isPresent();
    InetAddress origin = IpLiteral.unmapped(message.origin());
    return hidden || !isPublic(origin) ? List.of() : List.of(DnsList.Subject.Address.of(origin));
  }

  private static boolean isPublic(InetAddress address) {
    byte[] octets = address.getAddress();
    boolean local6 = octets.length == 16 && (octets[0] & 0xfe) == 0xfc;
    boolean shared4 = octets.length == 4 && octets[0] == 100 && (octets[1] & 0xc0) == 0x40;
    return !(address.isLoopbackAddress()
        || address.isSiteLocalAddress()
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || local6
        || shared4);
  }

  /// The names that the DNS has for the host.
  private List<DomainName> pointers(FilteredMessage message) {
    return addressSubjects(message).stream()
        .flatMap(
            host ->
                resolver.lookup(ReverseName.of(host.address()), RecordType.PTR).orEmpty().stream())
        .limit(MAX_POINTERS)
        .toList();
  }

  /// Every domain of the message, and what stands above it: many lists have registered domains
  /// only, and nobody can tell from a name where it was registered.
  private List<DnsList.Subject.Domain> domainSubjects(
      FilteredMessage message, List<DomainName> pointers) {
    var named = new ArrayList<DomainName>();
    message
        .report()
        .ifPresent(
            report -> report.author().domains().stream().limit(MAX_AUTHORS).forEach(named::add));
    if (message.reversePath() instanceof ReversePath.Of(var address)) {
      DomainName.parse(address.domain()).toOptional().ifPresent(named::add);
    }
    DomainName.parse(message.hello()).toOptional().ifPresent(named::add);
    named.addAll(pointers);
    var asked = new LinkedHashSet<DomainName>();
    for (DomainName name : named) {
      if (name.isHostName() && name.labelCount() > 1 && !isAddress(name) && !ours.test(name)) {
        asked.add(name);
        asked.add(name.suffix(3));
        asked.add(name.suffix(2));
      }
    }
    return asked.stream().limit(MAX_DOMAINS).map(DnsList.Subject.Domain::new).toList();
  }

  private static boolean isAddress(DomainName name) {
    return IpLiteral.parse(name.text()).toOptional().isPresent();
  }
}
