package net.facteur.server.routing;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.srs.SrsRewriter;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// Follows addresses to their ends. Immutable over its settings, works from memory only, never
/// blocks; safe for many threads at once. Where users are kept elsewhere, [#prepare] fills that
/// memory first.
public final class Router {
  /// The local part of the author of reports.
  public static final String MAILER_DAEMON = "mailer-daemon";

  private static final String POSTMASTER = "postmaster";

  /// The name that IMAP servers and mail programs expect (RFC 6154).
  private static final String JUNK = "Junk";

  private static final Set<String> RESERVED = Set.of(POSTMASTER, "abuse", MAILER_DAEMON);

  private final RoutingSettings settings;
  private final LocalUsers users;
  private final ReversePathRewriter rewriter;
  private final Optional<ForwardTrace> trace;
  private final Separators separators;
  private final Set<DomainName> domains;
  private final Set<InetAddress> addresses;
  private final AddressTables set;
  private final AddressBook book;
  private final boolean junkByTag;
  private final AddressTable<Boolean> readHere;
  private final ForwardStanding standing;
  private final ListBook lists;
  private volatile AddressTables written;

  /// A router that does not know mail that comes back.
  public Router(RoutingSettings settings, LocalUsers users, ReversePathRewriter rewriter) {
    this(settings, users, rewriter, Optional.empty());
  }

  /// A router with the addresses of the settings alone.
  ///
  /// @param trace what forwarding addresses leave on mail
  public Router(
      RoutingSettings settings,
      LocalUsers users,
      ReversePathRewriter rewriter,
      Optional<ForwardTrace> trace) {
    this(settings, users, rewriter, trace, AddressBook.EMPTY);
  }

  /// @param trace what forwarding addresses leave on mail
  /// @param book addresses beside those of the settings
  public Router(
      RoutingSettings settings,
      LocalUsers users,
      ReversePathRewriter rewriter,
      Optional<ForwardTrace> trace,
      AddressBook book) {
    this(settings, users, rewriter, trace, book, false, ForwardStanding.OPEN, ListBook.EMPTY);
  }

  private Router(
      RoutingSettings settings,
      LocalUsers users,
      ReversePathRewriter rewriter,
      Optional<ForwardTrace> trace,
      AddressBook book,
      boolean junkByTag,
      ForwardStanding standing,
      ListBook lists) {
    this.lists = lists;
    this.junkByTag = junkByTag;
    this.standing = standing;
    this.trace = trace;
    this.book = book;
    this.written = new AddressTables(book.now());
    this.settings = settings;
    this.users = users;
    this.rewriter = rewriter;
    this.separators = new Separators(settings.separators());
    this.domains = Set.copyOf(settings.domains());
    this.addresses =
        settings.literals().stream()
            .flatMap(literal -> AddressLiteral.bracketed(literal).stream())
            .collect(Collectors.toUnmodifiableSet());
    this.set = new AddressTables(settings.addresses());
    this.readHere = AddressTable.of(settings.special().readHere());
  }

  /// True where strangers may send mail to `address` through this server: its domain is local or
  /// one we relay for. Everything else would make us an open relay.
  public boolean accepts(MailAddress address) {
    return isLocal(address) || relayed(address).isPresent();
  }

  /// What is known of an address in a domain that we relay for; empty for every other address.
  public Optional<Relayed> relayed(MailAddress address) {
    return domain(address)
        .filter(domain -> !domains.contains(domain))
        .flatMap(
            domain ->
                Optional.ofNullable(settings.relayDomains().get(domain))
                    .map(relay -> new Relayed(relay.hop(domain), relay.recipients())));
  }

  /// An address in a domain that we relay for.
  ///
  /// @param hop who takes mail for it
  public record Relayed(NextHop hop, RelayDomain.Recipients recipients) {}

  /// The sender behind an address that our own forwarding made; empty for every other address.
  public Optional<MailAddress> returned(MailAddress address) {
    return SrsRewriter.isSrs(address.localPart())
            && isLocal(address)
            && step(address, false) instanceof Route.Forward forward
            && forward.kind() == Route.Kind.RETURN
        ? Optional.of(forward.to().getFirst())
        : Optional.empty();
  }

  /// The same router, but that mail which it forwards keeps its reverse-path: a path of ours would
  /// be a way back for whoever reads it.
  public Router withoutRewriting() {
    return new Router(
        settings, users, rewriter.withoutRewriting(), trace, book, junkByTag, standing, lists);
  }

