package net.facteur.server.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// Runs every check and says what came of them.
public final class Doctor {
  private final LongSupplier nanoTime;

  /// @param nanoTime measures the disk, such as `System::nanoTime`
  public Doctor(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// Looks at everything. Takes as long as the DNS and the network do.
  public List<Finding> examine(ServerFacts patient) {
    var findings = new ArrayList<Finding>();
    var names = new NameChecks(patient);
    Optional<Finding> mute = names.mute();
    if (mute.isPresent()) {
      // Without the DNS every other question would wait, and its answer be worth nothing.
      findings.add(mute.get());
    } else {
      findings.addAll(names.examine());
      findings.addAll(new AuthenticationChecks(patient).examine());
      findings.addAll(new TransportChecks(patient).examine());
      findings.addAll(new ClientChecks(patient).examine());
    }
    findings.addAll(new MachineChecks(patient, nanoTime, mute.isEmpty()).examine());
    return List.copyOf(findings);
  }

  /// True where something is an error.
  public static boolean ill(List<Finding> findings) {
    return findings.stream().anyMatch(f -> f.level() == Finding.Level.ERROR);
  }

  /// The findings that are worth a mail, each on one line and without figures that change daily.
  public static String digest(List<Finding> findings) {
    return findings.stream()
        .filter(f -> f.level() != Finding.Level.OK)
        .map(f -> f.level() + " " + f.check() + " " + subject(f).replaceAll("[0-9]{4}-.*Z", ""))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static String subject(Finding finding) {
    return finding.subject().in(Language.ENGLISH);
  }

  /// The findings as plain text.
  ///
  /// @param all also those that are well
  public static List<String> tell(List<Finding> findings, Language language, boolean all) {
    var lines = new ArrayList<String>();
    for (Finding f : findings) {
      if (all || f.level() != Finding.Level.OK) {
        lines.add(
            "%-7s  %s: %s: %s"
                .formatted(
                    word(f.level()).in(language),
                    f.check(),
                    f.subject().in(language),
                    f.meaning().in(language)));
        f.paste().stream()
            .flatMap(text -> text.in(language).lines())
            .forEach(line -> lines.add("        " + line));
      }
    }
    return lines;
  }

  private static Text word(Finding.Level level) {
    return switch (level) {
      case OK -> DoctorTexts.SAY.levelOk();
      case WARNING -> DoctorTexts.SAY.levelWarning();
      case ERROR -> DoctorTexts.SAY.levelError();
    };
  }

  /// For JSON.
  ///
  /// @param commands writes the commands of a text as they are typed here
  public static List<Map<String, Object>> fields(
      List<Finding> findings, Language language, UnaryOperator<String> commands) {
    var all = new ArrayList<Map<String, Object>>();
    for (Finding f : findings) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("check", f.check());
      fields.put("subject", f.subject().in(language));
      fields.put(
          "level",
          switch (f.level()) {
            case OK -> "ok";
            case WARNING -> "warning";
            case ERROR -> "error";
          });
      fields.put("meaning", commands.apply(f.meaning().in(language)));
      fields.put(
          "paste",
          f.paste().stream().flatMap(text -> text.in(language).lines()).map(commands).toList());
      all.add(fields);
    }
    return all;
  }
}
