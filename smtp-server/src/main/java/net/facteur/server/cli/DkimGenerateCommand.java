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
import net.facteur.server.language.Lines;
import net.facteur.server.language.Text;
import net.facteur.server.signing.KeyFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "generate")
final class DkimGenerateCommand implements Callable<Integer> {
  private static final DkimTexts SAY = DkimTexts.SAY;
  private static final String INDENT = "   ";
  private static final int COLUMNS = 72;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();
  @Mixin private final DkimRecordOptions says = new DkimRecordOptions();

  @Parameters(paramLabel = "DOMAIN")
  private String domain = "";

  @Mixin private final DkimSelection which = new DkimSelection();

  @Option(names = "--dry-run")
  private boolean dryRun;

  @Option(names = "--bits", paramLabel = "N", defaultValue = "2048")
  private int bits = 2048;

  @Option(names = "--json")
  private boolean json;

  DkimGenerateCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    if (bits < DkimPrivateKey.MIN_RSA_BITS || bits > DkimPrivateKey.MAX_RSA_BITS) {
      throw CommandFailedException.notUnderstood(SAY.dkimBits(bits), SAY.dkimTypeBits());
    }
    DkimKeys keys = DkimKeys.of(settings.read(workplace), domain);
    String name = chosen(keys);
    List<KeyFile> files = which.types().stream().map(type -> keys.file(name, type)).toList();
    files.forEach(file -> DkimKeys.owner(file.selector(), file.domain()));
    refuseTaken(keys, name, files);
    if (dryRun) {
      files.forEach(
          file ->
              workplace
                  .out()
                  .println(workplace.say(CliTexts.SAY.wouldBeDone(SAY.dkimMade(file.path())))));
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
        SAY.dkimTaken(file),
        Text.lines(
            List.of(
                SAY.dkimSeeRecord(keys.domain(), name),
                keys.tended().isEmpty()
                    ? SAY.dkimMakeBeside(keys.domain(), keys.free(name))
                    : SAY.dkimTended(keys.domain()))));
  }

  private void write(DkimKeys keys, KeyFile file, DkimPrivateKey key) throws IOException {
    try {
      keys.write(file, key, workplace.language());
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailedException(
          SAY.dkimTaken(String.valueOf(e.getMessage())),
          SAY.dkimChooseAnother(keys.free(file.selector())));
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
              + workplace.say(SAY.dkimWritten(held.key(), held.file().path())));
    }
    out.println();
    step(SAY.dkimStepPublish(made.size()));
    broken(SAY.dkimInDns(keys.domain()));
    out.println();
    made.forEach(held -> text(held).zoneFile().forEach(out::println));
    out.println();
    type(SAY.dkimOneLine(keys.domain(), name));
    out.println();
    step(SAY.dkimStepSee());
    type(Text.of("facteur dkim check " + keys.domain() + " --selector " + name));
    out.println();
    if (keys.active().equals(Optional.of(name))) {
      step(SAY.dkimStepSigns());
      type(SAY.dkimNamedAlready(keys.settings().file()));
    } else if (keys.active().isEmpty() && !keys.tended().isEmpty()) {
      step(SAY.dkimStepHandOver());
      broken(SAY.dkimHandOver(keys.domain()));
      type(Text.of("facteur dkim import " + keys.domain() + " " + name));
      return;
    } else {
      step(SAY.dkimStepSignWith());
      broken(
          keys.local()
              ? SAY.dkimPutLine(keys.settings().file())
              : SAY.dkimPutLineNew(keys.settings().file(), keys.domain()));
      out.println();
      out.println("   " + setting(keys, name));
      keys.active()
          .ifPresent(
              old -> {
                out.println();
                broken(SAY.dkimReplaces(old));
              });
    }
    out.println();
    type(SAY.dkimThen());
  }

  private void step(Text heading) {
    workplace.out().println(workplace.bold(workplace.say(heading)));
  }

  private void broken(Text sentences) {
    Lines.broken(workplace.say(sentences), COLUMNS)
        .lines()
        .forEach(line -> workplace.out().println(INDENT + line));
  }

  /// With a command, which stays on one line.
  private void type(Text line) {
    workplace.out().println(INDENT + settings.typed(workplace, workplace.say(line)));
  }
}
