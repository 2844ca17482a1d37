package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.SettingsTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Schema;
import net.facteur.server.config.Section;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;

/// The settings: what is wrong with the file as it lies there, then each value with its origin and
/// what it does. They are never written here: a file that people edit belongs to them, with its
/// comments and its order.
public record SettingsPage(SignedPages pages, Doors doors) {
  static final String SETTINGS = "/server/settings";

  /// Characters of the rows: a page stays small.
  private static final int ROOM = 36 << 10;

  private static final int MOST_MISTAKES = 25;
  private static final int MOST_KEYS = 20;

  /// The doors behind it.
  ///
  /// @param schema every row there is
  /// @param check reads the file again, and changes nothing
  public record Doors(Schema schema, NamesPage.Read<Checked> check) {}

  /// The file as it lies there.
  ///
  /// @param settings what it says; what is in force where it has mistakes
  /// @param mistakes with which nothing starts
  /// @param warnings what is legal and hardly meant
  /// @param unreloaded keys that say something else than what is in force
  /// @param restart keys that wait for the next start
  public record Checked(
      Settings settings,
      List<Mistake> mistakes,
      List<Mistake> warnings,
      List<String> unreloaded,
      List<String> restart) {
    public Checked {
      mistakes = List.copyOf(mistakes);
      warnings = List.copyOf(warnings);
      unreloaded = List.copyOf(unreloaded);
      restart = List.copyOf(restart);
    }
  }

  List<Route> routes() {
    return List.of(pages.get(SETTINGS, Who.ADMINISTRATOR, this::show));
  }

  private Response show(Signed signed) throws IOException {
    Checked checked = doors.check().read();
    Settings settings = checked.settings();
    var content = new ArrayList<Html>();
    content.add(signed.paragraph(SAY.settingsAre(Shown.cleaned(settings.file().toString()))));
    content.add(signed.paragraph(SAY.settingsChange()));
    content.add(Shown.lines(signed, List.of(Text.of("facteur check"), Text.of("facteur reload"))));
    included(signed, settings, content);
    findings(signed, checked, content);
    String typed = signed.request().query("q").orElse("").strip();
    Optional<Section> section = section(signed);
    content.add(Shown.search(signed, SETTINGS, SAY.settingsSearch(), typed));
    if (!typed.isEmpty()) {
      String wanted = typed.toLowerCase(Locale.ROOT);
      content.add(signed.heading(SAY.settingsFound(Shown.cleaned(typed))));
      List<Settings.Key> found =
          keys(settings, doors.schema().settings()).stream()
              .filter(key -> fits(key, wanted))
              .toList();
      if (found.isEmpty()) {
        content.add(signed.paragraph(SAY.settingsNone()));
      }
      rows(signed, settings, found, content);
    } else if (section.isPresent()) {
      content.add(element("h2", words(section.get().title())).with("lang", "en"));
      content.add(element("p", words(section.get().doc())).with("lang", "en"));
      rows(signed, settings, keys(settings, section.get().settings()), content);
    } else {
      content.add(signed.heading(SAY.settingsSet()));
      rows(
          signed,
          settings,
          settings.keys().stream()
              .filter(key -> !(origin(settings, key) instanceof Origin.BuiltIn))
              .toList(),
          content);
    }
    if (!typed.isEmpty() || section.isPresent()) {
      content.add(element("p", Shown.link(SETTINGS, signed.say(SAY.settingsBack()))));
    }
    sections(signed, section, content);
    return signed.show(SAY.settingsTitle(), content);
  }

  private static void included(Signed signed, Settings settings, List<Html> content) {
    List<Path> others =
        settings.files().stream().filter(file -> !file.equals(settings.file())).toList();
    if (!others.isEmpty()) {
      content.add(
          signed.paragraph(
              SAY.settingsIncluded(
                  Shown.cleaned(
                      others.stream().map(Path::toString).collect(Collectors.joining(", "))))));
    }
  }

  // ---- what is wrong

  private static void findings(Signed signed, Checked checked, List<Html> content) {
    if (checked.mistakes().isEmpty() && checked.warnings().isEmpty()) {
      content.add(signed.note("good", SAY.settingsGood()));
    }
    if (!checked.mistakes().isEmpty()) {
      content.add(
          box(signed, "bad", SAY.settingsMistakes(checked.mistakes().size()), checked.mistakes()));
    }
    if (!checked.warnings().isEmpty()) {
      content.add(
          box(signed, "warn", SAY.settingsWarnings(checked.warnings().size()), checked.warnings()));
    }
    if (!checked.unreloaded().isEmpty()) {
      content.add(signed.note("warn", SAY.settingsUnreloaded(few(checked.unreloaded()))));
    }
    if (!checked.restart().isEmpty()) {
      content.add(signed.note("warn", SAY.settingsRestart(few(checked.restart()))));
    }
  }

