package net.facteur.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeyState;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.language.Language;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "check")
final class DkimCheckCommand implements Callable<Integer> {
  private static final DkimTexts SAY = DkimTexts.SAY;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();
  @Mixin private final DnsOption dns = new DnsOption();

  @Parameters(paramLabel = "DOMAIN")
  private String domain = "";

  @Mixin private final DkimSelection which = new DkimSelection();

  @Option(names = "--json")
  private boolean json;

  DkimCheckCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    DkimKeys keys = DkimKeys.of(settings.read(workplace), domain);
    Resolver resolver = new FirstAnswer(dns.resolver(workplace, keys.settings()));
    Optional<String> chosen = keys.chosen(which.selector());
    List<DkimKeys.Held> held = chosen.map(name -> keys.held(name, which.types())).orElse(List.of());
    if (held.isEmpty()) {
      throw keys.none(chosen);
    }
    var results = new ArrayList<Map<String, Object>>();
    boolean good = true;
    for (DkimKeys.Held one : held) {
      Answer<TxtRecord> answer = resolver.lookup(one.owner(), RecordType.TXT);
      DkimPublication found = DkimPublication.compare(one.key(), answer).in(state(keys, chosen));
      good &= found.good();
      if (json) {
        results.add(fields(one, found));
      } else {
        tell(one, found);
      }
    }
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("domain", keys.domain().text());
      all.put("ok", good);
      all.put("records", results);
      workplace.out().println(new JsonMapper().writeValueAsString(all));
    }
    return good ? Facteur.OK : Facteur.PROBLEM;
  }

  /// What Facteur means to do with the key; empty where it does not look after it.
  private static Optional<KeyState> state(DkimKeys keys, Optional<String> selector)
      throws IOException {
    KeyRing ring = KeyWiring.journal(keys.directory()).read();
    return ring.of(keys.domain()).stream()
        .filter(e -> selector.filter(e.name()::answersTo).isPresent())
        .map(KeyRing.Entry::state)
        .findFirst();
  }

  private static Map<String, Object> fields(DkimKeys.Held one, DkimPublication found) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", one.owner().text());
    fields.put("key", one.file().path().toString());
    fields.put("ok", found.good());
    found.problem().ifPresent(problem -> fields.put("problem", problem.in(Language.ENGLISH)));
    fields.put("notes", found.notes().stream().map(note -> note.in(Language.ENGLISH)).toList());
    return fields;
  }

  private void tell(DkimKeys.Held one, DkimPublication found) {
    var out = workplace.out();
    out.println(workplace.bold(one.owner().text()) + "  (" + one.file().type().word() + ")");
    if (found.good() && found.revoked()) {
      out.println("  " + workplace.green("ok") + ": " + workplace.say(SAY.dkimRevokedRight()));
    } else if (found.good()) {
      out.println(
          "  " + workplace.green("ok") + ": " + workplace.say(SAY.dkimRight(one.file().path())));
    }
    found
        .problem()
        .map(problem -> settings.typed(workplace, workplace.say(problem)))
        .ifPresent(
            problem ->
                out.println("  " + workplace.red(workplace.say(SAY.dkimNotOk())) + ": " + problem));
    found.notes().forEach(note -> out.println("  " + workplace.say(SAY.dkimNote(note))));
    if (found.publish()) {
      out.println(
          "  " + workplace.say(found.revoked() ? SAY.dkimPublish() : SAY.dkimPublishInPlace()));
      new DkimRecordText(one.owner(), one.key().record())
          .zoneFile()
          .forEach(line -> out.println("  " + line));
    }
  }
}
