package net.facteur.server.ldap;

import java.io.IOException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.AccountSource;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Accounts of a directory. Answers come from memory; [#prepare] and [#verify] ask on threads that
/// may wait. Safe for many threads.
public final class LdapDirectory implements AccountSource {
  private static final Logger LOG = LogManager.getLogger(LdapDirectory.class);

  /// Questions that may wait for a connection; further ones are not asked.
  private static final int MAX_WAITING = 1000;

  /// A question may need several searches, and a group one for each member.
  private static final int PATIENCE = 4;

  private static final int MAX_LOGIN = 255;

  private final LdapSettings settings;
  private final Set<DomainName> domains;
  private final DirectoryServers servers;
  private final DirectorySearch search;
  private final DirectoryMemory.View memory;
  private final Executor workers;
  private final AtomicInteger waiting = new AtomicInteger();

  /// Connects to nobody yet.
  ///
  /// @param memory what was known before
  /// @param workers runs one blocking task for each question: virtual threads
  /// @param nanoTime such as `System::nanoTime`
  /// @throws IOException where the password or the authorities cannot be read
  public LdapDirectory(
      LdapSettings settings, DirectoryMemory memory, Executor workers, LongSupplier nanoTime)
      throws IOException {
    this.settings = settings;
    this.domains = Set.copyOf(settings.domains());
    this.servers = new DirectoryServers(settings.access(), nanoTime);
    this.search = new DirectorySearch(settings, servers, DirectorySearch.Watcher.NOBODY);
    this.memory = memory.with(settings);
    this.workers = workers;
  }

  // ---- from memory

  @Override
  public Answer find(UserName name) {
    return switch (known(name)) {
      case Known.Is(DirectoryAnswer.Person person) when person.user().name().equals(name) ->
          new Answer.Found(person.user());
      case Known.Is(DirectoryAnswer.Unclear _) -> new Answer.Unavailable();
      case Known.Is _ -> new Answer.Unknown();
      case Known.Unsaid _ -> new Answer.Unavailable();
    };
  }

  @Override
  public List<String> targets(UserName name) {
    return switch (known(name)) {
      case Known.Is(DirectoryAnswer.Person(User user, String _, Set<UserName> _, var forwards)) ->
          user.name().equals(name) ? forwards : List.of(user.name().text());
      case Known.Is(DirectoryAnswer.Group(String _, Set<UserName> _, List<String> members)) ->
          members;
      case Known.Is(DirectoryAnswer.Nobody _), Known.Is(DirectoryAnswer.Unclear _) -> List.of();
      case Known.Unsaid _ -> List.of();
    };
  }

  @Override
  public Answer findLogin(String login) {
    Optional<UserName> address = address(login);
    boolean unsaid = false;
    if (address.isPresent()) {
      switch (known(address.get())) {
        case Known.Is(DirectoryAnswer.Person person) -> {
          return new Answer.Found(person.user());
        }
        case Known.Is(DirectoryAnswer.Unclear _) -> {
          return new Answer.Unavailable();
        }
        case Known.Is _ -> {}
        case Known.Unsaid _ -> unsaid = true;
      }
    }
    return switch (known(key(login))) {
      case Known.Is(DirectoryAnswer.Person person) -> new Answer.Found(person.user());
      case Known.Is(DirectoryAnswer.Unclear _) -> new Answer.Unavailable();
      case Known.Is _ -> unsaid ? new Answer.Unavailable() : new Answer.Unknown();
      case Known.Unsaid _ -> new Answer.Unavailable();
    };
  }

  /// What memory has.
  private sealed interface Known {
    record Is(DirectoryAnswer answer) implements Known {}

    /// Nothing that can be believed.
    record Unsaid() implements Known {}
  }

  private Known known(UserName name) {
    return domains.contains(name.domain())
        ? known(memory.ofAddress(name))
        : new Known.Is(new DirectoryAnswer.Nobody());
  }

  private Known known(String login) {
    return login.isEmpty() || login.length() > MAX_LOGIN
        ? new Known.Is(new DirectoryAnswer.Nobody())
        : known(memory.ofLogin(login));
  }

  private Known known(Optional<DirectoryMemory.Known> kept) {
    return kept.filter(known -> memory.holds(known, servers.down()))
        .<Known>map(known -> new Known.Is(known.answer()))
        .orElseGet(Known.Unsaid::new);
  }

  private Optional<UserName> address(String login) {
    return UserName.parse(login).filter(name -> domains.contains(name.domain()));
  }

  /// How a login is compared.
  static String key(String login) {
    return Normalizer.normalize(login, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  // ---- asking

  @Override
  public CompletionStage<Void> prepare(String login) {
    Optional<UserName> address = address(login);
    CompletionStage<Void> asked =
        address.isPresent()
            ? prepare(List.of(address.get()))
            : CompletableFuture.completedStage(null);
    return asked.thenCompose(
        _ -> address.filter(name -> isPerson(known(name))).isPresent() ? asked : ask(key(login)));
  }

  private static boolean isPerson(Known known) {
    return known instanceof Known.Is(DirectoryAnswer.Person _);
  }

  @Override
  public CompletionStage<Void> prepare(Collection<UserName> names) {
    List<UserName> wanted =
        names.stream()
            .filter(name -> domains.contains(name.domain()))
            .filter(name -> memory.ofAddress(name).filter(memory::fresh).isEmpty())
            .distinct()
            .toList();
    return wanted.isEmpty()
        ? CompletableFuture.completedStage(null)
        : later(() -> search.addresses(wanted).forEach(this::keep));
  }

  private CompletionStage<Void> ask(String login) {
    boolean needless =
        login.isEmpty()
            || login.length() > MAX_LOGIN
            || memory.ofLogin(login).filter(memory::fresh).isPresent();
    return needless
        ? CompletableFuture.completedStage(null)
        : later(
            () -> {
              DirectoryAnswer answer = search.login(login);
              memory.keep(login, answer);
              if (answer instanceof DirectoryAnswer.Person person) {
                person.addresses().forEach(name -> keep(name, person));
              }
            });
  }

  private void keep(UserName name, DirectoryAnswer answer) {
    memory.keep(name, answer);
  }

  /// A question to the directory.
  private interface Question {
    void ask() throws UnavailableException;
  }

  private CompletionStage<Void> later(Question question) {
    var done = new CompletableFuture<Void>();
    if (servers.down()) {
      done.complete(null);
      return done;
    }
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      LOG.warn("ldap result=deferred reason=\"too many questions wait\"");
      done.complete(null);
      return done;
    }
    try {
      workers.execute(
          () -> {
            try {
              question.ask();
            } catch (UnavailableException e) {
              LOG.debug("ldap result=unavailable", e);
            } catch (RuntimeException e) {
              LOG.error("ldap result=failed", e);
            } finally {
              waiting.decrementAndGet();
              done.complete(null);
            }
          });
    } catch (RejectedExecutionException _) {
      waiting.decrementAndGet();
      done.complete(null);
    }
    return done.completeOnTimeout(
        null, settings.access().timeLimit().toMillis() * PATIENCE, TimeUnit.MILLISECONDS);
  }

  // ---- passwords

  @Override
  public boolean verifies() {
    return true;
  }

  @Override
  public CompletionStage<Verdict> verify(User user, byte[] password) {
    byte[] copy = password.clone();
    var verdict = new CompletableFuture<Verdict>();
    try {
      workers.execute(
          () -> {
            try {
              verdict.complete(check(user.name(), copy));
            } catch (RuntimeException e) {
              LOG.error("ldap result=failed", e);
              verdict.complete(Verdict.UNAVAILABLE);
            } finally {
              Arrays.fill(copy, (byte) 0);
            }
          });
    } catch (RejectedExecutionException _) {
      verdict.complete(Verdict.UNAVAILABLE);
    }
    return verdict;
  }

  private Verdict check(UserName name, byte[] password) {
    if (!(known(name) instanceof Known.Is(DirectoryAnswer.Person person))) {
      return Verdict.UNAVAILABLE;
    }
    Verdict verdict = servers.bind(person.dn(), password);
    return switch (verdict) {
      case RIGHT -> {
        memory.right(name, password);
        yield verdict;
      }
      case WRONG -> {
        memory.wrong(name, password);
        yield verdict;
      }
      case UNAVAILABLE -> memory.wasRight(name, password) ? Verdict.RIGHT : verdict;
    };
  }

  @Override
  public void close() {
    servers.close();
  }
}
