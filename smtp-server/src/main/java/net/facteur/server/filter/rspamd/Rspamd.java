package net.facteur.server.filter.rspamd;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ReverseName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.FilteredMessage.Direction;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Verdict;
import net.facteur.server.filter.daemon.Conversation;
import net.facteur.server.filter.daemon.Daemon;
import net.facteur.server.filter.rspamd.RspamdSettings.Outbound;
import net.facteur.server.filter.rspamd.RspamdSettings.Reaction;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Has rspamd judge messages.
public final class Rspamd implements MessageFilter {
  /// Fields that only we write: the message loses those that it came with.
  static final Set<String> OURS =
      Set.of(
          "x-spam",
          "x-spam-action",
          "x-spam-flag",
          "x-spam-level",
          "x-spam-report",
          "x-spam-score",
          "x-spam-status",
          "x-spamd-bar",
          "x-spamd-result",
          "x-rspamd-action",
          "x-rspamd-score",
          "x-rspamd-queue-id",
          "x-rspamd-server");

  private static final Logger LOG = LogManager.getLogger(Rspamd.class);
  private static final String FACT = "rspamd";

  private static final SmtpReply REFUSED =
      SmtpReply.of(554, 5, 7, 1, "The message looks like spam and is refused");
  private static final SmtpReply DEFERRED =
      SmtpReply.of(451, 4, 7, 1, "The message cannot be taken now, please try again later");
  private static final SmtpReply DOWN =
      SmtpReply.of(451, 4, 3, 0, "The message cannot be checked now, please try again later");

  private static final int MAX_ANSWER = 1 << 20;
  private static final int SHOWN = 30;

  /// Recipients with settings of their own are asked for in at most so many questions.
  private static final int MAX_GROUPS = 5;

  private final String hostname;
  private final RspamdSettings settings;
  private final Daemon daemon;
  private final Resolver resolver;
  private final LongSupplier nanoTime;

  /// @param hostname our own name, also the authserv-id of our Authentication-Results
  /// @param resolver tells names of clients
  /// @param workers runs one blocking task for each question: virtual threads
  /// @param nanoTime a clock that never goes back
  public Rspamd(
      String hostname,
      RspamdSettings settings,
      Resolver resolver,
      Executor workers,
      LongSupplier nanoTime) {
    this.hostname = hostname;
    this.settings = settings;
    this.daemon = new Daemon(settings.address(), settings.limits(), workers, nanoTime);
    this.resolver = resolver;
    this.nanoTime = nanoTime;
  }

  public Daemon daemon() {
    return daemon;
  }

  /// Asks whether it is there.
  ///
  /// @throws IOException if it is not
  public static boolean ping(Conversation conversation) throws IOException {
    byte[] answer = HttpRequest.of("GET /ping", List.of()).ask(conversation, MAX_ANSWER);
    if (!new String(answer, StandardCharsets.ISO_8859_1).startsWith("pong")) {
      throw new IOException("it does not answer as rspamd does");
    }
    return true;
  }

  @Override
  public boolean concerns(FilteredMessage message) {
    return message.direction() == Direction.INBOUND || settings.outbound() != Outbound.OFF;
  }

  @Override
  public CompletionStage<Verdict> judge(FilteredMessage message) {
    if (!concerns(message)) {
      return CompletableFuture.completedStage(Verdict.PASS);
    }
    if (message.size() > settings.largest()) {
      LOG.info("rspamd id={} result=too-large size={}", message.id(), message.size());
      return CompletableFuture.completedStage(
          unjudged(
              message,
              Handling.Pass.PLAIN,
              "too-large",
              "not asked: the message is larger than filter.rspamd.size-limit"));
    }
    CompletionStage<List<Part>> parts = CompletableFuture.completedStage(List.of());
    for (var group : groups(message).entrySet()) {
      parts =
          parts.thenCompose(
              before ->
                  ask(message, group.getKey(), group.getValue())
                      .thenApply(
                          part -> {
                            var all = new ArrayList<>(before);
                            all.add(part);
                            return all;
                          }));
    }
    return parts.thenApply(Rspamd::together);
  }

  /// What is said for some recipients.
  private record Part(List<MailAddress> recipients, Verdict verdict) {}

  /// The recipients by the settings that are for them.
  private Map<Optional<String>, List<MailAddress>> groups(FilteredMessage message) {
    Map<Optional<String>, List<MailAddress>> groups = new LinkedHashMap<>();
    for (MailAddress recipient : message.recipients()) {
      Optional<String> id =
          message.direction() == Direction.INBOUND ? settings.id(recipient) : Optional.empty();
      boolean room = groups.size() < MAX_GROUPS || groups.containsKey(id);
      groups.computeIfAbsent(room ? id : Optional.empty(), _ -> new ArrayList<>()).add(recipient);
    }
    if (groups.isEmpty()) {
      groups.put(Optional.empty(), List.of());
    }
    return groups;
  }

