package net.facteur.it.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.server.demo.ZoneRecord;

/// What somebody says to a server, and what comes of it.
///
/// @param directory where it stands
/// @param title what it shows, the comment on top of `dialog`
/// @param settings beyond those that every scenario has
/// @param zone records beyond those that every scenario has
/// @param dialog what happens
/// @param expected how things are then
public record Scenario(
    Path directory,
    String title,
    String settings,
    List<ZoneRecord<?>> zone,
    List<Step> dialog,
    List<Expectation> expected) {
  public Scenario {
    zone = List.copyOf(zone);
    dialog = List.copyOf(dialog);
    expected = List.copyOf(expected);
  }

  /// What became of reading.
  public sealed interface Reading {}

  /// It can be played.
  public record Good(Scenario scenario) implements Reading {}

  /// What is wrong in its files.
  public record Wrong(List<Mistake> mistakes) implements Reading {
    public Wrong {
      mistakes = List.copyOf(mistakes);
    }
  }

  /// Reads a directory.
  ///
  /// @throws IOException where the disk fails
  public static Reading read(Path directory) throws IOException {
    var mistakes = new ArrayList<Mistake>();
    for (String name : List.of("dialog", "expected")) {
      if (!Files.isRegularFile(directory.resolve(name))) {
        var at = new Place(directory.resolve(name), 1);
        mistakes.add(new Mistake(at, "a file `" + name + "`", "none"));
      }
    }
    if (!mistakes.isEmpty()) {
      return new Wrong(mistakes);
    }
    Path settings = directory.resolve("mail.conf");
    var zone = ScenarioText.readIfThere(directory.resolve("zone"), ';', mistakes);
    var dialog = ScenarioText.read(directory.resolve("dialog"), '#', mistakes);
    var expected = ScenarioText.read(directory.resolve("expected"), '#', mistakes);
    if (dialog.heading().isEmpty()) {
      var at = new Place(directory.resolve("dialog"), 1);
      mistakes.add(new Mistake(at, "a comment on top that says what the dialog shows", "none"));
    }
    var scenario =
        new Scenario(
            directory,
            dialog.heading(),
            Files.exists(settings) ? Files.readString(settings) : "",
            ZoneText.records(zone),
            DialogText.steps(directory, dialog),
            ExpectedText.expectations(expected));
    if (scenario.dialog.isEmpty() && mistakes.isEmpty()) {
      var at = new Place(directory.resolve("dialog"), 1);
      mistakes.add(new Mistake(at, "at least one line beyond comments", "none"));
    }
    if (mistakes.isEmpty()) {
      for (Path file : unused(scenario)) {
        var at = new Place(file, 1);
        mistakes.add(
            new Mistake(at, "mail.conf, zone, or a file that the dialog names", "neither"));
      }
    }
    return mistakes.isEmpty() ? new Good(scenario) : new Wrong(mistakes);
  }

  /// Files that nothing reads; the name of one is likely misspelt.
  private static List<Path> unused(Scenario scenario) throws IOException {
    var used = new HashSet<Path>();
    for (String name : List.of("mail.conf", "zone", "dialog", "expected")) {
      used.add(scenario.directory.resolve(name));
    }
    for (Step step : scenario.dialog) {
      if (step instanceof Step.Reload(Place _, Path settings)) {
        used.add(settings);
      } else if (step instanceof Step.Send send) {
        if (send.content() instanceof Step.Content.File(Path path)) {
          used.add(path);
        }
        send.signature().map(Step.Signature::signed).ifPresent(used::add);
      }
    }
    try (Stream<Path> files = Files.list(scenario.directory)) {
      return files.filter(file -> !used.contains(file)).sorted().toList();
    }
  }
}
