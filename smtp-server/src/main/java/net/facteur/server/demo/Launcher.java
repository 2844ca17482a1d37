package net.facteur.server.demo;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.cli.Facteur;

/// How the servers of the trial are started: by the Java, the class path and the settings that this
/// very program was started with.
///
/// @param java the Java and its options
/// @param program the class path and the class
/// @param rehearsal where Java is to note what one of the servers needed, so that later starts are
///   quick
record Launcher(List<String> java, List<String> program, Optional<Path> rehearsal) {
  /// What the launcher sets and a server needs too.
  private static final List<String> INHERITED =
      List.of(
          "--enable-native-access",
          "--add-",
          "-Dfacteur.home",
          "-Dfacteur.program",
          "-Dlog4j2.",
          "-Dfile.encoding");

  Launcher {
    java = List.copyOf(java);
    program = List.copyOf(program);
  }

  static Launcher ofThisProgram() {
    var java = new ArrayList<String>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (INHERITED.stream().anyMatch(argument::startsWith)) {
        java.add(argument);
      }
    }
    // Two servers at rest beside everything else on a small machine.
    java.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    Optional<Path> rehearsal = path("facteur.rehearsal");
    if (rehearsal.isEmpty()) {
      java.add("-XX:TieredStopAtLevel=1");
      path("facteur.kept")
          .filter(Files::exists)
          .ifPresent(kept -> java.addAll(List.of("-XX:AOTCache=" + kept, "-Xlog:aot*=off")));
    }
    return new Launcher(
        java,
        List.of("-cp", System.getProperty("java.class.path"), Facteur.class.getName()),
        rehearsal);
  }

  private static Optional<Path> path(String property) {
    return Optional.ofNullable(System.getProperty(property)).map(Path::of);
  }

  /// What starts the server, without its arguments.
  List<String> command() {
    return command(List.of());
  }

  /// What starts the server whose needs are noted, if any are to be.
  List<String> rehearsed() {
    return command(
        rehearsal
            .map(
                file ->
                    List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + file, "-Xlog:aot*=off"))
            .orElse(List.of()));
  }

  private List<String> command(List<String> options) {
    var command = new ArrayList<>(java);
    command.addAll(options);
    command.addAll(program);
    return command;
  }
}