  /// A message is refused, deferred or put away only if it is for everybody: of several parts the
  /// mildest says what becomes of it, and who has a stricter one gets it into the junk folder.
  private static Verdict together(List<Part> parts) {
    if (parts.size() == 1) {
      return parts.getFirst().verdict();
    }
    Part mildest =
        parts.stream()
            .min(Comparator.comparingInt(part -> part.verdict().handling().rank()))
            .orElseThrow();
    Handling handling = mildest.verdict().handling();
    var single = new HashMap<MailAddress, Handling>();
    if (handling.rank() <= new Handling.Junk("").rank()) {
      for (Part part : parts) {
        Handling its = part.verdict().handling();
        if (its.rank() > handling.rank()) {
          part.recipients().forEach(r -> single.put(r, new Handling.Junk(its.reason())));
        }
      }
    }
    return new Verdict(
        handling,
        single,
        parts.stream()
            .flatMap(part -> part.verdict().removed().stream())
            .collect(Collectors.toSet()),
        mildest.verdict().fields(),
        parts.stream().flatMap(part -> part.verdict().facts().stream()).toList());
  }

  private CompletionStage<Part> ask(
      FilteredMessage message, Optional<String> id, List<MailAddress> recipients) {
    long begun = nanoTime.getAsLong();
    return daemon
        .ask(
            conversation ->
                RspamdAnswer.read(request(message, id, recipients).ask(conversation, MAX_ANSWER)))
        .thenApply(
            outcome ->
                new Part(
                    recipients,
                    switch (outcome) {
                      case Daemon.Outcome.Answered<RspamdAnswer>(RspamdAnswer answer) ->
                          verdict(message, answer, (nanoTime.getAsLong() - begun) / 1_000_000);
                      case Daemon.Outcome.Silent<RspamdAnswer>(String why) -> down(message, why);
                    }));
  }

  private HttpRequest request(
      FilteredMessage message, Optional<String> id, List<MailAddress> recipients) {
    var fields = new ArrayList<HttpRequest.Field>();
    fields.add(new HttpRequest.Field("Queue-Id", message.id().toString()));
    fields.add(new HttpRequest.Field("MTA-Name", hostname));
    fields.add(new HttpRequest.Field("From", message.reversePath().text()));
    recipients.forEach(to -> fields.add(new HttpRequest.Field("Rcpt", to.text())));
    fields.add(new HttpRequest.Field("IP", message.origin().getHostAddress()));
    if (!message.hello().isEmpty()) {
      fields.add(new HttpRequest.Field("Helo", message.hello()));
    }
    message.client().user().ifPresent(user -> fields.add(new HttpRequest.Field("User", user)));
    message
        .client()
        .tls()
        .ifPresent(
            tls -> {
              fields.add(new HttpRequest.Field("TLS-Version", tls.protocol()));
              fields.add(new HttpRequest.Field("TLS-Cipher", tls.cipher()));
            });
    if (message.direction() == Direction.INBOUND) {
      name(message).ifPresent(name -> fields.add(new HttpRequest.Field("Hostname", name)));
    }
    id.ifPresent(its -> fields.add(new HttpRequest.Field("Settings-ID", its)));
    return new HttpRequest(
        "POST /checkv2",
        fields,
        message
            .report()
            .map(report -> header(message, report))
            .orElseGet(message.header()::section),
        message.body(),
        id.isEmpty() && settings.ownResults()
            ? message.report().map(OwnResults::settings)
            : Optional.empty());
  }

  /// The header under our results, without those of others in our name.
  private byte[] header(FilteredMessage message, AuthenticationReport report) {
    return new MessageHeader(
            message.header().fields().stream()
                .filter(field -> !AuthenticationResults.claims(field, hostname))
                .toList())
        .prepend(List.of(report.toAuthenticationResults(hostname).toField()))
        .section();
  }

  /// The name of the client, if the address that it leads to is the client's.
  private Optional<String> name(FilteredMessage message) {
    if (!(resolver.lookup(ReverseName.of(message.origin()), RecordType.PTR)
        instanceof Answer.Records<DomainName> named)) {
      return Optional.empty();
    }
    DomainName name = named.values().getFirst();
    boolean confirmed =
        resolver.lookup(
                    name, message.origin() instanceof Inet6Address ? RecordType.AAAA : RecordType.A)
                instanceof Answer.Records<InetAddress> leads
            && leads.values().contains(message.origin());
    return confirmed ? Optional.of(name.text()) : Optional.empty();
  }