  /// The same router, where the LMTP server puts mail for `alice+Junk` into the folder Junk of
  /// alice.
  public Router withJunkByTag() {
    return new Router(settings, users, rewriter, trace, book, true, standing, lists);
  }

  /// The same router, which asks whether mail arrives where it is passed on to.
  public Router with(ForwardStanding forwards) {
    return new Router(settings, users, rewriter, trace, book, junkByTag, forwards, lists);
  }

  /// The same router, which knows the addresses of mailing lists.
  public Router withLists(ListBook others) {
    return new Router(settings, users, rewriter, trace, book, junkByTag, standing, others);
  }

  /// How an address stands that takes the place of one here; those here take their mail.
  ForwardStanding.Standing standing(MailAddress target) {
    return isLocal(target) ? ForwardStanding.Standing.OPEN : standing.of(target);
  }

  /// Our domains.
  public Set<DomainName> domains() {
    return domains;
  }

  /// Our domain that stands first in the settings; empty where there is none.
  public Optional<DomainName> firstDomain() {
    return settings.domains().stream().findFirst();
  }

  /// True where the domain part is ours.
  public boolean isLocal(MailAddress address) {
    return address.domain().isEmpty()
        || isThisHost(address)
        || domain(address).map(domains::contains).orElse(false);
  }

  /// Asks whoever keeps users elsewhere for all who are on the way of an address, so that it can be
  /// resolved from memory. Completes at once where nobody has to be asked.
  ///
  /// @return a stage that never fails
  public CompletionStage<Void> prepare(MailAddress address) {
    return users.elsewhere()
        ? prepare(address, new HashSet<>(), Expansion.MAX_DEPTH)
        : CompletableFuture.completedStage(null);
  }

  /// The same for all recipients of a transaction.
  public CompletionStage<Void> prepare(List<ForwardPath> paths) {
    return users.elsewhere()
        ? CompletableFuture.allOf(
            paths.stream()
                .map(path -> prepare(path.address()).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new))
        : CompletableFuture.completedStage(null);
  }

  /// Each answer may lead to addresses that have to be asked for in turn.
  private CompletionStage<Void> prepare(
      MailAddress address, Set<LocalUsers.Name> asked, int rounds) {
    List<LocalUsers.Name> names =
        Expansion.reached(this, address).stream()
            .flatMap(reached -> names(reached).stream())
            .filter(asked::add)
            .toList();
    return names.isEmpty()
        ? CompletableFuture.completedStage(null)
        : users
            .prepare(names)
            .thenCompose(
                _ ->
                    rounds == 0
                        ? CompletableFuture.completedStage(null)
                        : prepare(address, asked, rounds - 1));
  }

  /// Whose address it may be: whole, or without the tag.
  private List<LocalUsers.Name> names(MailAddress address) {
    Optional<DomainName> domain = domain(address).filter(domains::contains);
    if (domain.isEmpty() || SrsRewriter.isSrs(address.localPart())) {
      return List.of();
    }
    String whole = Ascii.lower(address.localPart());
    var names = new ArrayList<LocalUsers.Name>();
    names.add(new LocalUsers.Name(whole, domain.get()));
    for (int cut : separators.cuts(whole)) {
      names.add(new LocalUsers.Name(whole.substring(0, cut), domain.get()));
    }
    return names;
  }

  /// Where an address ends after all aliases and forwards.
  public Resolution resolve(MailAddress address) {
    return resolve(address, ForwardTrace.Seen.NONE);
  }

  private Resolution resolve(MailAddress address, ForwardTrace.Seen passedOn) {
    return new Expansion(this, passedOn).resolve(address);
  }

  /// The local domain that forwards mail for `address` to a foreign host; empty where nobody does.
  ///
  /// @param targets which domains elsewhere count
  public Optional<DomainName> forwarder(MailAddress address, Predicate<String> targets) {
    return switch (resolve(address)) {
      case Resolution.Routed(List<Resolution.End> ends) ->
          ends.stream()
              .filter(end -> end.foreign() && targets.test(end.address().domain()))
              .flatMap(end -> end.via().stream())
              .flatMap(via -> domain(via).stream())
              .findFirst();
      case Resolution.UnknownUser _,
          Resolution.Rests _,
          Resolution.BadDomain _,
          Resolution.Misconfigured _,
          Resolution.Undecided _ ->
          Optional.empty();
    };
  }

