package net.facteur.server.cli;

import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "list")
final class KeyListCommand extends KeyedCommand {
  private static final DkimTexts SAY = DkimTexts.SAY;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  @Parameters(paramLabel = "DOMAIN", arity = "0..1")
  private @Nullable String domain;

  @Option(names = "--history")
  private boolean history;

  @Option(names = "--json")
  private boolean json;

  KeyListCommand(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = option.read(workplace);
    KeySettings keys = KeySettings.from(settings);
    KeyRing ring = KeyWiring.journal(directory(settings)).read();
    String asked = domain;
    Optional<DomainName> only = Optional.ofNullable(asked).map(DkimKeys::domain);
    List<KeyRing.Entry> entries =
        ring.entries().stream()
            .filter(e -> only.isEmpty() || only.get().equals(e.name().domain()))
            .toList();
    if (json) {
      workplace.out().println(asJson(entries));
      return Facteur.OK;
    }
    keys.pinned()
        .forEach(
            (name, selector) ->
                workplace.out().println(workplace.say(SAY.dkimPinned(name, selector))));
    if (entries.isEmpty()) {
      workplace
          .out()
          .println(
              option.typed(
                  workplace,
                  workplace.say(SAY.dkimListNone(only.map(DomainName::text).orElse("DOMAIN")))));
      return Facteur.OK;
    }
    if (history) {
      entries.forEach(this::tell);
    } else {
      table(entries);
    }
    return Facteur.OK;
  }

  private void table(List<KeyRing.Entry> entries) {
    var table = Table.of(workplace, SAY.dkimListColumns());
    for (KeyRing.Entry e : entries) {
      table.add(
          e.name().domain().text(),
          e.name().selector(),
          types(e),
          e.inReserve() ? workplace.say(SAY.dkimSpare(e.state().word())) : e.state().word(),
          DATE.format(e.state().since()),
          e.history().getLast().reason());
    }
    table.print(workplace);
  }

  private void tell(KeyRing.Entry entry) {
    workplace.out().println(workplace.bold(entry.name().toString()) + "  " + types(entry));
    for (KeyEvent event : entry.history()) {
      workplace
          .out()
          .println(
              "  "
                  + workplace.say(
                      SAY.dkimEvent(
                          DATE.format(event.at()),
                          word(entry, event),
                          event.by(),
                          event.reason())));
    }
  }

  /// The line in which another selector takes over is part of the history of both.
  private static Text word(KeyRing.Entry entry, KeyEvent event) {
    return event.key().equals(entry.name())
        ? Text.of(event.word())
        : switch (event.transition()) {
          case KeyEvent.Transition.Undone _ -> SAY.dkimActiveAgain();
          case KeyEvent.Transition.Active _,
              KeyEvent.Transition.Generated _,
              KeyEvent.Transition.Publishing _,
              KeyEvent.Transition.Seen _,
              KeyEvent.Transition.Visible _,
              KeyEvent.Transition.Proven _,
              KeyEvent.Transition.Distrusted _,
              KeyEvent.Transition.Revoking _,
              KeyEvent.Transition.Revoked _,
              KeyEvent.Transition.Revealed _ ->
              SAY.dkimGaveWay(event.key().selector());
        };
  }

  private static String types(KeyRing.Entry entry) {
    return String.join(
        " ",
        List.of(KeyType.values()).stream()
            .filter(entry.types()::contains)
            .map(KeyType::word)
            .toList());
  }

  private static String asJson(List<KeyRing.Entry> entries) {
    var keys = new ArrayList<Map<String, Object>>();
    for (KeyRing.Entry e : entries) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("domain", e.name().domain().text());
      fields.put("selector", e.name().selector());
      fields.put("keys", types(e));
      fields.put("state", e.state().word());
      fields.put("spare", e.spare());
      fields.put("since", e.state().since().truncatedTo(ChronoUnit.SECONDS).toString());
      fields.put("reason", e.history().getLast().reason());
      fields.put("by", e.history().getLast().by());
      keys.add(fields);
    }
    return new JsonMapper().writeValueAsString(Map.of("keys", keys));
  }
}
