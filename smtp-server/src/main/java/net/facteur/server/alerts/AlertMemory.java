package net.facteur.server.alerts;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.server.counts.CountStore;

/// What stands and what was told, in the database of counts: it outlives restarts, and nodes that
/// share the database tell once.
public record AlertMemory(CountStore store) {
  private static final String STANDING = "alert";
  private static final String TOLD = "alert-told";

  /// What was told is remembered for as many.
  private static final int MOST = 100;

  /// What something is known by.
  ///
  /// @param subject of what, with the host where it is about one machine
  public record Matter(AlertRule rule, String subject) {
    String text() {
      return rule.word() + " " + subject;
    }

    static Optional<Matter> parse(String text) {
      int space = text.indexOf(' ');
      return space < 0
          ? Optional.empty()
          : AlertRule.of(text.substring(0, space))
              .map(rule -> new Matter(rule, text.substring(space + 1)));
    }
  }

  /// Something that somebody was told.
  ///
  /// @param key rule and subject
  /// @param over true where it was that it is over
  public record Told(Instant at, Matter key, boolean over, AlertEntry entry) {}

  /// What stands, and what stood a moment ago.
  public Map<Matter, AlertEntry> standing() throws IOException {
    Map<Matter, AlertEntry> found = new TreeMap<>(Comparator.comparing(Matter::text));
    store
        .texts(STANDING)
        .forEach(
            (name, text) ->
                Matter.parse(name)
                    .ifPresent(
                        key -> AlertEntry.parse(text).ifPresent(entry -> found.put(key, entry))));
    return found;
  }

  void begin(Matter key, AlertEntry entry) throws IOException {
    var _ = store.putIfAbsent(STANDING, key.text(), entry.text());
  }

  void put(Matter key, AlertEntry entry) throws IOException {
    store.put(STANDING, key.text(), entry.text());
  }

  void forget(Matter key) throws IOException {
    store.remove(STANDING, key.text());
  }

  /// Takes it on to tell somebody.
  ///
  /// @return false where another node does, or did
  boolean claim(Matter key, boolean over, AlertEntry entry) throws IOException {
    return store.putIfAbsent(TOLD, name(key, over, entry), entry.text());
  }

  /// Writes down how it was told.
  void done(Matter key, boolean over, AlertEntry entry) throws IOException {
    store.put(TOLD, name(key, over, entry), entry.text());
    List<Told> all = told();
    for (Told old : all.subList(Math.min(MOST, all.size()), all.size())) {
      store.remove(TOLD, name(old.key(), old.over(), old.entry()));
    }
  }

  /// Leaves it to another time, since nobody could be told.
  void unclaim(Matter key, boolean over, AlertEntry entry) throws IOException {
    store.remove(TOLD, name(key, over, entry));
  }

  private static String name(Matter key, boolean over, AlertEntry entry) {
    return (over ? "over " : "began ") + entry.since() + " " + key.text();
  }

  /// What was told, the newest first.
  public List<Told> told() throws IOException {
    var found = new ArrayList<Told>();
    store
        .texts(TOLD)
        .forEach(
            (name, text) -> {
              String[] parts = name.split(" ", 3);
              if (parts.length == 3) {
                Matter.parse(parts[2])
                    .ifPresent(
                        key ->
                            AlertEntry.parse(text)
                                .ifPresent(entry -> found.add(told(parts[0], key, entry))));
              }
            });
    found.sort(Comparator.comparing(Told::at).reversed());
    return found;
  }

  private static Told told(String word, Matter key, AlertEntry entry) {
    boolean over = word.equals("over");
    return new Told((over ? entry.gone() : entry.told()).orElse(entry.since()), key, over, entry);
  }
}
