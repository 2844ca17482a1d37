package net.facteur.server.smtp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.FairDivision;

/// Lets a bounded number of tasks be under way, divided by client network: a network may have half
/// of the places that are left, and those that wait come up network by network. Whoever makes
/// checking slow, say by name servers that never answer, holds up himself.
///
/// What waits holds its memory, so the memory of all connections bounds how much can wait.
public final class Turns {
  private final FairDivision<AddressBlock> places;
  private final Map<AddressBlock, ArrayDeque<Runnable>> waiting = new LinkedHashMap<>();

  /// @param places tasks at the same time, at least 1
  public Turns(int places) {
    this.places = new FairDivision<>(places);
  }

  /// Runs a task as soon as it is the network's turn. Its place is free again when what it returns
  /// is complete.
  <T> CompletionStage<T> take(AddressBlock network, Supplier<CompletionStage<T>> task) {
    if (enter(network)) {
      return run(network, task);
    }
    var done = new CompletableFuture<T>();
    Runnable begin =
        () ->
            run(network, task)
                .whenComplete(
                    (value, failure) -> {
                      if (failure == null) {
                        done.complete(value);
                      } else {
                        done.completeExceptionally(failure);
                      }
                    });
    if (enterOrWait(network, begin)) {
      begin.run();
    }
    return done;
  }

  /// Somebody of the same network who came before goes first.
  private synchronized boolean enter(AddressBlock network) {
    return !waiting.containsKey(network) && places.take(network, 1);
  }

  private synchronized boolean enterOrWait(AddressBlock network, Runnable begin) {
    if (enter(network)) {
      return true;
    }
    waiting.computeIfAbsent(network, _ -> new ArrayDeque<>()).add(begin);
    return false;
  }

  private <T> CompletionStage<T> run(AddressBlock network, Supplier<CompletionStage<T>> task) {
    CompletionStage<T> stage;
    try {
      stage = task.get();
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedFuture(e);
    }
    return stage.whenComplete((_, _) -> leave(network));
  }

  private void leave(AddressBlock network) {
    next(network).forEach(Runnable::run);
  }

  private synchronized List<Runnable> next(AddressBlock left) {
    places.give(left, 1);
    var begin = new ArrayList<Runnable>();
    for (var found = first(); found.isPresent(); found = first()) {
      AddressBlock network = found.get();
      ArrayDeque<Runnable> tasks = Objects.requireNonNull(waiting.remove(network));
      begin.add(tasks.remove());
      if (!tasks.isEmpty()) {
        waiting.put(network, tasks); // behind all others
      }
    }
    return begin;
  }

  private Optional<AddressBlock> first() {
    return waiting.keySet().stream().filter(network -> places.take(network, 1)).findFirst();
  }
}
