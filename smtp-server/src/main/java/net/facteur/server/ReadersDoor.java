package net.facteur.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.facteur.server.accounts.Accounts;
import net.facteur.server.accounts.PasswordRules;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.imap.AccountsDoor;
import net.facteur.server.imap.AppLogins;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.imap.Mailboxes;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.mailbox.MaildirPath;
import net.facteur.server.net.ListeningSockets;
import net.facteur.server.web.Routes;
import net.facteur.server.web.WebServer;

/// Where Dovecot asks about accounts, and a webmail changes passwords. It opens and closes with a
/// reload, so that joining Dovecot takes no restart.
final class ReadersDoor implements AutoCloseable {
  /// How long a password check may wait for its turn, and what a source of accounts may take.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ListeningSockets sockets;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Routes routes;
  private final List<WebServer> open = new ArrayList<>();
  private List<InetSocketAddress> addresses = List.of();
  private volatile String secret = "";
  private volatile String webmailSecret = "";

  /// @param logins hears where app passwords are used
  ReadersDoor(
      InForce inForce,
      AppLogins logins,
      ListeningSockets sockets,
      SecureRandom random,
      InstantSource clock) {
    this.sockets = sockets;
    this.random = random;
    this.clock = clock;
    this.routes =
        new AccountsDoor(
                new AccountsDoor.Secrets(() -> secret, () -> webmailSecret),
                () -> inForce.parts().accounts(),
                new AccountsDoor.NewPasswords(
                    () -> inForce.parts().accounts(),
                    () -> PasswordRules.from(inForce.now().settings())),
                () -> mailboxes(inForce.now()),
                logins,
                PATIENCE)
            .routes();
  }

  /// Opens and closes what the settings ask for.
  ///
  /// @throws IOException where a listener cannot be opened, or the secret not be read; those before
  ///   stay then
  synchronized void follow(Settings settings) throws IOException {
    ImapSettings imap = ImapSettings.from(settings);
    if (!imap.open().isEmpty()) {
      secret = imap.secret().open(random);
      webmailSecret = imap.webmailSecret().open(random);
    }
    if (imap.open().equals(addresses)) {
      return;
    }
    var fresh = new ArrayList<WebServer>();
    try {
      for (InetSocketAddress address : imap.open()) {
        if (!addresses.contains(address)) {
          fresh.add(WebServer.openForProgram(sockets, address, () -> routes, clock));
        }
      }
    } catch (IOException e) {
      fresh.forEach(WebServer::close);
      throw e;
    }
    for (WebServer before : List.copyOf(open)) {
      if (!imap.open().containsAll(before.addresses())) {
        before.close();
        open.remove(before);
      }
    }
    open.addAll(fresh);
    addresses = imap.open();
  }

  /// Where it is open, with the ports that were found for port 0.
  synchronized List<InetSocketAddress> addresses() {
    return open.stream().flatMap(door -> door.addresses().stream()).toList();
  }

  private static Mailboxes mailboxes(InForce.Made now) {
    Accounts accounts = now.parts().accounts();
    MailboxSettings settings = MailboxSettings.from(now.settings());
    var homes = new MaildirPath(settings.base());
    return new Mailboxes() {
      @Override
      public Answer find(String name) {
        Optional<UserName> asked = UserName.parse(name);
        if (asked.isEmpty()) {
          return new Answer.Unknown();
        }
        prepared(accounts, name);
        Optional<User> user =
            accounts
                .user(asked.get())
                .or(() -> accounts.renamed(asked.get()).flatMap(accounts::user))
                .filter(User::hasMailbox);
        if (user.isPresent()) {
          String found = user.get().name().text();
          Optional<Path> home = homes.of(found).flatMap(p -> Optional.ofNullable(p.getParent()));
          if (home.isPresent()) {
            long quota = settings.limit(user.get().quota()).orElse(0L);
            return new Answer.Found(found, home.get(), quota);
          }
        }
        return accounts.uncertain(asked.get().localPart(), asked.get().domain())
            ? new Answer.Unavailable()
            : new Answer.Unknown();
      }

      @Override
      public List<String> names() {
        return accounts.names().stream().map(UserName::text).toList();
      }
    };
  }

  private static void prepared(Accounts accounts, String name) {
    try {
      accounts.prepare(name).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException _) {
      // Whoever cannot be asked is uncertain.
    }
  }

  @Override
  public synchronized void close() {
    open.forEach(WebServer::close);
    open.clear();
    addresses = List.of();
  }
}
