package net.facteur.server.cli;

import static net.facteur.server.cli.AwayCommandTexts.SAY;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.away.Absence;
import net.facteur.server.away.AbsencesFile;
import net.facteur.server.away.AwaySettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `facteur away`: what is answered while somebody is away, or after somebody left.
@Command(name = "away")
final class AwayCommand {
  private AwayCommand() {}

  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new AwayCommand());
    group.addSubcommand(new SetAway(workplace));
    group.addSubcommand(new SetLeft(workplace));
    group.addSubcommand(new Show(workplace));
    group.addSubcommand(new ListThem(workplace));
    group.addSubcommand(new Clear(workplace));
    return group;
  }

  /// What these commands share: they change the file, and let a running server read it again.
  abstract static class OnAbsences extends RoleCommand.OnRoles {
    OnAbsences(Workplace workplace) {
      super(workplace);
    }

    AbsencesFile absences() {
      Path file = AccountsSettings.file(settings());
      Optional<ClosedPlace> closed = ClosedPlace.before(file, false);
      if (closed.isPresent()) {
        throw new ClosedPlaceException(SAY.awayUnreadable(), closed.get());
      }
      return AbsencesFile.beside(file);
    }

    /// What is typed behind `--text`, or stands on standard input.
    String text(String typed) throws IOException {
      String text =
          typed.equals("-")
              ? new String(workplace.in().readNBytes(4 * Absence.MAX_TEXT), StandardCharsets.UTF_8)
              : typed.replace("\\n", "\n");
      return Absence.text(text)
          .orElseThrow(
              () ->
                  CommandFailedException.notUnderstood(
                      SAY.awayNoText(Absence.MAX_TEXT), SAY.awayTypeText()));
    }

    void put(Absence absence) throws IOException {
      AbsencesFile.Outcome _ = absences().put(absence, Optional.empty());
      changed(absence.user());
    }

    void changed(UserName user) throws IOException {
      noted(Deed.Kind.ABSENCE_CHANGED, user.text());
    }

    /// Says who answers, where it is not this server.
    Optional<Text> others() {
      return switch (AwaySettings.from(settings()).by()) {
        case US -> Optional.empty();
        case DOVECOT -> Optional.of(SAY.awayByDovecot());
        case LMTP -> Optional.of(SAY.awayByLmtp());
        case NOBODY -> Optional.of(SAY.awayByNobody());
      };
    }

    void show(UserName user, Absence absence) {
      LocalDate today =
          LocalDate.ofInstant(workplace.clock().instant(), HostSettings.zone(settings()));
      workplace.out().println(workplace.bold(user.text()));
      tell(
          Text.indented(
              absence
                  .last()
                  .map(last -> SAY.awaySpan(absence.from(), last))
                  .orElseGet(() -> SAY.awayOpen(absence.from()))));
      absence.passOn().ifPresent(to -> tell(Text.indented(SAY.awayPassedOn(to))));
      tell(Text.indented(SAY.awayDays(absence.days())));
      tell(
          Text.indented(
              absence.over(today)
                  ? SAY.awayOver()
                  : absence.counts(today) ? SAY.awayNow() : SAY.awayNotYet()));
      absence
          .text()
          .lines()
          .forEach(line -> workplace.out().println("    | " + StrangerText.of(line).onTerminal()));
    }

    static Map<String, Object> fields(Absence absence) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("address", absence.user().text());
      fields.put("kind", absence.kind() == Absence.Kind.AWAY ? "away" : "left");
      fields.put("from", absence.from().toString());
      absence.last().ifPresent(last -> fields.put("until", last.toString()));
      fields.put("days", absence.days());
      absence.passOn().ifPresent(to -> fields.put("pass_on", to));
      fields.put("text", absence.text());
      return fields;
    }

    void printJson(Absence absence) {
      workplace
          .out()
          .println(StrangerText.inJson(new JsonMapper().writeValueAsString(fields(absence))));
    }
  }

  @Command(name = "set")
  static final class SetAway extends OnAbsences {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Option(names = "--text", required = true, paramLabel = "TEXT|-")
    private String text = "";

    @Option(names = "--from", paramLabel = "DATE")
    private @Nullable String from;

    @Option(names = "--until", paramLabel = "DATE")
    private @Nullable String until;

    @Option(names = "--days", paramLabel = "DAYS", defaultValue = "7")
    private int days;

    SetAway(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      Optional<Text> others = others();
      if (others.isPresent()) {
        throw new CommandFailedException(others.get(), SAY.awaySetThere());
      }
      if (days < 1 || days > Absence.MAX_DAYS) {
        throw CommandFailedException.notUnderstood(
            SAY.awayNoDays(days, Absence.MAX_DAYS), SAY.awayTypeDays());
      }
      var _ = known(name);
      LocalDate first = from == null ? today() : date(from);
      var absence =
          new Absence(
              name,
              Absence.Kind.AWAY,
              first,
              end(until, first),
              days,
              Optional.empty(),
              text(text));
      put(absence);
      ok(SAY.awaySet(name.text()));
      show(name, absence);
      return Facteur.OK;
    }
  }

  @Command(name = "left")
  static final class SetLeft extends OnAbsences {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Option(names = "--text", required = true, paramLabel = "TEXT|-")
    private String text = "";

    @Option(names = "--for", paramLabel = "DAYS", defaultValue = "90d")
    private String duration = "90d";

    @Option(names = "--pass-on", paramLabel = "ADDRESS")
    private @Nullable String passOn;

    SetLeft(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = free(user);
      Absence absence = leaving(this, name, text(text), duration, Optional.ofNullable(passOn));
      put(absence);
      ok(SAY.awayLeft(name.text()));
      show(name, absence);
      return Facteur.OK;
    }
  }

  /// What is answered for a time in place of somebody who left.
  static Absence leaving(
      UserEditing command, UserName name, String text, String duration, Optional<String> passOn) {
    LocalDate today =
        LocalDate.ofInstant(
            command.workplace.clock().instant(), HostSettings.zone(command.settings()));
    LocalDate end =
        LocalDate.ofInstant(
            command.end(duration).orElseThrow(), HostSettings.zone(command.settings()));
    return new Absence(
        name,
        Absence.Kind.LEFT,
        today,
        Optional.of(end),
        Absence.USUAL_DAYS,
        passOn.map(UserEditing::target),
        text);
  }

  @Command(name = "show")
  static final class Show extends OnAbsences {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    @Option(names = "--json")
    private boolean json;

    Show(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      AbsencesFile.Content content = absences().read();
      Absence absence = content.find(name).orElseThrow(() -> none(name));
      if (json) {
        printJson(absence);
      } else {
        show(name, absence);
        if (absence.kind() == Absence.Kind.AWAY) {
          others().ifPresent(this::warn);
        }
      }
      return Facteur.OK;
    }
  }

  private static CommandFailedException none(UserName name) {
    return new CommandFailedException(
        SAY.awayNone(name.text()), SAY.awaySee("facteur away set " + name + " --text TEXT"));
  }

  @Command(name = "list")
  static final class ListThem extends OnAbsences {
    @Option(names = "--json")
    private boolean json;

    ListThem(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      AbsencesFile.Content content = absences().read();
      List<Absence> all =
          content.absences().values().stream().sorted(Comparator.comparing(Absence::user)).toList();
      var table = Table.of(workplace, SAY.awayColumns());
      for (Absence absence : all) {
        if (json) {
          printJson(absence);
        } else {
          table.add(
              absence.user().text(),
              workplace.say(
                  absence.kind() == Absence.Kind.AWAY ? SAY.awayIsAway() : SAY.awayHasLeft()),
              absence.from().toString(),
              absence.last().map(LocalDate::toString).orElse("-"));
        }
      }
      if (!json) {
        if (all.isEmpty()) {
          tell(SAY.awayListNone());
        } else {
          table.print(workplace);
        }
        others().ifPresent(this::tell);
      }
      List<Text> problems = content.problems(absences().path());
      problems.forEach(this::warn);
      return problems.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }
  }

  @Command(name = "clear")
  static final class Clear extends OnAbsences {
    @Parameters(paramLabel = "NAME@DOMAIN")
    private String user = "";

    Clear(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      UserName name = name(user);
      switch (absences().remove(name, Optional.empty())) {
        case DONE, OVERTAKEN -> {}
        case UNKNOWN -> throw none(name);
      }
      changed(name);
      ok(SAY.awayCleared(name.text()));
      return Facteur.OK;
    }
  }
}
