package net.facteur.server.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many users, and many who guess. What is measured is printed; only the outcomes are asserted.
@Tag("long")
class LoginCrowdTest {
  private static final int USERS = 10_000;
  private static final int NETWORKS = 300;
  private static final int GUESSES = 1_000;
  private static final int HONEST = 200;

  private static final AtomicInteger SESSIONS = new AtomicInteger();

  private final SecureRandom random = new SecureRandom();

  @TempDir private Path directory = Path.of("");

  @Test
  void rightPasswordsGoThroughBesideThoseOfACrowd() throws Exception {
    var file = new UsersFile(directory.resolve("users"), random);
    PasswordHash hash = PasswordHash.of(octets("right"), Argon2Cost.DEFAULT, random);
    long before = used();
    file.edit(
        _ -> {
          Map<UserName, User> all = new TreeMap<>();
          for (int i = 0; i < USERS; i++) {
            UserName name = UserName.parse(user(i)).orElseThrow();
            all.put(name, new User(name, Optional.of(hash), Optional.empty(), List.of()));
          }
          return all;
        });
    try (var accounts = new Accounts(AccountsSettings.of(file.path()), random, System::nanoTime)) {
      System.out.printf("%d users: %d MiB of heap%n", USERS, (used() - before) >> 20);
      long start = System.nanoTime();
      List<CompletableFuture<Long>> first = new ArrayList<>();
      for (int i = 0; i < HONEST; i++) {
        first.add(honest(accounts, i));
        if (first.size() >= 8) {
          first.removeFirst().join();
        }
      }
      first.forEach(CompletableFuture::join);
      System.out.printf(
          "first logins: %.0f a second%n", HONEST / ((System.nanoTime() - start) / 1e9));

      // Known users from where they always come from, and as many strangers as there are.
      List<CompletableFuture<LoginOutcome>> guesses = new ArrayList<>();
      List<CompletableFuture<Long>> honest = new ArrayList<>();
      for (int i = 0; i < GUESSES; i++) {
        guesses.add(guess(accounts, i));
        if (i % (GUESSES / HONEST) == 0) {
          honest.add(honest(accounts, HONEST + i / (GUESSES / HONEST)));
        }
        Thread.sleep(10);
      }
      long[] waits = honest.stream().mapToLong(CompletableFuture::join).sorted().toArray();
      assertEquals(HONEST, waits.length);
      System.out.printf(
          "beside %d wrong passwords from %d networks: p50 %.0f ms, p99 %.0f ms, longest %.0f ms%n",
          GUESSES,
          NETWORKS,
          waits[HONEST / 2] / 1e6,
          waits[HONEST * 99 / 100 - 1] / 1e6,
          waits[HONEST - 1] / 1e6);
      for (var guess : guesses) {
        switch (guess.join()) {
          case LoginOutcome.Accepted accepted -> throw new AssertionError(accepted);
          case LoginOutcome.Refused _, LoginOutcome.Barred _, LoginOutcome.Unavailable _ -> {}
        }
      }
    }
  }

  private static String user(int n) {
    return "user" + n + "@example.org";
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// The nanoseconds that it took.
  private static CompletableFuture<Long> honest(Accounts accounts, int n) {
    long start = System.nanoTime();
    return accounts
        .login(attempt("172." + (16 + n % 16) + "." + n / 16 + ".9", user(n), "right"))
        .thenApply(
            outcome -> {
              assertInstanceOf(LoginOutcome.Accepted.class, outcome);
              return System.nanoTime() - start;
            })
        .toCompletableFuture();
  }

  private static CompletableFuture<LoginOutcome> guess(Accounts accounts, int n) {
    int network = n % NETWORKS;
    String from = "10." + network / 200 + "." + network % 200 + "." + (1 + n / NETWORKS);
    return accounts.login(attempt(from, user(n * 7 % USERS), "guess" + n)).toCompletableFuture();
  }

  private static LoginAttempt attempt(String from, String user, String password) {
    var client = new InetSocketAddress(InetAddress.ofLiteral(from), 0);
    return new LoginAttempt(
        LoginService.SUBMISSION,
        "S" + SESSIONS.incrementAndGet(),
        client,
        "PLAIN",
        user,
        octets(password));
  }

  private static long used() {
    IntStream.range(0, 3).forEach(_ -> System.gc());
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
