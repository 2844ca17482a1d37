package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.server.language.Text;

/// What came of one message of the trial, and whether it is as it must be.
///
/// @param trial which
/// @param refusal the reply of a server that did not take it
/// @param arrived the message in the mailbox
/// @param receiver the host whose verdict counts
record Outcome(
    Trial trial, Optional<String> refusal, Optional<ArrivedMessage> arrived, String receiver) {
  private static final List<String> METHODS = List.of("spf", "dkim", "dmarc");

  static Outcome refused(Trial trial, String reply, String receiver) {
    return new Outcome(trial, Optional.of(reply), Optional.empty(), receiver);
  }

  static Outcome lost(Trial trial, String receiver) {
    return new Outcome(trial, Optional.empty(), Optional.empty(), receiver);
  }

  static Outcome arrived(Trial trial, ArrivedMessage message, String receiver) {
    return new Outcome(trial, Optional.empty(), Optional.of(message), receiver);
  }

  /// The result words by method; a method without any has none.
  Map<String, List<String>> results() {
    var results = new TreeMap<String, List<String>>();
    for (String method : METHODS) {
      results.put(method, arrived.map(m -> m.words(receiver, method)).orElse(List.of()));
    }
    return results;
  }

  /// What is not as it must be; empty where the check passed.
  List<Text> faults() {
    return trial.honest() ? faultsOfHonest() : faultsOfForged();
  }

  boolean passed() {
    return faults().isEmpty();
  }

  private List<Text> faultsOfHonest() {
    if (refusal.isPresent()) {
      return List.of(SAY.wasRefused(refusal.get()));
    }
    if (arrived.isEmpty()) {
      return List.of(SAY.didNotArrive());
    }
    var faults = new ArrayList<Text>();
    results()
        .forEach(
            (method, words) -> {
              if (words.isEmpty()) {
                faults.add(SAY.noResultOf(method));
              }
              words.stream()
                  .filter(word -> !word.equals("pass"))
                  .forEach(word -> faults.add(Text.of(method + "=" + word)));
            });
    // Both keys sign, RSA and Ed25519.
    if (results().getOrDefault("dkim", List.of()).size() < 2) {
      faults.add(SAY.fewDkimResults());
    }
    return faults;
  }

  private List<Text> faultsOfForged() {
    if (refusal.isPresent()) {
      return List.of();
    }
    if (arrived.isEmpty()) {
      return List.of(SAY.nobodyKnows());
    }
    var faults = new ArrayList<Text>();
    results()
        .forEach(
            (method, words) -> {
              if (words.contains("pass")) {
                faults.add(Text.of(method + "=pass"));
              }
            });
    if (results().getOrDefault("dmarc", List.of()).isEmpty()) {
      faults.add(SAY.noResultOf("dmarc"));
    }
    return faults;
  }

  /// The results in one line.
  Text summary() {
    if (refusal.isPresent()) {
      return SAY.refusedWith(refusal.get());
    }
    if (arrived.isEmpty()) {
      return SAY.notArrived();
    }
    var words = new ArrayList<String>();
    results().forEach((method, found) -> found.forEach(result -> words.add(method + "=" + result)));
    return Text.of(String.join(" ", words));
  }
}
