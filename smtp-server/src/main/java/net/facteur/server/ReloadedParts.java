package net.facteur.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.https.HttpsClient;
import net.facteur.auth.https.HttpsExchange;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.AccountSource;
import net.facteur.server.accounts.Accounts;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.Revocation;
import net.facteur.server.accounts.UserName;
import net.facteur.server.acme.CertificateRenewal;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.alerts.AlertWatch;
import net.facteur.server.away.AbsenceStore;
import net.facteur.server.away.AbsencesWatch;
import net.facteur.server.away.AutomaticAnswers;
import net.facteur.server.away.AwaySettings;
import net.facteur.server.checks.StartChecks;
import net.facteur.server.config.Settings;
import net.facteur.server.config.StartFailedException;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.OutboundAgent;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.delivery.RecipientProbe;
import net.facteur.server.delivery.TracedForwarding;
import net.facteur.server.delivery.TransportSecurity;
import net.facteur.server.doctor.DailyExamination;
import net.facteur.server.doctor.ForwardChecks;
import net.facteur.server.doctor.SocketNetwork;
import net.facteur.server.dsn.DsnSettings;
import net.facteur.server.dsn.DsnWriter;
import net.facteur.server.explanations.ExplanationsSettings;
import net.facteur.server.filter.Filtering;
import net.facteur.server.filter.Filters;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Quarantine;
import net.facteur.server.filter.clamav.Clamav;
import net.facteur.server.filter.clamav.ClamavSettings;
import net.facteur.server.filter.daemon.DaemonWatch;
import net.facteur.server.filter.milter.MilterSettings;
import net.facteur.server.filter.milter.Milters;
import net.facteur.server.filter.rspamd.Rspamd;
import net.facteur.server.filter.rspamd.RspamdSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.MachineNames;
import net.facteur.server.imap.DovecotSessions;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyRequests;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyUpkeep;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.RestoredKeys;
import net.facteur.server.keys.WebDisclosureCheck;
import net.facteur.server.keys.tlsa.CertificateUpkeep;
import net.facteur.server.ldap.LdapDirectory;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.limits.BoundedForwards;
import net.facteur.server.limits.DeliveryFeedback;
import net.facteur.server.limits.LimitedSessions;
import net.facteur.server.limits.LimitsSettings;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.lists.ListPlaces;
import net.facteur.server.lists.answers.AnswerPages;
import net.facteur.server.lists.posting.OneClick;
import net.facteur.server.mailbox.CertainOwners;
import net.facteur.server.mailbox.MailboxQuota;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.mailbox.MailboxSpace;
import net.facteur.server.mailbox.MaildirAgent;
import net.facteur.server.mailbox.MaildirQuota;
import net.facteur.server.mailbox.RoomForCopies;
import net.facteur.server.mailbox.RoomUnderQuota;
import net.facteur.server.metrics.Measuring;
import net.facteur.server.notices.AddressesWatch;
import net.facteur.server.notices.GuessingWatch;
import net.facteur.server.notices.OwnMail;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.notices.QuotaWarnings;
import net.facteur.server.notices.SignedReports;
import net.facteur.server.notices.UsersFileNotice;
import net.facteur.server.notices.WithheldReports;
import net.facteur.server.pickup.LocalAddresses;
import net.facteur.server.pickup.PickupSettings;
import net.facteur.server.reception.ForwardSeals;
import net.facteur.server.reception.ReceptionService;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.report.TlsReportSettings;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.report.dmarc.DmarcReportSettings;
import net.facteur.server.report.dmarc.DmarcReporter;
import net.facteur.server.report.dmarc.ReturnedReports;
import net.facteur.server.report.received.ReportsUpkeep;
import net.facteur.server.roles.RoleStore;
import net.facteur.server.routes.RouteWiring;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.ForwardTrace;
import net.facteur.server.routing.LocalUsers;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsDomains;
import net.facteur.server.routing.SrsReversePaths;
import net.facteur.server.routing.SrsSecretFile;
import net.facteur.server.routing.SrsSettings;
import net.facteur.server.servermail.MailReaders;
import net.facteur.server.signing.ActiveKeys;
import net.facteur.server.signing.ArcMessageSealer;
import net.facteur.server.signing.DkimMessageSigner;
import net.facteur.server.signing.KeysInForce;
import net.facteur.server.signing.MessageSigner;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.smtp.Authenticator;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.submission.SenderRights;
import net.facteur.server.submission.SubmissionService;
import net.facteur.server.submission.SubmissionSettings;
import net.facteur.server.tls.CertificateAuthorities;
import net.facteur.server.upkeep.Upkeep;

