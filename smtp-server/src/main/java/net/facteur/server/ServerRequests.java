package net.facteur.server;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.acme.CertificateRenewal;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.admin.AccountView;
import net.facteur.server.admin.QueueRequests;
import net.facteur.server.admin.QueueView;
import net.facteur.server.admin.SendingRequests;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.admin.ServerControl.Reloaded;
import net.facteur.server.admin.SessionRequests;
import net.facteur.server.alerts.AlertRequests;
import net.facteur.server.feedback.FeedbackRequests;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Language;
import net.facteur.server.quarantine.QuarantineRequests;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.routes.RouteRequests;
import net.facteur.server.routes.RouteWiring;
import net.facteur.server.smtp.SmtpServer;

/// What the control socket asks of a running server.
///
/// @param started what of it runs
record ServerRequests(Server server, Start.Parts started) implements ServerControl {
  private static final int RESTING_SHOWN = 20;

  @Override
  public Map<String, Object> status() {
    var status = new LinkedHashMap<String, Object>();
    status.put("version", Version.PRESENT.text());
    status.put("hostname", HostSettings.from(started.inForce().settings()).name().text());
    status.put("started", started.began().truncatedTo(ChronoUnit.SECONDS).toString());
    status.put(
        "listeners",
        started.listeners().listeners().stream().map(SmtpServer.Bound::toString).toList());
    status.put("connections", started.listeners().connections());
    status.put("selectors", selectors());
    status.put("sessions", started.lasting().sessions().size());
    status.put("users", started.inForce().parts().accounts().names().size());
    if (!started.inForce().parts().addresses().problems().isEmpty()) {
      status.put("addresses-problems", started.inForce().parts().addresses().problems());
    }
    if (!started.inForce().parts().roles().problems().isEmpty()) {
      status.put("roles-problems", started.inForce().parts().roles().problems());
    }
    if (!started.inForce().parts().accounts().problems().isEmpty()) {
      status.put("users-problems", started.inForce().parts().accounts().problems());
    }
    status.put("signing-queue", started.lasting().pool().waiting());
    var waiting = started.operator().summary(1);
    status.put("queued", waiting.total().all());
    status.put("held", waiting.total().held());
    status.put("damaged", waiting.total().damaged());
    status.put("destinations", waiting.destinations());
    status.put(
        "oldest",
        waiting.oldest().map(at -> QueueView.age(Duration.between(at, waiting.at()))).orElse("-"));
    status.put("resting", started.queue().resting(RESTING_SHOWN));
    status.put(
        "disk-free-mib",
        StoreSettings.from(started.inForce().settings())
                .queue()
                .directory()
                .toFile()
                .getUsableSpace()
            >> 20);
    status.put("disk-full", started.queue().full());
    return status;
  }

  @Override
  public boolean healthy() {
    return server.running() && !started.queue().full();
  }

  @Override
  public Reloaded reload() {
    return server.reload();
  }

  @Override
  public void stop() {
    server.stop();
  }

  @Override
  public UserChange.Outcome change(UserChange change) throws IOException {
    UserChange.Outcome outcome = started.inForce().parts().accounts().change(change);
    started.lasting().people().followed(change, outcome);
    return outcome;
  }

  @Override
  public void fulfil(KeyWish wish, Language language, Consumer<Map<String, Object>> out)
      throws IOException {
    var refused = new AtomicBoolean();
    started
        .inForce()
        .parts()
        .keyRequests()
        .fulfil(
            wish,
            language,
            line -> {
              refused.compareAndSet(false, line.containsKey("refused"));
              out.accept(line);
            });
    if (!refused.get()) {
      started.lasting().people().journal().command(wish.by(), wish.deed(), wish.on());
    }
  }

  @Override
  public AddressChange.Outcome changeAddress(AddressChange change) throws IOException {
    return started.inForce().parts().addresses().change(change);
  }

  @Override
  public void readAgain() {
    started.inForce().parts().roles().refresh();
    started.inForce().parts().absences().refresh();
    started.lasting().lists().refresh();
  }

  @Override
  public boolean write(KeyName name, DkimPrivateKey key) throws IOException {
    return started.inForce().parts().keyRequests().write(name, key);
  }

  @Override
  public Optional<String> renewCertificate() throws IOException {
    Optional<CertificateRenewal> acme = started.inForce().parts().acme();
    return acme.isEmpty() ? Optional.of(CertificateRenewal.NO_AUTHORITY) : acme.get().renewNow();
  }

  @Override
  public int sendReports() {
    return started.lasting().dmarc().reportNow();
  }

  @Override
  public AlertRequests alerts() {
    return new AlertRequests(started.inForce().parts().alerts());
  }

  @Override
  public QueueControl queue() {
    return new QueueRequests(
        started.operator(),
        started.inForce().parts().quarantine().view(),
        started.lasting().clock());
  }

  @Override
  public QuarantineRequests quarantine() {
    QuarantineWiring quarantine = started.inForce().parts().quarantine();
    return QuarantineRequests.of(
        quarantine.view(), quarantine.releases(), started.lasting().clock());
  }

  @Override
  public SendingControl sending() {
    LastingParts lasting = started.lasting();
    return new SendingRequests(
        lasting.sending(),
        lasting.held(),
        new AccountView(started.operator(), lasting.clock()),
        name ->
            UserName.parse(name).flatMap(started.inForce().parts().accounts()::user).isPresent());
  }

  @Override
  public RouteRequests routes() {
    return RouteWiring.requests(started.inForce().settings(), started.lasting().fallbacks());
  }

  @Override
  public FeedbackRequests feedback() {
    return started.lasting().feedback().requests();
  }

  @Override
  public SessionControl sessions() {
    return new SessionRequests(started.lasting().sessions());
  }

  /// What signs at this moment, a domain with the selectors of its keys each, sorted.
  private List<String> selectors() {
    return started.lasting().keys().now().keys().entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + " "
                    + entry.getValue().stream()
                        .map(key -> key.selector().text())
                        .collect(Collectors.joining("+")))
        .sorted()
        .toList();
  }
}
