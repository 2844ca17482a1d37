package net.facteur.server.quarantine;

import static net.facteur.server.quarantine.QuarantineTexts.SAY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.queue.MailAddress;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices.Notice;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.text.StrangerText;
import net.facteur.server.upkeep.Upkeep;

/// Mails users what came into quarantine for them, daily or weekly as the settings say, over
/// restarts too. A message for an address that leads to one mailbox is told to whom that mailbox
/// belongs; of what leads to several, the postmaster decides.
public final class QuarantineDigest implements Upkeep.Chore {
  private static final Duration LOOK = Duration.ofHours(1);

  /// A message that came before a round is on the disk this much later, however large it is.
  private static final Duration GRACE = Duration.ofMinutes(5);

  private static final int LISTED = 100;

  private final QuarantineStore store;
  private final QuarantineSettings settings;
  private final Router router;
  private final Post post;
  private final InstantSource clock;
  private final SecureRandom random;
  private Instant next = Instant.MIN;

  /// Mails a notice to a user.
  @FunctionalInterface
  public interface Post {
    /// @return false where it could not be queued
    boolean tell(MailAddress user, Notice notice);
  }

  public QuarantineDigest(
      QuarantineStore store,
      QuarantineSettings settings,
      Router router,
      Post post,
      InstantSource clock,
      SecureRandom random) {
    this.store = store;
    this.settings = settings;
    this.router = router;
    this.post = post;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String name() {
    return "quarantine digest";
  }

  @Override
  public String stamp() {
    return "";
  }

  /// A message in a digest.
  ///
  /// @param number which recipient of it
  private record Item(KeptMessage message, int number) {
    MailAddress address() {
      return message.recipients().get(number).address();
    }
  }

  @Override
  public void advance() throws IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (settings.silent() || now.isBefore(next)) {
      return;
    }
    next = now.plus(LOOK);
    Instant until = now.minus(GRACE);
    Map<String, Instant> told = told();
    for (var entry : items(now, until, told).entrySet()) {
      String user = entry.getKey();
      Optional<Instant> before = Optional.ofNullable(told.get(user));
      // First, so that a crash in between costs one digest rather than sending it again and again.
      told.put(user, until);
      keep(told, now);
      int at = user.lastIndexOf('@');
      boolean posted =
          post.tell(
              new MailAddress(user.substring(0, at), user.substring(at + 1)),
              notice(user, entry.getValue()));
      if (!posted) {
        told.put(user, before.orElse(Instant.EPOCH));
        keep(told, now);
      }
    }
  }

  /// What a user is told of.
  private static final class Items {
    private final List<Item> listed = new ArrayList<>();
    private int count;

    void add(Item item) {
      count++;
      if (listed.size() < LISTED) {
        listed.add(item);
      }
    }
  }

  /// What came for each user who is to be told now.
  private Map<String, Items> items(Instant now, Instant until, Map<String, Instant> told)
      throws IOException {
    Map<String, Items> items = new TreeMap<>();
    store.each(
        message -> {
          if (!message.inbound()
              || message.harmful()
              || !message.received().isBefore(until)
              || !now.isBefore(message.received().plus(settings.keep()))) {
            return;
          }
          for (int i = 0; i < message.recipients().size(); i++) {
            var item = new Item(message, i);
            if (message.recipients().get(i).fate().open()) {
              user(item.address())
                  .filter(user -> isDue(user, message, until, told))
                  .ifPresent(user -> items.computeIfAbsent(user, _ -> new Items()).add(item));
            }
          }
        });
    return items;
  }

  private boolean isDue(
      String user, KeptMessage message, Instant until, Map<String, Instant> told) {
    Instant since =
        Optional.ofNullable(told.get(user)).filter(at -> !at.isAfter(until)).orElse(Instant.EPOCH);
    return settings.of(user).pause().filter(pause -> !until.isBefore(since.plus(pause))).isPresent()
        && !message.received().isBefore(since);
  }

  /// Whose mailbox an address leads to, if it leads nowhere else.
  private Optional<String> user(MailAddress address) {
    router.prepare(address).toCompletableFuture().join();
    return router.resolve(address) instanceof Resolution.Routed(List<Resolution.End> ends)
            && ends.size() == 1
        ? ends.getFirst().user()
        : Optional.empty();
  }

  private Notice notice(String user, Items items) throws IOException {
    boolean daily = settings.of(user) == QuarantineSettings.Digest.DAILY;
    var parts = new ArrayList<Text>();
    parts.add(daily ? SAY.digestDaily(items.count) : SAY.digestWeekly(items.count));
    Optional<ReleaseLinks> links =
        settings.page().isPresent()
            ? Optional.of(new ReleaseLinks(ReleaseSecret.of(store).open(random)))
            : Optional.empty();
    for (Item item : items.listed) {
      KeptMessage message = item.message();
      var lines = new ArrayList<Text>();
      lines.add(SAY.digestFrom(shown(message.glance().from())));
      lines.add(SAY.digestSubject(shown(message.glance().subject())));
      lines.add(SAY.digestReason(ReleasePages.reason(message), time(message.received())));
      if (!item.address().text().equalsIgnoreCase(user)) {
        lines.add(SAY.digestTo(shown(item.address().text())));
      }
      lines.add(
          links.isPresent()
              ? Text.of(
                  settings.page().orElse("")
                      + ReleasePages.PATH
                      + links
                          .get()
                          .token(
                              message.id(),
                              item.number(),
                              item.address(),
                              message.received().plus(settings.keep())))
              : SAY.digestId(message.id().text()));
      parts.add(Text.lines(lines));
    }
    if (items.count > items.listed.size()) {
      parts.add(SAY.digestMore(items.count - items.listed.size()));
    }
    parts.add(links.isPresent() ? SAY.digestHowByLink(days()) : SAY.digestHowByMail(days()));
    return new Notice(SAY.digestTitle(items.count), Text.paragraphs(parts));
  }

  private long days() {
    return Math.max(1, settings.keep().toDays());
  }

  private static String shown(String strangers) {
    String clean = StrangerText.of(strangers).onTerminal();
    return clean.isEmpty() ? "-" : clean.substring(0, Math.min(clean.length(), 200));
  }

  /// A moment for people, to the minute.
  static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.MINUTES).toString().replace('T', ' ').replace(":00Z", " UTC");
  }

  private Path file() {
    return store.directory().resolve("digests");
  }

  /// Up to when each user was told what came.
  private Map<String, Instant> told() throws IOException {
    Map<String, Instant> told = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(file())) {
        int space = line.indexOf(' ');
        if (space > 0) {
          try {
            told.put(line.substring(space + 1), Instant.parse(line.substring(0, space)));
          } catch (DateTimeException _) {
            // Whoever stands there is told anew.
          }
        }
      }
    } catch (NoSuchFileException _) {
      return told;
    }
    return told;
  }

  private void keep(Map<String, Instant> told, Instant now) throws IOException {
    var text = new StringBuilder();
    told.forEach(
        (user, at) -> {
          if (at.plus(settings.keep()).plus(Duration.ofDays(7)).isAfter(now)) {
            text.append(at).append(' ').append(user).append('\n');
          }
        });
    DurableDirectory.secret(store.directory()).make();
    DurableFile.secret(file()).replace(text.toString());
  }
}
