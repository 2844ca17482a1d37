package net.facteur.server.feedback;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import net.facteur.server.counts.CountStore;

/// Something known of each of many addresses: in memory, written behind, and read again where other
/// processes write, too. Where two change the same, the later write counts. Safe for use by many
/// threads; only [#exchange()] blocks.
final class Remembered<T> {
  private final CountStore store;
  private final String part;
  private final int most;
  private final Function<T, String> print;
  private final Function<String, Optional<T>> parse;
  private final Map<String, T> known = new ConcurrentHashMap<>();
  private final Set<String> unwritten = ConcurrentHashMap.newKeySet();
  private boolean read;

  /// @param part names this among all that is counted
  /// @param most addresses that are remembered; of further ones nothing is
  Remembered(
      CountStore store,
      String part,
      int most,
      Function<T, String> print,
      Function<String, Optional<T>> parse) {
    this.store = store;
    this.part = part;
    this.most = most;
    this.print = print;
    this.parse = parse;
  }

  Optional<T> get(String key) {
    return Optional.ofNullable(known.get(key));
  }

  Map<String, T> all() {
    return Map.copyOf(known);
  }

  /// Puts what `change` makes of what is known; an empty result is forgotten.
  void change(String key, Function<Optional<T>, Optional<T>> change) {
    if (known.size() >= most && !known.containsKey(key)) {
      return;
    }
    known.compute(
        key,
        (_, before) -> {
          Optional<T> after = change.apply(Optional.ofNullable(before));
          if (!after.equals(Optional.ofNullable(before))) {
            unwritten.add(key);
          }
          return after.orElse(null);
        });
  }

  /// Forgets everything that fits.
  ///
  /// @return how many that were
  int forget(Predicate<Map.Entry<String, T>> which) {
    var gone = new ArrayList<String>();
    known.entrySet().stream().filter(which).forEach(entry -> gone.add(entry.getKey()));
    gone.forEach(key -> change(key, _ -> Optional.empty()));
    return gone.size();
  }

  /// Writes what is new, and reads what others wrote. Blocks.
  ///
  /// @throws IOException where that is not possible now; what is new is written another time
  synchronized void exchange() throws IOException {
    List<String> keys = List.copyOf(unwritten);
    Map<String, String> texts = new HashMap<>();
    List<String> gone = new ArrayList<>();
    for (String key : keys) {
      unwritten.remove(key);
      T its = known.get(key);
      if (its == null) {
        gone.add(key);
      } else {
        texts.put(key, print.apply(its));
      }
    }
    try {
      if (!texts.isEmpty()) {
        store.putAll(part, texts);
      }
      for (String key : gone) {
        store.remove(part, key);
      }
      if (!read || store.shared()) {
        recall();
      }
    } catch (IOException e) {
      unwritten.addAll(keys);
      throw e;
    }
  }

  private void recall() throws IOException {
    Map<String, String> texts = store.texts(part);
    if (read) {
      known.keySet().removeIf(key -> !texts.containsKey(key) && !unwritten.contains(key));
    }
    texts.forEach(
        (key, text) -> {
          if (!unwritten.contains(key) && (known.containsKey(key) || known.size() < most)) {
            parse.apply(text).ifPresent(its -> known.put(key, its));
          }
        });
    read = true;
  }
}