  /// What the queue is to keep for an accepted transaction: one envelope for each reverse-path the
  /// message leaves with. A recipient that does not resolve goes nowhere, so that its sender hears
  /// of it; since RCPT resolved it before, the settings have changed meanwhile.
  ///
  /// @return no envelope where no recipient resolves
  public List<Envelope> envelopes(ReversePath reversePath, List<ForwardPath> paths) {
    return envelopes(reversePath, paths, ForwardTrace.Seen.NONE);
  }

  /// The same for a message that has been here before, and ends where it comes to an address for
  /// the second time.
  ///
  /// @param passedOn the addresses that have passed it on
  public List<Envelope> envelopes(
      ReversePath reversePath, List<ForwardPath> paths, ForwardTrace.Seen passedOn) {
    var sheet = new EnvelopeSheet(this);
    var gone = new ArrayList<ForwardPath>();
    for (ForwardPath path : paths) {
      switch (resolve(path.address(), passedOn)) {
        case Resolution.Routed(List<Resolution.End> ends) -> enter(sheet, reversePath, path, ends);
        // Taken at RCPT, or a report of our own: it keeps its way to the mailbox.
        case Resolution.Undecided(List<Resolution.End> ends) ->
            enter(sheet, reversePath, path, ends);
        case Resolution.UnknownUser _,
            Resolution.Rests _,
            Resolution.BadDomain _,
            Resolution.Misconfigured _ ->
            gone.add(path);
      }
    }
    if (!sheet.envelopes().isEmpty()) {
      var nowhere = new NextHop.Nowhere(NextHop.Nowhere.Reason.UNKNOWN);
      for (ForwardPath path : gone) {
        var end = Resolution.End.nowhere(path.address(), nowhere);
        sheet.add(reversePath, path, end);
      }
    }
    return sheet.envelopes();
  }

  /// The addresses here that have passed a message on, as its header shows.
  public ForwardTrace.Seen passedOn(MessageHeader header) {
    return trace.map(t -> t.seen(header)).orElse(ForwardTrace.Seen.NONE);
  }

  /// True where a message has come back to whom it was passed on by, and has no other recipient.
  public boolean circles(List<ForwardPath> paths, ForwardTrace.Seen passedOn) {
    return passedOn != ForwardTrace.Seen.NONE
        && !paths.isEmpty()
        && paths.stream()
            .allMatch(
                path ->
                    resolve(path.address(), passedOn)
                            instanceof Resolution.Routed(List<Resolution.End> ends)
                        && ends.stream().allMatch(Resolution.End::nowhere));
  }

  private void enter(
      EnvelopeSheet sheet, ReversePath reversePath, ForwardPath path, List<Resolution.End> ends) {
    ForwardPath onwards = ends.size() > 1 ? sheet.expand(reversePath, path) : path;
    ends.forEach(end -> sheet.add(leavingPath(reversePath, end), onwards, end));
  }

  /// The same envelopes with mail for mailboxes going to their junk folders. Mail that goes
  /// elsewhere keeps its way; whoever takes it reads our verdict in the header.
  public List<Envelope> quarantined(List<Envelope> envelopes) {
    return envelopes.stream()
        .map(
            e ->
                new Envelope(
                    e.reversePath(), e.recipients().stream().map(this::quarantined).toList()))
        .toList();
  }

  private Recipient quarantined(Recipient recipient) {
    return switch (NextHop.parse(recipient.destination())) {
      case Parsed.Ok<NextHop>(NextHop.Maildir(String user)) ->
          recipient.on(new NextHop.Junk(user).destination());
      case Parsed.Ok<NextHop>(NextHop hop)
          when hop instanceof NextHop.LmtpSocket || hop instanceof NextHop.LmtpHost ->
          junk(recipient.address())
              .map(mailbox -> recipient.on(new NextHop.LmtpJunk(mailbox, hop).destination()))
              .orElse(recipient);
      case Parsed.Ok<NextHop> _, Parsed.Malformed<NextHop> _ -> recipient;
    };
  }

  /// The address of the junk folder of a mailbox behind LMTP; empty where the server there does not
  /// know it by its tag.
  private Optional<MailAddress> junk(MailAddress address) {
    if (!junkByTag || separators.characters().isEmpty()) {
      return Optional.empty();
    }
    return mailbox(step(address, false))
        .or(() -> mailbox(step(address, true)))
        .map(
            user -> {
              int at = user.lastIndexOf('@');
              return new MailAddress(
                  user.substring(0, at) + separators.characters().charAt(0) + JUNK,
                  user.substring(at + 1));
            });
  }

