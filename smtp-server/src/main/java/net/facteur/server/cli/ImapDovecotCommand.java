package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.imap.DovecotDirectory;
import net.facteur.server.imap.DovecotDirectory.Outcome;
import net.facteur.server.imap.DovecotDirectory.Present;
import net.facteur.server.imap.DovecotFile;
import net.facteur.server.imap.DovecotJoint;
import net.facteur.server.imap.DovecotRelease;
import net.facteur.server.imap.InstalledDovecot;
import net.facteur.server.language.Text;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.text.StrangerText;
import net.facteur.server.tls.InvalidCertificateException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "dovecot")
final class ImapDovecotCommand extends ImapJoining {
  private static final String DIRECTORY = "/etc/dovecot";

  @Option(names = "--apply")
  private boolean apply;

  @Option(names = "--remove")
  private boolean remove;

  @Option(names = "--dir", paramLabel = "DIR")
  private @Nullable Path directory;

  @Option(names = "--out", paramLabel = "DIR")
  private @Nullable Path out;

  @Option(names = "--release", paramLabel = "RELEASE")
  private @Nullable String release;

  @Option(names = "--json")
  private boolean json;

  /// What `--json` prints at the end.
  private final ObjectNode facts = JsonMapper.shared().createObjectNode();

  ImapDovecotCommand(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    int code = answer();
    if (json) {
      workplace.out().println(StrangerText.inJson(facts.toString()));
    }
    return code;
  }

  private int answer() throws IOException {
    Path place = absolute(directory, DIRECTORY);
    if (out != null) {
      return export(settings.read(workplace), place, absolute(out, DIRECTORY));
    }
    if (release != null) {
      throw refusal(SAY.releaseOfOut(), SAY.releaseOfOutRemedy());
    }
    var dovecot = DovecotDirectory.at(place);
    Settings read = settings.read(workplace);
    Present.Known present = present(dovecot);
    facts.put("release", present.dovecot().release().word());
    if (remove) {
      return separate(dovecot, present);
    }
    var joint = new DovecotJoint(read, present);
    refuseIncomplete(joint, read);
    return apply ? join(dovecot, joint) : show(dovecot, joint);
  }

  private Present.Known present(DovecotDirectory dovecot) throws IOException {
    return switch (dovecot.look()) {
      case Present.Known known -> known;
      case Present.Nothing() -> throw refusal(SAY.noDovecot(), SAY.noDovecotRemedy());
      case Present.Unknown(String version) ->
          throw refusal(SAY.unknownRelease(shown(version)), SAY.unknownReleaseRemedy());
      case Present.Broken(String said) ->
          throw refusal(
              SAY.broken(shown(said)), SAY.brokenRemedy(dovecot.path().resolve("dovecot.conf")));
    };
  }

  private void refuseIncomplete(DovecotJoint joint, Settings read) throws IOException {
    String missing =
        joint.missing().stream()
            .map(InstalledDovecot.Part::debianPackage)
            .collect(Collectors.joining(" "));
    if (!missing.isEmpty()) {
      throw refusal(SAY.missingParts(missing), SAY.missingPartsRemedy(missing));
    }
    if (!joint.hasCertificate()) {
      throw refusal(SAY.noCertificate(), SAY.noCertificateRemedy());
    }
    Path mail = MailboxSettings.from(read).base();
    if (joint.ownedByRoot()) {
      throw refusal(SAY.ownerIsRoot(mail), SAY.ownerIsRootRemedy(mail));
    }
  }

  // ---- shown

  private int show(DovecotDirectory dovecot, DovecotJoint joint) throws IOException {
    facts.put("outcome", "shown");
    List<DovecotFile> files = joint.files(dovecot.path(), "***");
    if (json) {
      ArrayNode all = facts.putArray("files");
      for (DovecotFile file : files) {
        all.addObject()
            .put("path", dovecot.path().resolve(file.name()).toString())
            .put("text", file.text());
      }
      list("settings", joint.lines());
      return Facteur.OK;
    }
    comment(SAY.wouldWrite(joint.dovecot().dovecot().release().word()));
    for (DovecotFile file : files) {
      tell("");
      comment(Text.of(dovecot.path().resolve(file.name()).toString()));
      workplace.out().println(file.text().stripTrailing());
    }
    missing(joint);
    tell("");
    comment(SAY.applyRemedy());
    return Facteur.OK;
  }

  /// The lines that our settings do not have yet.
  private void missing(DovecotJoint joint) {
    list("settings", joint.lines());
    if (!joint.lines().isEmpty() && !json) {
      tell("");
      comment(SAY.wouldAdd(settings.file(workplace)));
      joint.lines().forEach(this::tell);
    }
  }

  // ---- for a Dovecot elsewhere

  private int export(Settings read, Path place, Path into) throws IOException {
    if (apply || remove) {
      throw refusal(SAY.outAlone(), SAY.outAloneRemedy());
    }
    String word = release == null ? DovecotRelease.V2_4.word() : release;
    DovecotRelease wanted =
        DovecotRelease.of(word)
            .orElseThrow(() -> refusal(SAY.noRelease(shown(word)), SAY.noReleaseRemedy()));
    DovecotJoint joint = DovecotJoint.elsewhere(read, wanted);
    refuseIncomplete(joint, read);
    keepCertificates(joint);
    List<Path> written =
        DovecotDirectory.export(into, joint.files(place, joint.secret(workplace.random())));
    joint.sweep();
    facts.put("release", wanted.word());
    facts.put("outcome", written.isEmpty() ? "unchanged" : "written");
    list("written", written);
    if (!json) {
      written.forEach(file -> tell("  " + say(SAY.wrote(file))));
      tell(
          workplace.green("ok")
              + ": "
              + say(
                  written.isEmpty()
                      ? SAY.exportUnchanged(into)
                      : SAY.exported(wanted.word(), into)));
    }
    missing(joint);
    if (joint.door().getAddress().isLoopbackAddress()) {
      notice(SAY.loopbackDoor(NetworkTypes.print(joint.door())));
    }
    return Facteur.OK;
  }

