package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.facteur.server.config.Settings;
import net.facteur.server.imap.DovecotDirectory;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.imap.RoundcubeDirectory;
import net.facteur.server.imap.RoundcubeDirectory.Outcome;
import net.facteur.server.imap.RoundcubeJoint;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "roundcube")
final class ImapRoundcubeCommand extends ImapJoining {
  /// By which Dovecot sends what rules write.
  private static final Path SENDMAIL = Path.of("/usr/sbin/sendmail");

  @Option(names = "--apply")
  private boolean apply;

  @Option(names = "--remove")
  private boolean remove;

  @Option(names = "--dir", paramLabel = "DIR")
  private @Nullable Path directory;

  @Option(names = "--dovecot", paramLabel = "DIR")
  private @Nullable Path dovecot;

  ImapRoundcubeCommand(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    var roundcube = new RoundcubeDirectory(absolute(directory, "/var/lib/roundcube"));
    if (!roundcube.isThere()) {
      throw refusal(SAY.noRoundcube(roundcube.path()), SAY.noRoundcubeRemedy());
    }
    if (remove) {
      return separate(roundcube);
    }
    Settings read = settings.read(workplace);
    var joint = new RoundcubeJoint(read, DovecotDirectory.at(absolute(dovecot, "/etc/dovecot")));
    if (!joint.isReadable()) {
      throw refusal(SAY.notReadable(), SAY.notReadableRemedy());
    }
    return apply ? join(roundcube, joint, read) : show(roundcube, joint);
  }

  private int show(RoundcubeDirectory roundcube, RoundcubeJoint joint) throws IOException {
    comment(SAY.wouldTellRoundcube());
    tell("");
    comment(Text.of(roundcube.ours().toString()));
    workplace.out().println(joint.configuration(roundcube.plugins(), "***").stripTrailing());
    if (roundcube.plugins().contains("password")) {
      tell("");
      comment(Text.of(roundcube.driver().toString()));
      workplace.out().println(roundcube.driverText().stripTrailing());
    }
    tell("");
    comment(SAY.wouldInclude(roundcube.main()));
    tell(roundcube.line());
    tell("");
    comment(SAY.applyRoundcubeRemedy());
    return Facteur.OK;
  }

  private int join(RoundcubeDirectory roundcube, RoundcubeJoint joint, Settings read)
      throws IOException {
    refuseClosed(roundcube);
    boolean fresh = !Files.exists(ImapSettings.from(read).webmailSecret().path());
    Set<String> plugins = roundcube.plugins();
    List<Path> written =
        changed(
            roundcube,
            roundcube.write(joint.configuration(plugins, joint.secret(workplace.random()))));
    written.forEach(file -> tell("  " + say(SAY.wrote(file))));
    if (fresh) {
      reloadServer();
    }
    tell(
        workplace.green("ok")
            + ": "
            + say(written.isEmpty() ? SAY.roundcubeUnchanged() : SAY.roundcubeJoined()));
    var missing = new ArrayList<String>();
    if (!plugins.contains("password")) {
      missing.add("roundcube-plugins");
    }
    if (!joint.hasRules()) {
      missing.add("dovecot-managesieved");
    }
    if (!missing.isEmpty()) {
      tell(say(SAY.noPlugins(String.join(" ", missing))));
    }
    if (joint.hasRules() && !Files.isExecutable(SENDMAIL)) {
      tell(say(SAY.noSendmail(SENDMAIL)));
    }
    return Facteur.OK;
  }

  private int separate(RoundcubeDirectory roundcube) throws IOException {
    refuseClosed(roundcube);
    List<Path> taken = changed(roundcube, roundcube.remove());
    taken.forEach(
        file -> tell("  " + say(file.equals(roundcube.main()) ? SAY.wrote(file) : SAY.took(file))));
    tell(
        taken.isEmpty()
            ? say(SAY.roundcubeNotJoined())
            : workplace.green("ok") + ": " + say(SAY.roundcubeSeparated()));
    return Facteur.OK;
  }

  private static void refuseClosed(RoundcubeDirectory roundcube) {
    if (!Files.isWritable(roundcube.main())) {
      throw refusal(SAY.notRoot(roundcube.main()), SAY.notRootRemedy());
    }
  }

  private static List<Path> changed(RoundcubeDirectory roundcube, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Unchanged() -> List.of();
      case Outcome.Changed(List<Path> files) -> files;
      case Outcome.Refused(String said) ->
          throw refusal(SAY.phpRefuses(shown(said)), SAY.phpRefusesRemedy(roundcube.main()));
    };
  }
}