  private static Optional<String> mailbox(Route route) {
    return route instanceof Route.Lmtp(NextHop _, String user)
        ? Optional.of(user)
        : Optional.empty();
  }

  /// The reverse-path for one end: rewritten only where the mail of a foreign sender is forwarded
  /// to a foreign host.
  private ReversePath leavingPath(ReversePath reversePath, Resolution.End end) {
    return switch (reversePath) {
      case ReversePath.Null none -> none;
      case ReversePath.Of sender ->
          end.foreign() && end.via().isPresent() && !isLocal(sender.address())
              ? rewriter.rewrite(sender, end.via().orElseThrow())
              : sender;
    };
  }

  /// True if the server itself reads mail to this address: it is set to, and nobody has the
  /// address.
  private boolean readHere(MailAddress address) {
    Optional<DomainName> domain = domain(address).filter(domains::contains);
    String name = Ascii.lower(address.localPart());
    return domain.isPresent()
        && readHere.find(name, domain.get()).isPresent()
        && !refused(name, domain.get())
        && named(name, "", domain.get(), false) == Route.Unknown.USER
        && perhaps(name, domain.get()).isEmpty();
  }

  /// The address under which the server itself reads mail to this one: the address, or the only
  /// target of an alias, and so on; empty where it reads none.
  public Optional<MailAddress> readAs(MailAddress address) {
    MailAddress at = address;
    for (int depth = 0; depth <= Expansion.MAX_DEPTH; depth++) {
      if (readHere(at)) {
        return Optional.of(at);
      }
      if (!(isLocal(at)
          && step(at, false) instanceof Route.Forward forward
          && forward.kind() == Route.Kind.ALIAS
          && forward.to().size() == 1)) {
        return Optional.empty();
      }
      at = forward.to().getFirst();
    }
    return Optional.empty();
  }

  /// Who has an address by name, whatever is done with mail that nobody has the address of.
  public enum Holder {
    /// No user, no alias; or the address is not ours.
    NOBODY,
    /// Nobody can say now.
    UNKNOWN,
    USER,
    /// A mailing list.
    LIST,
    /// An alias, or an entry of a directory that leads elsewhere.
    ALIAS,
    REFUSED,
    DISCARDED,
    /// A forward, which does nothing, since there is no such user.
    FORWARD_OF_NOBODY
  }

  /// Who has this very address.
  public Holder holder(MailAddress address) {
    Optional<DomainName> ours = domain(address).filter(domains::contains);
    if (ours.isEmpty()) {
      return Holder.NOBODY;
    }
    DomainName domain = ours.get();
    String name = Ascii.lower(address.localPart());
    if (refused(name, domain)) {
      return Holder.REFUSED;
    }
    AddressTables tables = tables(name, domain);
    if (tables.alias(name, domain).isPresent()) {
      return Holder.ALIAS;
    }
    if (tables.discards(name, domain)) {
      return Holder.DISCARDED;
    }
    if (lists.place(new MailAddress(name, domain.text())).isPresent()) {
      return Holder.LIST;
    }
    if (users.exists(name, domain)) {
      return Holder.USER;
    }
    if (!users.targets(name, domain).isEmpty()) {
      return Holder.ALIAS;
    }
    if (perhaps(name, domain).isPresent()) {
      return Holder.UNKNOWN;
    }
    return tables.forward(name, domain).isPresent() ? Holder.FORWARD_OF_NOBODY : Holder.NOBODY;
  }

  /// True where an alias that names itself finds a mailbox behind it, as far as can be known.
  public boolean hasMailbox(MailAddress address) {
    return !(step(address, true) instanceof Route.Unknown);
  }

  /// One step.
  ///
  /// @param own the address names itself as its alias, so only the mailbox is left
  Route step(MailAddress address, boolean own) {
    if (address.domain().isEmpty() || isThisHost(address)) {
      return firstDomain()
          .or(settings::hostName)
          .map(domain -> reserved(Ascii.lower(address.localPart()), domain, own))
          .orElse(Route.Unknown.USER);
    }
    if (address.domain().startsWith("[")) {
      return literal(address);
    }
    return domain(address)
        .map(d -> domains.contains(d) ? local(address, d, own) : foreign(address, d))
        .orElse(Route.Unknown.DOMAIN);
  }