  private static void keepCertificates(DovecotJoint joint) throws IOException {
    try {
      joint.certificates();
    } catch (InvalidCertificateException e) {
      throw refusal(SAY.badCertificate(String.valueOf(e.getMessage())), SAY.badCertificateRemedy());
    }
  }

  // ---- joined

  private int join(DovecotDirectory dovecot, DovecotJoint joint) throws IOException {
    if (!Files.isWritable(dovecot.path())) {
      throw refusal(SAY.notRoot(dovecot.path()), SAY.notRootRemedy());
    }
    List<DovecotFile> files = joint.files(dovecot.path(), joint.secret(workplace.random()));
    keepCertificates(joint);
    // Dovecot first: as long as it does not ask us, nothing of ours is changed.
    Outcome outcome = dovecot.write(files, joint.dovecot().group());
    List<Path> written = written(dovecot, outcome);
    boolean changed = !written.isEmpty();
    if (!joint.lines().isEmpty()) {
      try {
        addTo(settings.file(workplace), joint.lines());
      } catch (CommandFailedException e) {
        var _ = dovecot.write(List.of(), joint.dovecot().group());
        throw e;
      }
      changed = true;
    }
    joint.sweep();
    facts.put("outcome", changed ? "joined" : "unchanged");
    list("written", written);
    list("settings", joint.lines());
    each(written, SAY::wrote);
    if (changed) {
      reloadServer();
      reload(dovecot);
      done(SAY.joined(joint.dovecot().dovecot().release().word()));
    } else {
      done(SAY.unchanged());
    }
    if (!joint.dovecot().dovecot().parts().contains(InstalledDovecot.Part.SIEVE)) {
      notice(SAY.noSieve());
    }
    if (!json) {
      tell(say(SAY.programs(joint.host())));
    }
    return Facteur.OK;
  }

  private static List<Path> written(DovecotDirectory dovecot, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Unchanged() -> List.of();
      case Outcome.Changed(List<Path> files) -> files;
      case Outcome.Refused(String said) ->
          throw refusal(SAY.refused(shown(said)), SAY.refusedRemedy());
      case Outcome.NotRead() -> {
        Path main = dovecot.path().resolve("dovecot.conf");
        throw refusal(SAY.notRead(main), SAY.notReadRemedy(main));
      }
    };
  }

  private void addTo(Path file, List<String> lines) throws IOException {
    byte[] before = DovecotJoint.add(file, lines);
    switch (workplace.loader().load(file)) {
      case LoadedSettings.Good _ -> {
        if (!json) {
          lines.forEach(line -> tell("  " + say(SAY.addedTo(file)) + " " + line));
        }
      }
      case LoadedSettings.Wrong(List<Mistake> mistakes) -> {
        DovecotJoint.restore(file, before);
        throw refusal(
            SAY.badSettings(file, mistakes.getFirst().text()),
            SAY.badSettingsRemedy(String.join("\n", lines)));
      }
    }
  }

  // ---- separated

  private int separate(DovecotDirectory dovecot, Present.Known present) throws IOException {
    if (!Files.isWritable(dovecot.path())) {
      throw refusal(SAY.notRoot(dovecot.path()), SAY.notRootRemedy());
    }
    Path file = settings.file(workplace);
    Optional<byte[]> before = DovecotJoint.takeAway(file);
    if (before.isPresent()
        && workplace.loader().load(file) instanceof LoadedSettings.Wrong(List<Mistake> mistakes)) {
      DovecotJoint.restore(file, before.get());
      throw refusal(SAY.badSettings(file, mistakes.getFirst().text()), SAY.keptInSettings(file));
    }
    List<Path> taken = written(dovecot, dovecot.write(List.of(), present.group()));
    list("removed", taken);
    if (before.isEmpty() && taken.isEmpty()) {
      facts.put("outcome", "not joined");
      notice(SAY.notJoined());
      return Facteur.OK;
    }
    facts.put("outcome", "separated");
    each(taken, SAY::took);
    if (before.isPresent()) {
      each(List.of(file), SAY::tookFrom);
    }
    reload(dovecot);
    reloadServer();
    done(SAY.separated());
    if (before.isEmpty()) {
      notice(SAY.keptInSettings(file));
    }
    return Facteur.OK;
  }

  // ---- both

  private void reload(DovecotDirectory dovecot) throws IOException {
    if (dovecot.reload().isPresent()) {
      notice(SAY.dovecotSilent());
    }
  }

  private void each(List<Path> files, Function<Path, Text> what) {
    if (!json) {
      files.forEach(file -> tell("  " + say(what.apply(file))));
    }
  }

  private void done(Text what) {
    if (!json) {
      tell(workplace.green("ok") + ": " + say(what));
    }
  }

  @Override
  void notice(Text text) {
    if (json) {
      facts.withArray("notices").add(say(text));
    } else {
      super.notice(text);
    }
  }

  private void list(String name, List<?> values) {
    ArrayNode all = facts.putArray(name);
    values.forEach(value -> all.add(value.toString()));
  }
}
