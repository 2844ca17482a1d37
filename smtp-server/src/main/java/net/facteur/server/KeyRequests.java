package net.facteur.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.facteur.server.keys.Exhibit;
import net.facteur.server.keys.KeyCommands;
import net.facteur.server.keys.KeyKeeping;
import net.facteur.server.keys.KeyLife;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.keys.Notices;

/// What the control socket asks of the DKIM keys. The server does it, so that it signs with the
/// outcome at once and the files are its own.
///
/// @param exhibit looks at revealed keys as others do
/// @param keeper looks after the keys otherwise
record KeyRequests(KeyKeeping keeping, Handlers.Ground ground, Exhibit exhibit, KeyKeeper keeper) {

  /// @param out gets the lines of the answer, see [net.facteur.server.admin.ServerControl#fulfil]
  void fulfil(KeyWish wish, Consumer<Map<String, Object>> out) throws IOException {
    var notices = new ArrayList<Notices.Notice>();
    KeyLife.Parts parts =
        keeping.parts(ground.journal(), notices::add, exhibit, ground.queuedSince());
    var commands = new KeyCommands(parts, keeping.settings(), wish.by());
    switch (wish.fulfil(commands)) {
      case KeyCommands.Decision.Refuse(String problem, String remedy) -> {
        tell(notices, out);
        out.accept(Map.of("refused", problem, "remedy", remedy));
      }
      case KeyCommands.Decision.Do(var _, String says) -> {
        keeper.use();
        out.accept(Map.of("says", says));
        tell(notices, out);
        for (KeyRing.Entry entry : ground.journal().read().of(wish.domain())) {
          out.accept(Map.of("state", entry.told()));
        }
      }
    }
  }

  private static void tell(List<Notices.Notice> notices, Consumer<Map<String, Object>> out) {
    for (Notices.Notice notice : notices) {
      out.accept(Map.of("notice", notice.subject(), "text", notice.text()));
    }
  }
}
