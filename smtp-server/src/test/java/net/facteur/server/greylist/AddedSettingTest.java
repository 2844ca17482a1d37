package net.facteur.server.greylist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.DocsWriter;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.config.ReferenceWriter;
import net.facteur.server.config.Schema;
import net.facteur.server.config.Section;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Test;

/// A row in the settings of a package is all that a setting needs: see "Adding a setting" in
/// CONTRIBUTING.md.
class AddedSettingTest {
  private static final Path FILE = Path.of("/etc/facteur/mail.conf");
  private static final Schema SCHEMA =
      new Schema(
          Stream.concat(
                  Reference.SCHEMA.sections().stream(),
                  Stream.of(
                      Section.of("Greylisting", "Who has to come twice.", GreylistSettings.ROWS)))
              .toList(),
          Reference.SCHEMA.rules());

  private static LoadedSettings load(String text) {
    return new SettingsLoader(SCHEMA, Map.of(), Optional.of("mail.example.org")).parse(text, FILE);
  }

  private static Settings good(String text) {
    LoadedSettings loaded = load(text);
    return assertInstanceOf(LoadedSettings.Good.class, loaded, loaded::toString).settings();
  }

  private static Mistake mistake(String text) {
    List<Mistake> mistakes = assertInstanceOf(LoadedSettings.Wrong.class, load(text)).mistakes();
    assertEquals(1, mistakes.size(), mistakes::toString);
    return mistakes.getFirst();
  }

  @Test
  void itsPackageGetsTheDefaultOrWhatTheFileSays() {
    assertEquals(
        new GreylistSettings(Duration.ofMinutes(5), List.of()), GreylistSettings.from(good("")));
    assertEquals(
        new GreylistSettings(Duration.ofSeconds(90), List.of(DomainName.of("example.net"))),
        GreylistSettings.from(good("greylist { delay = 90s, trusted = example.net }")));
    assertEquals(
        new GreylistSettings(Duration.ofMinutes(5), List.of()),
        GreylistSettings.from(Settings.DEFAULTS));
  }

  @Test
  void itsBoundsAndItsNameAreCheckedWithLineAndRemedy() {
    Mistake tooLong = mistake("\n\ngreylist.delay = 2h");
    assertEquals(new Origin.InFile(FILE, 3), tooLong.where());
    assertEquals("greylist.delay is 2h, allowed is 1s to 1h", tooLong.what().in(Language.ENGLISH));
    assertEquals("Type: greylist.delay = 5m", tooLong.remedy().in(Language.ENGLISH));
    assertEquals(
        "Did you mean `greylist.delay`?  Type: greylist.delay = \"1m\"",
        mistake("greylist.dealy = 1m").remedy().in(Language.ENGLISH));
    assertEquals(Optional.of("greylist.delay"), SCHEMA.nearest("greylst.delay"));
  }

  @Test
  void itStandsInTheReferenceTheDocumentationAndWhatIsExplained() {
    String reference = ReferenceWriter.write(SCHEMA);
    assertTrue(
        reference.contains(
            """
            ## Greylisting
            # Who has to come twice.

            # How long a client that nobody knows is put off.
            # Type: duration; 1s to 1h.
            #greylist.delay = 5m
            """),
        reference);
    assertTrue(DocsWriter.write(SCHEMA).contains("\n### `greylist.trusted`\n"));
    Settings settings = good("greylist.delay = 1m");
    assertEquals(Optional.of("1m"), settings.shown(GreylistSettings.DELAY));
    assertTrue(settings.keys().stream().anyMatch(k -> k.text().equals("greylist.trusted")));
  }
}
