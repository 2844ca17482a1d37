package net.facteur.it;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// People who send all the time, whichever server is there, and number what they send.
final class NumberedMail implements AutoCloseable {
  private static final int PAUSE_MILLIS = 250;

  private final Map<String, Way> taken = new ConcurrentHashMap<>();
  private final Set<String> unsure = ConcurrentHashMap.newKeySet();
  private final Queue<String> refused = new ConcurrentLinkedQueue<>();
  private final AtomicInteger number = new AtomicInteger();
  private final ExecutorService people = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean over;

  /// @param from the envelope sender
  /// @param to the recipient
  record Way(String from, String to) {}

  /// Opens a connection that may send.
  @FunctionalInterface
  interface Door {
    SmtpLink open() throws IOException;
  }

  /// Has somebody send one message after the other until the end. What is not taken is sent again,
  /// as every server does.
  void from(Door door, String from, String... recipients) {
    var _ =
        people.submit(
            () -> {
              try {
                for (int i = 0; !over; i++) {
                  send(door, from, recipients[i % recipients.length]);
                  Thread.sleep(PAUSE_MILLIS);
                }
              } catch (IllegalStateException e) {
                refused.add(e.getMessage());
              }
              return over;
            });
  }

  /// Sends one message, a bounce if nobody is the sender, however often that has to be tried.
  ///
  /// @return its Message-ID, without brackets
  String send(Door door, String from, String to) throws InterruptedException {
    String id = number.incrementAndGet() + ".moved@client.test";
    Mail mail =
        Mail.ofLocal(
            """
            From: <%s>
            To: <%s>
            Subject: %s
            Date: Sun, 22 Nov 2026 12:00:00 +0000
            Message-ID: <%s>
            %s
            Hello
            """
                .formatted(
                    from.isEmpty() ? "mailer-daemon@example.net" : from,
                    to,
                    id,
                    id,
                    from.isEmpty() ? "Auto-Submitted: auto-replied\n" : ""));
    while (true) {
      boolean whole = false;
      try (SmtpLink link = door.open()) {
        String reply = link.begin(from, to);
        if (reply.startsWith("354")) {
          whole = true;
          link.content(mail);
          reply = link.reply();
        }
        if (reply.startsWith("250")) {
          taken.put(id, new Way(from, to));
          return id;
        }
        if (reply.startsWith("5")) {
          throw new IllegalStateException(from + " to " + to + ": " + reply);
        }
      } catch (IOException | AssertionError e) {
        // Nobody there, or gone in the middle: a message without an answer may be there or not.
        if (whole) {
          unsure.add(id);
        }
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /// Every message that was answered with 250, by its Message-ID.
  Map<String, Way> taken() {
    return Map.copyOf(taken);
  }

  /// Those whose connection once broke between the content and the answer: they were sent again, so
  /// that they may be there twice.
  Set<String> unsure() {
    return Set.copyOf(unsure);
  }

  /// What was refused for good, after which that person sent no more.
  List<String> refused() {
    return List.copyOf(refused);
  }

  /// Waits until another `count` messages have been taken.
  void more(int count) throws Exception {
    int goal = taken.size() + count;
    Await.until(
        () -> taken.size() + " of " + goal + " messages taken; refused: " + refused,
        () -> taken.size() >= goal);
  }

  /// Lets everybody finish the message at hand.
  void end() throws InterruptedException {
    over = true;
    people.shutdown();
    if (!people.awaitTermination(1, TimeUnit.MINUTES)) {
      throw new AssertionError("somebody still tries to send");
    }
  }

  @Override
  public void close() {
    over = true;
    people.shutdownNow();
  }
}
