package net.facteur.server.fuzz;

import java.util.List;
import java.util.function.Consumer;
import net.facteur.server.accounts.UsersFuzz;
import net.facteur.server.admin.ControlFuzz;
import net.facteur.server.config.SettingsFuzz;
import net.facteur.server.delivery.RepliesFuzz;
import net.facteur.server.report.received.ReportsFuzz;
import net.facteur.server.smtp.ArgumentsFuzz;
import net.facteur.server.smtp.CommandsFuzz;

/// What a fuzzing engine may try to break: a class that stands beside what it tries, with the
/// method that Jazzer looks for. It throws where a promise is broken.
///
/// @param run that method
record Target(Class<?> type, Consumer<byte[]> run) {
  static final List<Target> ALL =
      List.of(
          new Target(ArgumentsFuzz.class, ArgumentsFuzz::fuzzerTestOneInput),
          new Target(CommandsFuzz.class, CommandsFuzz::fuzzerTestOneInput),
          new Target(ControlFuzz.class, ControlFuzz::fuzzerTestOneInput),
          new Target(RepliesFuzz.class, RepliesFuzz::fuzzerTestOneInput),
          new Target(ReportsFuzz.class, ReportsFuzz::fuzzerTestOneInput),
          new Target(SettingsFuzz.class, SettingsFuzz::fuzzerTestOneInput),
          new Target(UsersFuzz.class, UsersFuzz::fuzzerTestOneInput));

  /// The directory that holds its seeds.
  String name() {
    return type.getSimpleName().replace("Fuzz", "");
  }
}