  private Verdict verdict(FilteredMessage message, RspamdAnswer answer, long millis) {
    Reaction reaction = settings.actions().of(answer.action());
    String symbols = answer.symbols(SHOWN);
    String found =
        "score="
            + RspamdAnswer.number(answer.score())
            + " required="
            + RspamdAnswer.number(answer.required());
    LOG.info(
        "rspamd id={} action=\"{}\" {} reaction={} symbols=\"{}\" said=\"{}\" ms={}",
        message.id(),
        answer.action(),
        found,
        message.direction() == Direction.INBOUND ? word(reaction) : "outbound",
        symbols,
        StrangerText.of(answer.said()).inLog(),
        millis);
    var fact =
        new Fact(
            FACT,
            "says \""
                + answer.action()
                + "\", score "
                + RspamdAnswer.number(answer.score())
                + " of "
                + RspamdAnswer.number(answer.required())
                + ": "
                + symbols);
    String reason = FACT + " " + answer.action() + ", " + found;
    return message.direction() == Direction.INBOUND
        ? new Verdict(
            handling(reaction, reason),
            Map.of(),
            removed(answer),
            fields(answer, symbols, reaction),
            List.of(fact))
        : new Verdict(outbound(answer, reason), Map.of(), Set.of(), List.of(), List.of(fact));
  }

  private static String word(Reaction reaction) {
    return reaction.name().toLowerCase(Locale.ROOT);
  }

  private static Handling handling(Reaction reaction, String reason) {
    return switch (reaction) {
      case PASS -> new Handling.Pass(reason);
      case JUNK -> new Handling.Junk(reason);
      case QUARANTINE -> new Handling.Quarantine(Handling.Cause.SPAM, reason);
      case DEFER -> new Handling.Defer(DEFERRED, reason);
      case REJECT -> new Handling.Reject(REFUSED, Handling.Cause.SPAM, reason);
    };
  }

  /// What the actions lead to for strangers does not count for users: none of their mail is junk.
  private Handling outbound(RspamdAnswer answer, String reason) {
    boolean spam =
        switch (answer.action()) {
          case "no action", "greylist", "soft reject" -> false;
          default -> true;
        };
    if (!spam) {
      return new Handling.Pass(reason);
    }
    return switch (settings.outbound()) {
      case OFF, NOTE -> new Handling.Pass(reason);
      case HOLD -> new Handling.Hold(reason);
      case REFUSE -> new Handling.Reject(REFUSED, Handling.Cause.SPAM, reason);
    };
  }

  private static Set<String> removed(RspamdAnswer answer) {
    if (OURS.containsAll(answer.removed())) {
      return OURS;
    }
    var all = new HashSet<>(OURS);
    all.addAll(answer.removed());
    return all;
  }

  /// `X-Spam-Flag` is written by reception, for whoever gets it into the junk folder.
  private static List<HeaderField> fields(RspamdAnswer answer, String symbols, Reaction reaction) {
    var fields = new ArrayList<HeaderField>();
    fields.add(HeaderField.of("X-Spam-Score", " " + RspamdAnswer.number(answer.score())));
    fields.add(
        HeaderField.of(
            "X-Spam-Status",
            (reaction == Reaction.PASS ? " No" : " Yes")
                + ", score="
                + RspamdAnswer.number(answer.score())
                + " required="
                + RspamdAnswer.number(answer.required())
                + " tests=["
                + folded(symbols)
                + "]"));
    fields.addAll(answer.added());
    return fields;
  }

  /// Lines of some 78 characters.
  private static String folded(String symbols) {
    var out = new StringBuilder("\r\n\t");
    int column = 8;
    for (String word : symbols.split(" ", -1)) {
      if (column + word.length() > 76 && column > 8) {
        out.append("\r\n\t");
        column = 8;
      } else if (column > 8) {
        out.append(' ');
      }
      out.append(word);
      column += word.length() + 1;
    }
    return out.toString();
  }

  private Verdict down(FilteredMessage message, String why) {
    String shown = StrangerText.of(why).inLog();
    LOG.warn("rspamd id={} result=no-answer reason=\"{}\"", message.id(), shown);
    String reason = FACT + " does not answer";
    return settings.deferring()
        ? Verdict.of(new Handling.Defer(DOWN, reason))
        : unjudged(message, new Handling.Pass(reason), "no-answer", "did not answer: " + shown);
  }

  /// Taken without a look, and marked.
  private static Verdict unjudged(
      FilteredMessage message, Handling handling, String word, String detail) {
    return Verdict.shownInbound(
        message,
        handling,
        OURS,
        List.of(HeaderField.of("X-Spam-Status", " Unknown, reason=" + word)),
        List.of(new Fact(FACT, detail)));
  }
}