/// Everything that a new settings file replaces as a whole: what decides about mail and carries it
/// out. Listeners, queue, signing threads and control socket outlive it.
///
/// @param agent has connections to close
/// @param delivery carries mail, by way of `agent`
record ReloadedParts(
    ReceptionService reception,
    SubmissionService submission,
    SubmissionService localSubmission,
    LocalAddresses localAddresses,
    UnaryOperator<SmtpService> room,
    ActiveKeys keys,
    Accounts accounts,
    AddressStore addresses,
    RoleStore roles,
    AbsenceStore absences,
    OutboundAgent agent,
    DeliveryAgent delivery,
    DsnWriter reports,
    TransportSecurity security,
    HttpsExchange https,
    OwnMail postbox,
    PostmasterMail mail,
    Authenticator authenticator,
    List<Upkeep> upkeep,
    Optional<CertificateUpkeep> certificate,
    Optional<CertificateRenewal> acme,
    KeyRequests keyRequests,
    DailyExamination exam,
    AlertWatch alerts,
    QuarantineWiring quarantine,
    OneClick oneClick,
    AnswerPages answers)
    implements AutoCloseable {

  /// Builds the parts that `settings` ask for. Nothing is changed elsewhere; whoever puts them in
  /// force also tells [LastingParts#keys] of theirs.
  ///
  /// @throws StartFailedException naming everything that is wrong with the keys
  static ReloadedParts of(Settings settings, LastingParts lasting) throws IOException {
    String hostname = HostSettings.from(settings).name().text();
    KeySettings keySettings = KeySettings.from(settings);
    SigningSettings signing =
        SigningSettings.from(settings)
            .withSelectors(
                RestoredKeys.in(keyDirectory(settings))
                    .trusted(keySettings.selectors(lasting.journal().read())));
    ActiveKeys keys = keys(signing, keyDirectory(settings), lasting.crypto());
    Measuring measuring = lasting.measuring();
    var plainSigner =
        new DkimMessageSigner(lasting.pool(), lasting.keys(), signing, lasting.clock());
    MessageSigner signer = measuring.signer(plainSigner);
    var accountsSettings = AccountsSettings.from(settings);
    var book = new AddressStore(AddressesFile.beside(accountsSettings.file()), lasting.clock());
    var roles = RoleStore.of(settings, lasting.clock());
    var absences = AbsenceStore.of(settings, lasting.clock());
    var accounts =
        new Accounts(
            accountsSettings,
            lasting.random(),
            System::nanoTime,
            lasting.logins(),
            sessionsEnd(ImapSettings.from(settings), lasting),
            LastLogins.in(LastLogins.beside(accountsSettings.file()), lasting.clock()),
            sources(settings, lasting),
            AddressBook.of(book, roles.sending()));
    try {
      var reception = ReceptionSettings.from(settings);
      var forwarding = SrsSettings.from(settings);
      List<SrsSecret> secrets = new SrsSecretFile(forwarding.secretFile()).open(lasting.random());
      var trace = new ForwardTrace(secrets, lasting.clock());
      var plainRouter =
          new Router(
                  RoutesSettings.from(settings)
                      .queued(RoutingSettings.from(settings))
                      .withHost(
                          HostSettings.from(settings).name(), OwnAddresses.literals(settings)),
                  users(accounts),
                  new SrsReversePaths(
                      new SrsDomains(secrets, forwarding.domain(), lasting.clock())),
                  Optional.of(trace),
                  AddressBook.of(AddressBook.of(book, roles.receiving()), absences.receiving()))
              .with(lasting.feedback().forwards());
      Router router =
          (ImapSettings.from(settings).joined() ? plainRouter.withJunkByTag() : plainRouter)
              .withLists(new ListPlaces(lasting.lists()));
      TransportSecurity security =
          TransportSecurity.of(
              settings,
              lasting.random(),
              lasting.clock(),
              _ ->
                  OutboundTlsSettings.from(settings).honoursMtaSts()
                      ? lasting.policies()
                      : MtaStsPolicies.NONE,
              TlsReportSettings.from(settings).counted() ? lasting.reporter() : TlsReporter.NONE,
              measuring::resolver);
      Resolver resolver = security.resolver();
      ListWiring lists = ListWiring.of(settings, lasting, resolver);
      var own =
          new OwnMail(
              router,
              new SignedReports(signer),
              lasting.queue(),
              lasting.clock(),
              lasting.random());
      PostmasterMail mail =
          new PostmasterMail(
              hostname,
              settings.names("domains").stream().findFirst().orElse(hostname),
              HostSettings.from(settings).languages().getFirst(),
              own,
              lasting.notices(),
              lasting.clock(),
              lasting.random());
      var answers =
          ListAnswerWiring.of(settings, lasting, lists.secret(), lists.tags(), own, accounts, mail);
      var https =
          new HttpsClient(
              resolver,
              CertificateAuthorities.context(security.authorities()),
              HttpsClient.Limits.DEFAULTS);
      KeyWiring keeping = keeping(keySettings, resolver, lasting);
      Optional<CertificateUpkeep> certificate = CertificateUpkeep.of(settings, keeping, mail);
      Optional<CertificateRenewal> acme =
          CertificateRenewal.of(settings, certificate, keeping, mail);
      var mailboxes = MailboxSettings.from(settings);
      var quota =
          new MaildirQuota(
              mailboxes,
              name -> limit(accounts, mailboxes, name),
              accountsSettings.file().resolveSibling("quotas"),
              lasting.clock(),
              lasting.workers());
      var space = new MailboxSpace(MailboxSettings.from(settings), lasting.clock());
      DeliverySettings plain = DeliverySettings.from(settings);
      DeliverySettings delivery =
          plain.withOwnAddresses(OwnAddresses.exchanger(settings, plain.port()));
      var explanations = ExplanationsSettings.from(settings).explanations();
      var agent =
          new OutboundAgent(
              delivery,
              resolver,
              security.tls(),
              mailboxes(settings, lasting, accounts, router, quota),
              RouteWiring.ways(
                  settings,
                  lasting.fallbacks(),
                  mail,
                  OwnAddresses.sockets(settings),
                  lasting.clock()),
              carrier ->
                  lasting.destinations().counting(explanations).apply(measuring.carrier(carrier)),
              lasting.random());
      KeyUpkeep keeper = keeper(keeping, lasting, signing, mail, https);
      var rspamd =
          RspamdSettings.from(settings)
              .map(its -> new Rspamd(hostname, its, resolver, lasting.workers(), System::nanoTime));
      var clamav =
          ClamavSettings.from(settings)
              .map(its -> new Clamav(its, lasting.workers(), System::nanoTime));
      var milters =
          new Milters(
              MilterSettings.from(settings),
              hostname,
              lasting.workers(),
              lasting.queue()::stage,
              System::nanoTime);
      var house = HouseFilters.of(settings, lasting, resolver, router);
      var quarantine =
          QuarantineWiring.of(settings, lasting, router, new SignedReports(signer), mail);
      Filtering filtering = filtering(house, rspamd, clamav, milters, quarantine.door(), measuring);
      MailReaders readers = ReadMailWiring.of(settings, lasting);
      var answering =
          new AutomaticAnswers(
              hostname,
              AwaySettings.from(settings),
              HostSettings.from(settings).languages().getFirst(),
              absences,
              lasting.answered(),
              router,
              roles.sending(),
              accounts::maySendAs,
              own,
              lasting.clock(),
              lasting.random(),
              lasting.workers());
      PickupSettings pickup = PickupSettings.from(settings, Map.of());
      Function<SenderRights, SubmissionService> submission =
          rights ->
              new SubmissionService(
                  hostname,
                  SubmissionSettings.from(settings),
                  router,
                  rights,
                  signer,
                  new DkimVerifier(
                      resolver,
                      lasting.crypto(),
                      lasting.clock(),
                      DkimVerifier.Policy.DEFAULT.withBodyLengths(
                          DkimVerifier.BodyLengths.REFUSE_UNSIGNED)),
                  lasting.workers(),
                  readers,
                  filtering,
                  answering,
                  lasting.queue(),
                  lasting.feedback().noting(lasting.sending()),
                  lasting.clock(),
                  lasting.random(),
                  Optional.of(lists.gate()));
      var exam =
          new DailyExamination(
              settings,
              () -> StartChecks.of(settings, lasting.clock()).forDoctor(),
              () ->
                  new ForwardChecks.Known(
                      lasting.feedback().forwards().list(), lasting.feedback().share().sum()),
              Version.PRESENT.built(),
              resolver,
              new SocketNetwork(true),
              new HttpsPolicyFetcher(https, OutboundTlsSettings.from(settings).mtaStsPort()),
              lasting.clock(),
              System::nanoTime,
              mail);
      AlertWatch alerts = AlertsWiring.watch(settings, lasting, security, mail, exam::last);
      return new ReloadedParts(
          new ReceptionService(
              hostname,
              reception,
              router,
              new MessageAuthenticator(
                  resolver,
                  lasting.crypto(),
                  lasting.clock(),
                  reception.authentication(hostname),
                  measuring.reports()),
              ForwardSeals.of(
                  reception.sealForwards(),
                  new ArcMessageSealer(lasting.pool(), lasting.keys(), lasting.clock()),
                  lasting.destinations().domains()::of),
              new RecipientProbe(delivery, resolver, security.tls(), lasting.random())::ask,
              lasting.returns(),
              readers,
              filtering,
              DmarcReportSettings.from(settings).enabled()
                  ? lasting.dmarc().reporter()
                  : DmarcReporter.NONE,
              answering,
              lasting.queue(),
              lasting.clock(),
              lasting.random(),
              lasting.workers(),
              Optional.of(lists.gate())),
          submission.apply(rights(accounts)),
          submission.apply(
              (user, address) -> pickup.mayUse(user, address, router.isLocal(address))),
          LocalAddresses.of(
              HostSettings.from(settings),
              MachineNames.of(Path.of("/")),
              address -> {
                router.prepare(address).toCompletableFuture().join();
                return !(router.resolve(address) instanceof Resolution.UnknownUser);
              }),
          service ->
              new ReturnedReports(
                  new RoomForCopies(
                      new RoomUnderQuota(
                          lasting
                              .feedback()
                              .reading(
                                  new BoundedForwards(
                                      milters.before(service), router, lasting.sending()),
                                  lasting.workers()),
                          router,
                          quota),
                      lasting.queue(),
                      router,
                      space),
                  lasting.dmarc().returns(),
                  router::isLocal,
                  lasting.workers()),
          keys,
          accounts,
          book,
          roles,
          absences,
          agent,
          new DeliveryFeedback(
              lists.before(
                  lasting.feedback().remembering(new TracedForwarding(agent, trace)),
                  router,
                  plainSigner,
                  resolver,
                  answers.ports()),
              lasting.inspector(),
              lasting.sending()),
          new DsnWriter(
              DsnSettings.from(settings),
              router,
              new SignedReports(signer),
              explanations,
              lasting.clock(),
              lasting.random()),
          security,
          https,
          own,
          mail,
          measuring.logins(
              new LimitedSessions(accounts, lasting.sessions(), LimitsSettings.from(settings))),
          upkeep(
              keeper,
              certificate,
              acme,
              Stream.concat(
                      Stream.concat(
                          Stream.concat(
                              Stream.concat(
                                  house.chores(mail), lasting.feedback().chores(router, mail)),
                              Stream.concat(
                                  answers.chores().stream(),
                                  LetterWiring.chores(settings, lasting, resolver, mail).stream())),
                          watches(rspamd, clamav, settings, mail, lasting.clock())),
                      Stream.of(
                          quarantine.upkeep(),
                          quarantine.digest(),
                          new ReportsUpkeep(lasting.reports(), lasting.clock()),
                          alerts,
                          new UsersFileNotice(accounts, mail),
                          new AddressesWatch(book, mail),
                          RoleWiring.upkeep(roles, settings, lasting, router, mail),
                          lists.upkeep(own),
                          new AbsencesWatch(absences, mail),
                          new QuotaWarnings(quota, mail),
                          new GuessingWatch(
                              lasting.logins(), mail, lasting.guessing(), lasting.clock()),
                          lasting.held().returns(mail),
                          RouteWiring.wishes(settings, lasting.fallbacks()),
                          new SendingWishes(
                                  HostSettings.from(settings)
                                      .inData(Path.of(SendingWishes.FILE_NAME)))
                              .fulfilled(lasting.held(), lasting.sending()),
                          new WithheldReports(
                              HostSettings.from(settings)
                                  .inData(Path.of(WithheldReports.FILE_NAME)),
                              lasting.inspector(),
                              mail,
                              lasting.clock())))
                  .toList(),
              lasting.clock()),
          certificate,
          acme,
          new KeyRequests(
              keeping,
              lasting.journal(),
              lasting.queuedSince(),
              new WebDisclosureCheck(https),
              keeper),
          exam,
          alerts,
          quarantine,
          lists.oneClick(),
          answers.pages());
    } catch (IOException | RuntimeException e) {
      accounts.close();
      throw e;
    }
  }

  /// The filters that are asked, in order.
  private static Filtering filtering(
      HouseFilters house,
      Optional<Rspamd> rspamd,
      Optional<Clamav> clamav,
      Milters milters,
      Quarantine quarantine,
      Measuring measuring) {
    return new Filtering(
        Filters.of(
            Stream.of(
                    house.filters().stream().map(its -> measuring.filter("house", its)),
                    rspamd.stream().map(its -> measuring.filter("rspamd", its)),
                    clamav.stream().map(its -> measuring.filter("clamav", its)),
                    Stream.of(milters)
                        .filter(_ -> !milters.isEmpty())
                        .map(its -> measuring.filter("milters", its)))
                .<MessageFilter>flatMap(filters -> filters)
                .toList()),
        quarantine);
  }

  /// Who tells the postmaster of daemons that are down.
  private static Stream<Upkeep.Chore> watches(
      Optional<Rspamd> rspamd,
      Optional<Clamav> clamav,
      Settings settings,
      PostmasterMail mail,
      InstantSource clock) {
    return Stream.concat(
        rspamd
            .map(
                its ->
                    new DaemonWatch(
                        its.daemon(), RspamdSettings.role(settings), Rspamd::ping, mail, clock))
            .stream(),
        clamav
            .map(
                its ->
                    new DaemonWatch(
                        its.daemon(), ClamavSettings.role(settings), Clamav::ping, mail, clock))
            .stream());
  }

  /// Ends the sessions of logins that count no longer, whatever the service.
  private static Consumer<Revocation> sessionsEnd(ImapSettings imap, LastingParts lasting) {
    var dovecot = new DovecotSessions(imap.doveadmSocket(), lasting.appLogins(), lasting.workers());
    return revoked -> {
      String user = revoked.user().text();
      if (revoked.apps().isEmpty()) {
        lasting.sessions().endAll(user);
        lasting.people().signIn().revoke(revoked.user());
      } else {
        revoked.apps().forEach(app -> lasting.sessions().endAll(user, app));
      }
      if (imap.joined()) {
        dovecot.end(user, revoked.apps());
      }
    };
  }

  /// Mail that was under way when a user got another name goes to the mailbox under that.
  private static String presentName(Accounts accounts, String name) {
    return UserName.parse(name).flatMap(accounts::renamed).map(UserName::text).orElse(name);
  }

  private static Optional<Long> limit(Accounts accounts, MailboxSettings mailboxes, String name) {
    return UserName.parse(name)
        .flatMap(accounts::user)
        .flatMap(user -> mailboxes.limit(user.quota()));
  }

  private static DeliveryAgent mailboxes(
      Settings settings,
      LastingParts lasting,
      Accounts accounts,
      Router router,
      MailboxQuota quota) {
    var mailboxes = MailboxSettings.from(settings);
    UnaryOperator<String> names = name -> presentName(accounts, name);
    var agent = new MaildirAgent(mailboxes, names, quota, lasting.clock(), lasting.random());
    return accounts.elsewhere() ? new CertainOwners(agent, mailboxes, names, router) : agent;
  }

  /// Accounts that are kept elsewhere.
  private static List<AccountSource> sources(Settings settings, LastingParts lasting)
      throws IOException {
    Optional<LdapSettings> ldap = LdapSettings.from(settings);
    return ldap.isPresent()
        ? List.of(
            new LdapDirectory(ldap.get(), lasting.directory(), lasting.workers(), System::nanoTime))
        : List.of();
  }

  private static SenderRights rights(Accounts accounts) {
    return new SenderRights() {
      @Override
      public boolean mayUse(String user, MailAddress address) {
        return accounts.maySendAs(user, address);
      }

      @Override
      public CompletionStage<Boolean> prepare(String user, Collection<MailAddress> addresses) {
        return accounts.prepareToSend(user, addresses);
      }
    };
  }

  private static LocalUsers users(Accounts accounts) {
    return new LocalUsers() {
      @Override
      public boolean exists(String localPart, DomainName domain) {
        return accounts.exists(localPart, domain);
      }

      @Override
      public boolean uncertain(String localPart, DomainName domain) {
        return accounts.uncertain(localPart, domain);
      }

      @Override
      public List<String> targets(String localPart, DomainName domain) {
        return accounts.targets(new UserName(localPart, domain));
      }

      @Override
      public boolean elsewhere() {
        return accounts.elsewhere();
      }

      @Override
      public CompletionStage<Void> prepare(Collection<Name> names) {
        return accounts.prepare(
            names.stream().map(name -> new UserName(name.localPart(), name.domain())).toList());
      }
    };
  }

  /// A service that takes only what finds room.
  SmtpService withRoom(SmtpService service) {
    return room.apply(service);
  }

  private static List<Upkeep> upkeep(
      KeyUpkeep keys,
      Optional<CertificateUpkeep> certificate,
      Optional<CertificateRenewal> acme,
      List<Upkeep.Chore> notices,
      InstantSource clock) {
    return Stream.of(Stream.of(keys), notices.stream(), acme.stream(), certificate.stream())
        .flatMap(chores -> chores)
        .map(chore -> new Upkeep(chore, clock))
        .toList();
  }

  private static KeyUpkeep keeper(
      KeyWiring keeping,
      LastingParts lasting,
      SigningSettings signing,
      PostmasterMail mail,
      HttpsExchange https)
      throws IOException {
    Path directory = keeping.directory();
    return new KeyUpkeep(
        keeping.parts(
            lasting.journal(), mail, new WebDisclosureCheck(https), lasting.queuedSince()),
        directory.resolve(KeyJournal.FILE_NAME),
        keeping.settings(),
        signing.selectors(),
        selectors ->
            use(lasting.keys(), signing.withSelectors(selectors), directory, lasting.crypto()));
  }

  static KeyWiring keeping(KeySettings keySettings, Resolver resolver, LastingParts lasting) {
    return KeyWiring.of(keySettings, resolver, lasting.crypto(), lasting.random(), lasting.clock());
  }

  private static void use(
      KeysInForce keys, SigningSettings signing, Path directory, DkimCrypto crypto) {
    ActiveKeys.Loaded loaded = ActiveKeys.load(signing, directory, crypto);
    if (!loaded.problems().isEmpty()) {
      throw new IllegalStateException(
          "the keys that should sign cannot be used, those before go on: " + loaded.problems());
    }
    keys.use(loaded.keys());
  }

  static Path keyDirectory(Settings settings) {
    return KeySettings.from(settings).directory();
  }

  private static ActiveKeys keys(SigningSettings signing, Path directory, DkimCrypto crypto)
      throws StartFailedException {
    ActiveKeys.Loaded loaded = ActiveKeys.load(signing, directory, crypto);
    if (!loaded.problems().isEmpty()) {
      throw new StartFailedException(
          loaded.problems().stream()
              .map(ActiveKeys.Problem::toString)
              .collect(Collectors.joining("\n  ", "the signing keys are not in order:\n  ", "")));
    }
    return loaded.keys();
  }

  @Override
  public void close() {
    accounts.close();
    agent.close();
  }
}