  /// Mail without a domain, to our host's name or its address is for the postmaster only.
  private Route reserved(String localPart, DomainName domain, boolean own) {
    return isReserved(localPart)
        ? local(new MailAddress(localPart, domain.text()), domain, own)
        : Route.Unknown.USER;
  }

  private Route literal(MailAddress address) {
    if (AddressLiteral.bracketed(address.domain()).isEmpty()) {
      return Route.Unknown.DOMAIN;
    }
    return settings
        .smarthost()
        .<Route>map(Route.Relay::new)
        .orElseGet(() -> new Route.Literal(new NextHop.Literal(address.domain())));
  }

  private Route foreign(MailAddress address, DomainName domain) {
    RelayDomain relay = settings.relayDomains().get(domain);
    if (relay != null && !relay.mayHave(address.localPart(), separators)) {
      return Route.Unknown.USER;
    }
    if (relay != null) {
      return relay
          .host()
          .<Route>map(Route.Relay::new)
          .orElseGet(() -> new Route.Mx(domain)); // never by a smarthost
    }
    return settings.smarthost().<Route>map(Route.Relay::new).orElseGet(() -> new Route.Mx(domain));
  }

  private Route local(MailAddress address, DomainName domain, boolean own) {
    String whole = Ascii.lower(address.localPart());
    Route exact = named(whole, "", domain, own);
    if (exact != Route.Unknown.USER || refused(whole, domain)) {
      return exact;
    }
    for (int cut : isReserved(whole) ? List.<Integer>of() : separators.cuts(whole)) {
      // The tag keeps the case it was written in; folders may care.
      String name = whole.substring(0, cut);
      Route base = named(name, address.localPart().substring(cut + 1), domain, own);
      if (base != Route.Unknown.USER || refused(name, domain)) {
        return base;
      }
    }
    return fallback(address, whole, domain, own);
  }

  /// The settings where they name the address, or else the book.
  private AddressTables tables(String localPart, DomainName domain) {
    return set.names(localPart, domain) ? set : written();
  }

  private AddressTables written() {
    AddressTables tables = written;
    Addresses now = book.now();
    if (!tables.of(now)) {
      tables = new AddressTables(now);
      written = tables;
    }
    return tables;
  }

  /// RFC 5321, section 4.5.1: nobody can refuse mail to the postmaster.
  private boolean refused(String localPart, DomainName domain) {
    return !isReserved(localPart) && tables(localPart, domain).refuses(localPart, domain);
  }

  private Route named(String localPart, String tag, DomainName domain, boolean own) {
    if (refused(localPart, domain)) {
      return Route.Unknown.USER;
    }
    AddressTables tables = tables(localPart, domain);
    if (!own) {
      var alias = tables.alias(localPart, domain);
      if (alias.isPresent()) {
        return new Route.Forward(targets(alias.get(), domain), Route.Kind.ALIAS);
      }
      if (tables.discards(localPart, domain)) {
        return new Route.Discard();
      }
    }
    Optional<Route> list =
        tag.isEmpty() && !own
            ? lists.place(new MailAddress(localPart, domain.text())).map(Router::toList)
            : Optional.empty();
    if (list.isPresent()) {
      return list.get();
    }
    List<String> elsewhere = own ? List.of() : users.targets(localPart, domain);
    if (!users.exists(localPart, domain)) {
      return elsewhere.isEmpty()
          ? Route.Unknown.USER
          : new Route.Forward(targets(elsewhere, domain), Route.Kind.ALIAS);
    }
    if (!own) {
      var forward = tables.forward(localPart, domain);
      if (forward.isPresent()) {
        return new Route.Forward(
            targets(forward.get().to(), domain),
            forward.get().keep() ? Route.Kind.FORWARD_AND_KEEP : Route.Kind.FORWARD);
      }
      if (!elsewhere.isEmpty()) {
        return new Route.Forward(targets(elsewhere, domain), Route.Kind.ALIAS);
      }
    }
    String user = localPart + "@" + domain.text();
    return settings
        .lmtp()
        .<Route>map(server -> new Route.Lmtp(server, user))
        .orElseGet(() -> new Route.Mailbox(user, tag));
  }

