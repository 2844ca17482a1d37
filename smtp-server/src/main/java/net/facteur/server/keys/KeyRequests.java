package net.facteur.server.keys;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.signing.KeyFile;

/// What the control socket asks of the DKIM keys. The server does it, so that it signs with the
/// outcome at once and the files are its own.
///
/// @param journal the states of the keys
/// @param queuedSince whether a message waits that was taken before a given time
/// @param exhibit looks at revealed keys as others do
/// @param keeper looks after the keys otherwise
public record KeyRequests(
    KeyWiring keeping,
    KeyJournal journal,
    Predicate<Instant> queuedSince,
    DisclosureCheck exhibit,
    KeyUpkeep keeper) {

  /// @param language of who asks
  /// @param out gets the lines of the answer, see [net.facteur.server.admin.ServerControl#fulfil]
  public void fulfil(KeyWish wish, Language language, Consumer<Map<String, Object>> out)
      throws IOException {
    var notices = new ArrayList<Notices.Notice>();
    KeyLife.Parts parts = keeping.parts(journal, notices::add, exhibit, queuedSince);
    var commands = new KeyCommands(parts, keeping.settings(), wish.by());
    switch (wish.fulfil(commands)) {
      case KeyCommands.Decision.Refuse(Text problem, Text remedy) -> {
        tell(notices, language, out);
        out.accept(Map.of("refused", problem.in(language), "remedy", remedy.in(language)));
      }
      case KeyCommands.Decision.Do(var _, Text says) -> {
        keeper.use();
        out.accept(Map.of("says", says.in(language)));
        tell(notices, language, out);
        for (KeyRing.Entry entry : journal.read().of(wish.domain())) {
          out.accept(Map.of("state", entry.told()));
        }
      }
    }
  }

  /// Writes a new key; it signs once the settings or the journal name it.
  ///
  /// @return false where a key of that name exists
  public boolean write(KeyName name, DkimPrivateKey key) throws IOException {
    try {
      new KeyFile(keeping.directory(), name.selector(), name.domain(), key.publicKey().type())
          .write(key);
      return true;
    } catch (FileAlreadyExistsException _) {
      return false;
    }
  }

  private static void tell(
      List<Notices.Notice> notices, Language language, Consumer<Map<String, Object>> out) {
    for (Notices.Notice notice : notices) {
      out.accept(
          Map.of(
              "notice", notice.subject().in(language),
              "text", notice.text().in(language)));
    }
  }
}
