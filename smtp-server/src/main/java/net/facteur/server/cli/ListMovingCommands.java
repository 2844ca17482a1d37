package net.facteur.server.cli;

import static net.facteur.server.cli.ListMovingTexts.SAY;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.host.HostSettings;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.moving.ImportChoices;
import net.facteur.server.lists.moving.ImportHints;
import net.facteur.server.lists.moving.ListDifference;
import net.facteur.server.lists.moving.ListExport;
import net.facteur.server.lists.moving.ListImport;
import net.facteur.server.lists.moving.ListSource;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `facteur list import` and `facteur list export`.
final class ListMovingCommands {
  private ListMovingCommands() {}

  static List<CommandLine> of(Workplace workplace) {
    return List.of(new CommandLine(new Import(workplace)), new CommandLine(new Export(workplace)));
  }

  @Command(name = "import")
  static final class Import extends ListCommands.Listing {
    @Parameters(paramLabel = "FILE|DIR")
    private Path from = Path.of("");

    @Option(names = "--from", required = true, paramLabel = "PROGRAM")
    private String program = "";

    @Option(names = "--list", paramLabel = "LIST@DOMAIN")
    private Optional<String> list = Optional.empty();

    @Option(names = "--domain", paramLabel = "DOMAIN")
    private Optional<String> domain = Optional.empty();

    @Option(names = "--remove")
    private boolean remove;

    @Option(names = "--dry-run")
    private boolean dryRun;

    @Option(names = "--json")
    private boolean json;

    Import(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      ListSource source =
          ListSource.of(program)
              .orElseThrow(
                  () ->
                      CommandFailedException.notUnderstood(
                          SAY.importNoProgram(program), SAY.importPrograms()));
      var host = HostSettings.from(settings());
      var imports = new ListImport(lists(), Set.copyOf(host.domains()), workplace.language());
      List<ListImport.Planned> planned =
          imports.plan(
              source,
              from,
              hints(host.domains()),
              new ImportChoices(remove, workplace.clock().instant()));
      // All of them are looked at before the first is changed.
      var differences = new ArrayList<ListDifference>();
      for (ListImport.Planned each : planned) {
        ListDifference difference = each.difference();
        if (difference.before().isEmpty()) {
          for (ListPart part : ListPart.values()) {
            notTaken(difference.list().at(part));
          }
        }
        differences.add(difference);
      }
      if (!dryRun) {
        differences.clear();
        for (ListImport.Planned each : planned) {
          ListDifference difference = each.apply();
          differences.add(difference);
          if (!difference.nothing()) {
            noted(Deed.Kind.LIST_IMPORTED, difference.list().address().text());
          }
        }
      }
      print(differences);
      return Facteur.OK;
    }

    private ImportHints hints(List<DomainName> domains) {
      Optional<DomainName> asked =
          domain.map(
              text ->
                  DomainName.parse(text)
                      .toOptional()
                      .orElseThrow(
                          () ->
                              CommandFailedException.notUnderstood(
                                  SAY.importNoDomain(text), SAY.importTypeDomain())));
      return new ImportHints(
          list.map(text -> listName(text))
              .map(name -> new MailAddress(name.localPart(), name.domain().text())),
          asked.or(() -> domains.size() == 1 ? Optional.of(domains.getFirst()) : Optional.empty()));
    }

    private void print(List<ListDifference> differences) {
      for (ListDifference difference : differences) {
        if (json) {
          json(shown(difference));
        } else {
          lines(difference);
        }
      }
      if (json) {
        return;
      }
      if (differences.stream().allMatch(ListDifference::nothing)) {
        tell(SAY.importNothing());
      } else if (dryRun) {
        tell(SAY.importDry());
      } else {
        ok(SAY.importDone());
      }
    }