  private static Route toList(ListBook.Place place) {
    return switch (place) {
      case ListBook.Place.OfList(String list) -> new Route.ToList(list);
      case ListBook.Place.OfPeople(List<MailAddress> people) ->
          new Route.Forward(people, Route.Kind.ALIAS);
      case ListBook.Place.Unsure(String list) -> new Route.Perhaps(new NextHop.ToList(list));
    };
  }

  /// Somebody who may be a user, whole or without the tag.
  private Optional<Route> perhaps(String localPart, DomainName domain) {
    List<Integer> cuts = separators.cuts(localPart);
    boolean uncertain =
        book.uncertain()
            || users.uncertain(localPart, domain)
            || cuts.stream().anyMatch(cut -> users.uncertain(localPart.substring(0, cut), domain));
    String base = cuts.isEmpty() ? localPart : localPart.substring(0, cuts.getLast());
    return uncertain
        ? Optional.of(
            new Route.Perhaps(
                settings.lmtp().orElseGet(() -> new NextHop.Maildir(base + "@" + domain.text()))))
        : Optional.empty();
  }

  private Route fallback(MailAddress address, String localPart, DomainName domain, boolean own) {
    Optional<Route> perhaps = perhaps(localPart, domain);
    if (own) {
      return perhaps.orElse(Route.Unknown.USER);
    }
    var original = rewriter.restore(address);
    if (original.isPresent()) {
      return new Route.Forward(List.of(original.get()), Route.Kind.RETURN);
    }
    if (SrsRewriter.isSrs(address.localPart())) {
      return Route.Unknown.USER; // forged or too old; a catch-all would only collect guesses
    }
    // The author of our reports: whoever answers one reaches the postmaster.
    if (localPart.equals(MAILER_DAEMON)
        && named(POSTMASTER, "", domain, false) != Route.Unknown.USER) {
      return new Route.Forward(
          List.of(new MailAddress(POSTMASTER, domain.text())), Route.Kind.ALIAS);
    }
    // RFC 5321, section 4.5.1: postmaster of every domain we serve.
    if (isReserved(localPart) && settings.postmaster().isPresent()) {
      return new Route.Forward(
          targets(List.of(settings.postmaster().get()), domain), Route.Kind.ALIAS);
    }
    if (perhaps.isPresent()) {
      return perhaps.get();
    }
    // What the server cannot read there is for people.
    if (readHere.find(localPart, domain).isPresent()) {
      return new Route.Forward(
          List.of(new MailAddress(POSTMASTER, domain.text())), Route.Kind.ALIAS);
    }
    Optional<DomainName> other = set.aliasOf(domain).or(() -> written().aliasOf(domain));
    if (other.isPresent()) {
      return new Route.Forward(
          List.of(new MailAddress(address.localPart(), other.get().text())), Route.Kind.ALIAS);
    }
    String target = settings.catchAll().get(domain);
    return target == null
        ? Route.Unknown.USER
        : new Route.Forward(targets(List.of(target), domain), Route.Kind.CATCH_ALL);
  }

  private static List<MailAddress> targets(List<String> texts, DomainName domain) {
    return texts.stream().map(t -> AddressTable.target(t, domain)).toList();
  }

  /// RFC 5321, section 4.5.1: mail to the postmaster is taken.
  static boolean mustTake(MailAddress address) {
    return isReserved(Ascii.lower(address.localPart()));
  }

  private static boolean isReserved(String localPart) {
    return RESERVED.contains(localPart);
  }

  /// RFC 5321, section 4.5.1: postmaster is reached at the host's own name, too. Whoever else is
  /// written to there is not here, unless the name is also one of our domains.
  private boolean isThisHost(MailAddress address) {
    if (address.domain().startsWith("[")) {
      return AddressLiteral.bracketed(address.domain()).filter(addresses::contains).isPresent();
    }
    return settings.hostName().isPresent()
        && isReserved(Ascii.lower(address.localPart()))
        && domain(address).equals(settings.hostName())
        && !domains.contains(settings.hostName().get());
  }

  static Optional<DomainName> domain(MailAddress address) {
    return DomainName.parse(address.domain()).toOptional().filter(d -> !d.isRoot());
  }

  /// How an address is compared: the domain without case, the local part without case where it is
  /// ours (RFC 5321, section 2.4, leaves that to the final host).
  String key(MailAddress address) {
    String local = isLocal(address) ? Ascii.lower(address.localPart()) : address.localPart();
    return local + "@" + domain(address).map(DomainName::text).orElse(address.domain());
  }
}