  private static Html box(Signed signed, String kind, Text heading, List<Mistake> mistakes) {
    var pieces = new ArrayList<Html>();
    pieces.add(element("strong", signed.say(heading)).with("class", "text-" + kind));
    for (Mistake mistake : mistakes.subList(0, Math.min(mistakes.size(), MOST_MISTAKES))) {
      pieces.add(
          element(
                  "p",
                  Shown.said(signed, SAY.settingsPlace(mistake.where().text(), mistake.what())))
              .with("class", "lines"));
      if (!mistake.remedy().equals(Text.nothing())) {
        pieces.add(element("p", Shown.said(signed, mistake.remedy())).with("class", "lines hint"));
      }
    }
    if (mistakes.size() > MOST_MISTAKES) {
      pieces.add(signed.paragraph(SAY.settingsMore(mistakes.size() - MOST_MISTAKES)));
    }
    return element("div", pieces).with("class", "note " + kind);
  }

  private static String few(List<String> keys) {
    String few = keys.stream().limit(MOST_KEYS).collect(Collectors.joining(", "));
    return Shown.cleaned(keys.size() > MOST_KEYS ? few + ", …" : few);
  }

  // ---- values

  private Optional<Section> section(Signed signed) {
    return signed
        .request()
        .query("section")
        .filter(number -> number.matches("[0-9]{1,3}"))
        .map(Integer::parseInt)
        .filter(number -> number < doors.schema().sections().size())
        .map(doors.schema().sections()::get);
  }

  private void sections(Signed signed, Optional<Section> chosen, List<Html> content) {
    content.add(signed.heading(SAY.settingsSections()));
    List<Section> all = doors.schema().sections();
    content.add(
        element(
                "ul",
                IntStream.range(0, all.size())
                    .mapToObj(
                        i -> {
                          Html.Element link =
                              element("a", words(all.get(i).title()))
                                  .with("href", SETTINGS + "?section=" + i);
                          return element(
                              "li",
                              chosen.filter(all.get(i)::equals).isPresent()
                                  ? link.with("aria-current", "true")
                                  : link);
                        })
                    .toList())
            .with("lang", "en"));
  }

  /// The rows with the names that were chosen; those of a block without any name as they stand in
  /// the reference.
  private static List<Settings.Key> keys(Settings settings, List<Setting<?>> rows) {
    var keys = new ArrayList<Settings.Key>();
    for (Setting<?> row : rows) {
      List<Settings.Key> known =
          row.block().isEmpty()
              ? List.of(new Settings.Key(row, List.of()))
              : settings.names(String.join(".", row.block().get())).stream()
                  .map(name -> new Settings.Key(row, List.of(name)))
                  .toList();
      keys.addAll(known.isEmpty() ? List.of(new Settings.Key(row, List.of())) : known);
    }
    return keys;
  }

  private static boolean fits(Settings.Key key, String wanted) {
    return key.text().toLowerCase(Locale.ROOT).contains(wanted)
        || key.setting().name().contains(wanted)
        || key.setting().text().toLowerCase(Locale.ROOT).contains(wanted);
  }

  private static Origin origin(Settings settings, Settings.Key key) {
    return settings.origin(key.setting(), key.names());
  }

  private static void rows(
      Signed signed, Settings settings, List<Settings.Key> keys, List<Html> content) {
    int room = ROOM;
    for (int i = 0; i < keys.size(); i++) {
      Html row = row(signed, settings, keys.get(i));
      room -= row.print().length();
      if (room < 0) {
        content.add(signed.note("warn", SAY.settingsCut(keys.size() - i)));
        return;
      }
      content.add(row);
    }
  }

  private static Html row(Signed signed, Settings settings, Settings.Key key) {
    Setting<?> setting = key.setting();
    Optional<String> value = settings.shown(setting, key.names());
    Origin origin = origin(settings, key);
    var facts = new ArrayList<Html>();
    fact(facts, signed.say(SAY.valueIs()), value(signed, setting, value));
    if (value.isPresent()) {
      fact(facts, signed.say(SAY.valueFrom()), Shown.stranger(origin.text().in(signed.language())));
    }
    if (value.isEmpty() || !(origin instanceof Origin.BuiltIn)) {
      fact(
          facts,
          signed.say(SAY.valueUsual()),
          element("span", Shown.stranger(setting.defaultText())).with("lang", "en"));
    }
    fact(
        facts,
        signed.say(SAY.valueKind()),
        signed.say(SAY.kind(setting.type().name(), setting.type().bounds())));
    if (!setting.example().equals(setting.defaultText())) {
      fact(
          facts,
          signed.say(SAY.valueExample()),
          element("code", words(key.text() + " = " + setting.example())));
    }
    return element(
        "section",
        element("h3", element("code", Shown.stranger(key.text()))),
        element("dl", facts),
        element("p", words(setting.text())).with("lang", "en"));
  }

  private static void fact(List<Html> facts, Html name, Html what) {
    facts.add(element("dt", name));
    facts.add(element("dd", what));
  }

  /// Whoever may see this page may see no secret.
  private static Html value(Signed signed, Setting<?> setting, Optional<String> value) {
    if (value.isEmpty()) {
      return signed.say(SAY.valueUnset());
    }
    return setting.secret()
        ? signed.say(SAY.valueSecret())
        : element("code", Shown.stranger(value.get()));
  }
}