    private void lines(ListDifference difference) {
      String name = difference.list().address().text();
      tell(difference.before().isEmpty() ? SAY.importFresh(name) : SAY.importThere(name));
      difference.settings().forEach(text -> out("  " + workplace.say(text)));
      difference.added().forEach(member -> out("  + " + person(member)));
      difference.removed().forEach(member -> out("  - " + person(member)));
      difference
          .changed()
          .forEach(
              change -> out("  ~ " + person(change.before()) + " -> " + person(change.after())));
      out(
          "  "
              + workplace.say(
                  SAY.importCounts(
                      difference.added().size(),
                      difference.removed().size(),
                      difference.changed().size(),
                      difference.after().members().size())));
      if (!difference.staying().isEmpty()) {
        out(
            "  "
                + workplace.say(
                    SAY.importStaying(
                        difference.staying().size(),
                        difference.staying().stream()
                            .limit(5)
                            .map(member -> member.address().text())
                            .collect(Collectors.joining(", ")))));
      }
      difference.notes().forEach(note -> out("  * " + workplace.say(note)));
      if (difference.list().owners().isEmpty()) {
        out("  * " + workplace.say(SAY.importNoOwner(name)));
      }
    }

    private void out(String line) {
      workplace.out().println(line);
    }

    private static String person(Member member) {
      String name = StrangerText.of(member.name()).onTerminal();
      String state =
          switch (member.state()) {
            case Member.State.Active() -> "";
            case Member.State.Paused(Member.Why why, var _) -> " (paused: " + why.word() + ")";
          };
      return member.address().text() + (name.isEmpty() ? "" : " " + name) + state;
    }

    private Map<String, Object> shown(ListDifference difference) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("list", difference.list().address().text());
      fields.put("new", difference.before().isEmpty());
      fields.put("done", !dryRun);
      fields.put("settings", words(difference.settings()));
      fields.put("added", addresses(difference.added()));
      fields.put("removed", addresses(difference.removed()));
      fields.put(
          "changed",
          addresses(difference.changed().stream().map(change -> change.after()).toList()));
      fields.put("staying", addresses(difference.staying()));
      fields.put("members", difference.after().members().size());
      fields.put("notes", words(difference.notes()));
      return fields;
    }

    private List<String> words(List<Text> texts) {
      return texts.stream().map(workplace::say).toList();
    }

    private static List<String> addresses(List<Member> members) {
      return members.stream().map(member -> member.address().text()).toList();
    }
  }

  @Command(name = "export")
  static final class Export extends ListCommands.Listing {
    @Parameters(paramLabel = "LIST@DOMAIN", arity = "0..*")
    private List<String> names = List.of();

    @Option(names = "--json")
    private boolean json;

    @Option(names = "--to", paramLabel = "DIR")
    private Optional<Path> to = Optional.empty();

    Export(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      Lists lists = lists();
      var some = new ArrayList<ListContent>();
      for (String name : names) {
        some.add(known(lists, listName(name)));
      }
      Collection<ListContent> chosen = names.isEmpty() ? lists.lists() : some;
      if (to.isPresent()) {
        write(lists, chosen, to.get());
      } else {
        workplace.out().print(json ? ListExport.json(chosen) : ListExport.csv(chosen));
        workplace.out().flush();
      }
      List<Text> problems = lists.problems();
      problems.forEach(this::warn);
      return problems.isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }

    private void write(Lists lists, Collection<ListContent> chosen, Path directory)
        throws IOException {
      Path whole = directory.toAbsolutePath();
      DurableDirectory.secret(whole).make();
      try {
        DurableFile.secret(whole.resolve("members.csv")).create(ListExport.csv(chosen));
        DurableFile.secret(whole.resolve("lists.json")).create(ListExport.json(chosen));
        for (ListContent each : chosen) {
          UserName name = each.list().address();
          DurableFile.secret(whole.resolve(name.text()))
              .create(Files.readAllBytes(lists.file(name)));
        }
      } catch (FileAlreadyExistsException e) {
        throw new CommandFailedException(
            SAY.exportThere(String.valueOf(e.getFile())), SAY.exportOther());
      }
      ok(SAY.exported(chosen.size(), directory));
    }
  }
}
