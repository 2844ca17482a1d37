package net.facteur.server.cli;

import com.typesafe.config.ConfigUtil;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.server.signing.KeyFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "generate",
    description = {
      "Make the keys that sign a domain's mail, and show the records to publish.",
      "An RSA key, which every receiver knows, and an Ed25519 key, which is shorter and newer; each"
          + " has a selector of its own. Keys are never overwritten."
    })
final class DkimGenerateCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();
  @Mixin private final DkimRecordOptions says = new DkimRecordOptions();

  @Parameters(paramLabel = "DOMAIN")
  private String domain = "";

  @Mixin private final DkimSelection which = new DkimSelection();

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  @Option(
      names = "--bits",
      paramLabel = "N",
      description = "Size of the RSA key, 1024 to 4096; ${DEFAULT-VALUE} suits.",
      defaultValue = "2048")
  private int bits = 2048;

  @Option(names = "--json", description = "Write one JSON object.")
  private boolean json;

  DkimGenerateCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    if (bits < DkimPrivateKey.MIN_RSA_BITS || bits > DkimPrivateKey.MAX_RSA_BITS) {
      throw CommandFailedException.notUnderstood(
          "An RSA key for DKIM has 1024 to 4096 bits, not " + bits + ".", "Type --bits 2048");
    }
    DkimKeys keys = DkimKeys.of(settings.read(workplace), domain);
    String name = chosen(keys);
    List<KeyFile> files = which.types().stream().map(type -> keys.file(name, type)).toList();
    files.forEach(file -> DkimKeys.owner(file.selector(), file.domain()));
    refuseTaken(keys, name, files);
    if (dryRun) {
      files.forEach(
          file -> workplace.out().println("It would be done: " + file.path() + " is made."));
      return Facteur.OK;
    }
    var made = new ArrayList<DkimKeys.Held>();
    for (KeyFile file : files) {
      var key = DkimPrivateKey.generate(file.type(), bits, workplace.random());
      says.apply(key.record());
      write(keys, file, key);
      made.add(new DkimKeys.Held(file, key));
    }
    if (json) {
      workplace.out().println(asJson(keys, name, made));
    } else {
      explain(keys, name, made);
    }
    return Facteur.OK;
  }

  private String chosen(DkimKeys keys) {
    Optional<String> asked = which.selector();
    if (asked.isPresent()) {
      return DkimKeys.selector(asked.get());
    }
    Optional<String> active = keys.active().filter(name -> !keys.taken(name));
    return active.orElseGet(this::ofThisMonth);
  }

  /// Such as `nov2026`: it tells everybody how old the key is.
  private String ofThisMonth() {
    LocalDate today = workplace.clock().instant().atZone(ZoneOffset.UTC).toLocalDate();
    String month = today.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    return month.toLowerCase(Locale.ROOT) + today.getYear();
  }

  private static void refuseTaken(DkimKeys keys, String name, List<KeyFile> files)
      throws IOException {
    for (KeyFile file : files) {
      if (Files.exists(file.path())) {
        throw taken(keys, name, file.path());
      }
    }
  }

  private static CommandFailedException taken(DkimKeys keys, String name, Path file)
      throws IOException {
    return new CommandFailedException(
        "There is a key already: " + file + ". Keys are never overwritten.",
        "To see its record: facteur dkim record "
            + keys.domain()
            + " --selector "
            + name
            + (keys.tended().isEmpty()
                ? "\nTo make a new one beside it: facteur dkim generate "
                    + keys.domain()
                    + " --selector "
                    + keys.free(name)
                : "\nThe keys of this domain look after themselves, and new ones are made in time."
                    + " To see them: facteur dkim list "
                    + keys.domain()));
  }

  private static void write(DkimKeys keys, KeyFile file, DkimPrivateKey key) throws IOException {
    try {
      keys.write(file, key);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailedException(
          "There is a key already: " + e.getMessage() + ". Keys are never overwritten.",
          "Choose another, such as: --selector " + keys.free(file.selector()));
    }
  }

  private DkimRecordText text(DkimKeys.Held held) {
    return new DkimRecordText(held.owner(), says.apply(held.key().record()));
  }

  private String asJson(DkimKeys keys, String name, List<DkimKeys.Held> made) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("domain", keys.domain().text());
    all.put("selector", name);
    all.put("files", made.stream().map(held -> held.file().path().toString()).toList());
    all.put("records", made.stream().map(held -> text(held).json()).toList());
    all.put("setting", setting(keys, name));
    return new JsonMapper().writeValueAsString(all);
  }

  /// The line for the settings file.
  private static String setting(DkimKeys keys, String name) {
    return "domains." + ConfigUtil.quoteString(keys.domain().text()) + ".dkim.selector = " + name;
  }

  private void explain(DkimKeys keys, String name, List<DkimKeys.Held> made) throws IOException {
    var out = workplace.out();
    for (DkimKeys.Held held : made) {
      out.println(
          workplace.green("ok")
              + ": "
              + held.key()
              + " written to "
              + held.file().path()
              + ", for the server's eyes only");
    }
    out.println();
    out.println(
        workplace.bold("1. Publish " + (made.size() == 1 ? "this record" : "these records")));
    out.println("   in the DNS of " + keys.domain() + ", so that receivers can check signatures.");
    out.println();
    made.forEach(held -> text(held).zoneFile().forEach(out::println));
    out.println();
    type(
        "   A web form wants it on one line: facteur dkim record "
            + keys.domain()
            + " --selector "
            + name
            + " --format line");
    out.println();
    out.println(workplace.bold("2. See that it is there"));
    type("   facteur dkim check " + keys.domain() + " --selector " + name);
    out.println();
    if (keys.active().equals(Optional.of(name))) {
      out.println(workplace.bold("3. Sign"));
      out.println("   " + keys.settings().file() + " names this selector already.");
    } else if (keys.active().isEmpty() && !keys.tended().isEmpty()) {
      out.println(workplace.bold("3. Hand it over"));
      out.println("   The keys of " + keys.domain() + " look after themselves. Type this, and it");
      out.println("   signs by itself as soon as every name server has its record:");
      type("   facteur dkim import " + keys.domain() + " " + name);
      return;
    } else {
      out.println(workplace.bold("3. Sign with it"));
      out.println(
          "   Only then put this line into " + keys.settings().file() + ", since mail whose");
      out.println(
          "   key cannot be found looks forged"
              + (keys.local()
                  ? ":"
                  : "; it also makes " + keys.domain() + " a domain of this server:"));
      out.println();
      out.println("   " + setting(keys, name));
      keys.active()
          .ifPresent(
              old -> {
                out.println();
                out.println("   It takes the place of " + old + ". Leave the record of " + old);
                out.println(
                    "   published for a week more: mail that it signed is still on its way.");
              });
    }
    out.println();
    type("   Then: facteur check && facteur reload");
  }

  private void type(String line) {
    workplace.out().println(settings.typed(workplace, line));
  }
}
