package net.facteur.server.addresses;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.FileStamp;
import net.facteur.server.language.Language;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.Addresses;
import net.facteur.server.routing.RoutingSettings;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The addresses of the file, in memory. Where the file cannot be read they stay as they were, and
/// mail for addresses that nobody has waits. Safe for use by many threads.
public final class AddressStore implements AddressBook {
  private static final Logger LOG = LogManager.getLogger(AddressStore.class);

  private final AddressesFile file;
  private final InstantSource clock;
  private final boolean logs;
  private volatile Snapshot snapshot;

  /// @param trouble why the file could not be read
  /// @param next when the first of what counts now ends
  private record Snapshot(
      AddressesFile.Content content,
      String stamp,
      Optional<String> trouble,
      Addresses addresses,
      Optional<Instant> next) {}

  /// Reads the file, and tells the log what is wrong with it.
  public AddressStore(AddressesFile file, InstantSource clock) {
    this(file, clock, true);
  }

  private AddressStore(AddressesFile file, InstantSource clock, boolean logs) {
    this.file = file;
    this.clock = clock;
    this.logs = logs;
    this.snapshot =
        new Snapshot(
            AddressesFile.Content.NOTHING, "", Optional.empty(), Addresses.NONE, Optional.empty());
    refresh();
  }

  /// Reads the file for somebody who tells what is wrong with it in another way.
  public static AddressStore unlogged(AddressesFile file, InstantSource clock) {
    return new AddressStore(file, clock, false);
  }

  @Override
  public Addresses now() {
    Snapshot seen = snapshot;
    if (seen.next().filter(end -> !clock.instant().isBefore(end)).isPresent()) {
      synchronized (this) {
        snapshot = of(snapshot.content(), snapshot.stamp(), snapshot.trouble());
        seen = snapshot;
      }
    }
    return seen.addresses();
  }

  @Override
  public boolean uncertain() {
    Snapshot seen = snapshot;
    return seen.trouble().isPresent() || seen.content().uncertain();
  }

  /// What is wrong with the file, in words for an administrator; empty where nothing is.
  public List<String> problems() {
    Snapshot seen = snapshot;
    var problems = new ArrayList<String>();
    seen.content()
        .problems(file.path())
        .forEach(problem -> problems.add(problem.in(Language.ENGLISH)));
    seen.trouble()
        .ifPresent(
            why ->
                problems.add(
                    why
                        + ". The addresses stay as they were; mail for addresses that nobody has is"
                        + " put off (451)."));
    return problems;
  }

  /// Changes an address, durably, and knows it at once.
  ///
  /// @throws IOException where the file cannot be read or written
  public AddressChange.Outcome change(AddressChange change) throws IOException {
    AddressChange.Outcome outcome = file.apply(change);
    refresh();
    return outcome;
  }

  /// The same of what somebody has seen: where somebody else changed it since, nothing is changed.
  ///
  /// @param before the line of the entry, as it was seen; empty for none
  public AddressChange.Outcome change(AddressChange change, String before) throws IOException {
    AddressChange.Outcome outcome = file.apply(change, before);
    refresh();
    return outcome;
  }

  /// What stands for an address, whether it counts still or not.
  ///
  /// @param key as [AddressEntry#key] writes it
  /// @throws IOException where the file cannot be read
  public Optional<AddressEntry> entry(String key) throws IOException {
    return Optional.ofNullable(file.read().entries().get(key));
  }

  /// All that the file says now, whether it counts still or not.
  ///
  /// @throws IOException where the file cannot be read
  public AddressesFile.Content read() throws IOException {
    return file.read();
  }

  /// Reads the file again where it changed, or could not be read before.
  public synchronized void refresh() {
    Snapshot before = snapshot;
    String stamp = FileStamp.of(file.path());
    if (stamp.equals(before.stamp()) && before.trouble().isEmpty()) {
      return;
    }
    try {
      if (FileStamp.isNone(stamp) && !before.content().entries().isEmpty()) {
        throw new IOException(
            file.path()
                + " is gone; put back a copy, or restart the server if it is not to be there");
      }
      snapshot = of(file.read(), stamp, Optional.empty());
    } catch (IOException e) {
      snapshot = of(before.content(), before.stamp(), Optional.of(AddressesFile.trouble(e)));
    }
    if (!logs) {
      return;
    }
    List<String> problems = problems();
    if (!snapshot.trouble().equals(before.trouble())
        || !snapshot.content().damaged().equals(before.content().damaged())
        || snapshot.content().cut() != before.content().cut()) {
      problems.forEach(problem -> LOG.error("addresses: {}", problem));
    }
    if (!snapshot.content().entries().equals(before.content().entries())) {
      LOG.info("addresses read again: {}", snapshot.content().entries().size());
    }
  }

  private Snapshot of(AddressesFile.Content content, String stamp, Optional<String> trouble) {
    Instant now = clock.instant();
    Map<String, List<String>> aliases = new HashMap<>();
    Map<String, RoutingSettings.Forwarding> forwards = new HashMap<>();
    Set<String> refused = new HashSet<>();
    Set<String> discarded = new HashSet<>();
    Map<DomainName, DomainName> domains = new HashMap<>();
    Optional<Instant> next = Optional.empty();
    for (AddressEntry entry : content.entries().values()) {
      Optional<Instant> end = entry.until();
      if (end.filter(until -> !now.isBefore(until)).isPresent()) {
        continue;
      }
      if (end.isPresent() && next.filter(first -> first.isBefore(end.get())).isEmpty()) {
        next = end;
      }
      switch (entry) {
        case AddressEntry.Alias(UserName address, List<String> to, Optional<Instant> _) ->
            aliases.put(address.text(), to);
        case AddressEntry.Forward(
                UserName address,
                List<String> to,
                boolean keep,
                Optional<Instant> _) ->
            forwards.put(address.text(), new RoutingSettings.Forwarding(to, keep));
        case AddressEntry.Refused(UserName address) -> refused.add(address.text());
        case AddressEntry.Discarded(UserName address) -> discarded.add(address.text());
        case AddressEntry.Domain(DomainName domain, DomainName of) -> domains.put(domain, of);
      }
    }
    return new Snapshot(
        content,
        stamp,
        trouble,
        new Addresses(aliases, forwards, refused, discarded, domains),
        next);
  }
}
