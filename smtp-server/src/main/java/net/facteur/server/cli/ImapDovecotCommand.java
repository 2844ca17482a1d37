package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.imap.DovecotDirectory;
import net.facteur.server.imap.DovecotDirectory.Outcome;
import net.facteur.server.imap.DovecotDirectory.Present;
import net.facteur.server.imap.DovecotFile;
import net.facteur.server.imap.DovecotJoint;
import net.facteur.server.imap.InstalledDovecot;
import net.facteur.server.language.Text;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.tls.InvalidCertificateException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "dovecot")
final class ImapDovecotCommand extends ImapJoining {
  @Option(names = "--apply")
  private boolean apply;

  @Option(names = "--remove")
  private boolean remove;

  @Option(names = "--dir", paramLabel = "DIR")
  private @Nullable Path directory;

  ImapDovecotCommand(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    var dovecot = DovecotDirectory.at(absolute(directory, "/etc/dovecot"));
    Settings read = settings.read(workplace);
    Present.Known present = present(dovecot);
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
    if (joint.owner().equals("root")) {
      throw refusal(SAY.ownerIsRoot(mail), SAY.ownerIsRootRemedy(mail));
    }
  }

  // ---- shown

  private int show(DovecotDirectory dovecot, DovecotJoint joint) throws IOException {
    comment(SAY.wouldWrite(joint.dovecot().dovecot().release().word()));
    for (DovecotFile file : joint.files(dovecot.path(), "***")) {
      tell("");
      comment(Text.of(dovecot.path().resolve(file.name()).toString()));
      workplace.out().println(file.text().stripTrailing());
    }
    if (!joint.lines().isEmpty()) {
      tell("");
      comment(SAY.wouldAdd(settings.file(workplace)));
      joint.lines().forEach(this::tell);
    }
    tell("");
    comment(SAY.applyRemedy());
    return Facteur.OK;
  }

  // ---- joined

  private int join(DovecotDirectory dovecot, DovecotJoint joint) throws IOException {
    if (!Files.isWritable(dovecot.path())) {
      throw refusal(SAY.notRoot(dovecot.path()), SAY.notRootRemedy());
    }
    List<DovecotFile> files = joint.files(dovecot.path(), joint.secret(workplace.random()));
    try {
      joint.certificate();
    } catch (InvalidCertificateException e) {
      throw refusal(SAY.badCertificate(String.valueOf(e.getMessage())), SAY.badCertificateRemedy());
    }
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
    written.forEach(file -> tell("  " + say(SAY.wrote(file))));
    if (changed) {
      reloadServer();
      reload(dovecot);
      tell(
          workplace.green("ok")
              + ": "
              + say(SAY.joined(joint.dovecot().dovecot().release().word())));
    } else {
      tell(workplace.green("ok") + ": " + say(SAY.unchanged()));
    }
    if (!joint.dovecot().dovecot().parts().contains(InstalledDovecot.Part.SIEVE)) {
      tell(say(SAY.noSieve()));
    }
    tell(say(SAY.programs(joint.host())));
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
      case LoadedSettings.Good _ ->
          lines.forEach(line -> tell("  " + say(SAY.addedTo(file)) + " " + line));
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
    if (before.isEmpty() && taken.isEmpty()) {
      tell(say(SAY.notJoined()));
      return Facteur.OK;
    }
    taken.forEach(each -> tell("  " + say(SAY.took(each))));
    before.ifPresent(_ -> tell("  " + say(SAY.tookFrom(file))));
    reload(dovecot);
    reloadServer();
    tell(workplace.green("ok") + ": " + say(SAY.separated()));
    if (before.isEmpty()) {
      tell(say(SAY.keptInSettings(file)));
    }
    return Facteur.OK;
  }

  // ---- both

  private void reload(DovecotDirectory dovecot) throws IOException {
    if (dovecot.reload().isPresent()) {
      tell(say(SAY.dovecotSilent()));
    }
  }
}
