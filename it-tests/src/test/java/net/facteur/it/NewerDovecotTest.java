package net.facteur.it;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The same with the Dovecot of Debian 13, in a tree of its own. Needs root.
///
/// `-Dtree.trixie=DIRECTORY` takes a tree that has Dovecot already.
@Tag("long")
@RequiresProgram(Program.DEBOOTSTRAP)
class NewerDovecotTest extends ReadingMail {
  static final String PACKAGES =
      "dovecot-imapd dovecot-lmtpd dovecot-pop3d dovecot-sieve dovecot-managesieved"
          + " dovecot-auth-lua";

  @TempDir private static Path directory;

  @Override
  boolean endsSessionsByAppPassword() {
    return true;
  }

  @Override
  JoinedDovecot prepare() throws IOException {
    String given = System.getProperty("tree.trixie", "");
    if (!given.isEmpty()) {
      return JoinedDovecot.in(Path.of(given));
    }
    var missing = Program.DEBOOTSTRAP.missing();
    if (!missing.isEmpty()) {
      ProgramCondition.notRun(String.join(" && ", missing));
    }
    DebianTree tree = DebianTree.fresh("trixie", directory);
    tree.enter("apt-get update && apt-get install -y --no-install-recommends " + PACKAGES)
        .succeeded();
    return JoinedDovecot.in(tree.path());
  }

  @Override
  @AfterAll
  void end() throws Exception {
    super.end();
    Command.patiently("rm", "-rf", "--one-file-system", directory.resolve("trixie").toString())
        .succeeded();
  }
}
