package net.facteur.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The same with the Roundcube and the Dovecot of Debian 13, in a tree of its own. Needs root.
///
/// `-Dtree.trixie=DIRECTORY` takes a tree that has both already.
@Tag("long")
@RequiresProgram(Program.DEBOOTSTRAP)
class NewerRoundcubeTest extends RoundcubeTest {
  private static final String PACKAGES =
      NewerDovecotTest.PACKAGES
          + " roundcube-core roundcube-sqlite3 roundcube-plugins php-cli php-sqlite3 php-curl";

  @TempDir private static Path directory;

  private Path tree = Path.of("/");

  @Override
  JoinedDovecot prepare() throws IOException {
    String given = System.getProperty("tree.trixie", "");
    if (given.isEmpty()) {
      DebianTree fresh = DebianTree.fresh("trixie", directory);
      fresh
          .enter("apt-get update && apt-get install -y --no-install-recommends " + PACKAGES)
          .succeeded();
      tree = fresh.path();
    } else {
      tree = Path.of(given);
    }
    return JoinedDovecot.in(tree);
  }

  @Override
  List<String> where() {
    return List.of("chroot", tree.toString());
  }

  @Override
  @AfterAll
  void end() throws Exception {
    super.end();
    Command.patiently("rm", "-rf", "--one-file-system", directory.resolve("trixie").toString())
        .succeeded();
  }
}
