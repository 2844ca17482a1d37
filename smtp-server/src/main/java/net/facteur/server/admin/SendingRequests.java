package net.facteur.server.admin;

import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;
import net.facteur.server.limits.HeldMail;
import net.facteur.server.limits.SendingLimits;
import net.facteur.server.limits.SendingWishes;

/// What the control socket asks of the mail that accounts send.
///
/// @param known whether there is such a user, asked for what looks like an address
public record SendingRequests(
    SendingLimits limits, HeldMail held, AccountView view, Predicate<String> known)
    implements ServerControl.SendingControl {
  @Override
  public Optional<Text> act(SendingWishes.Wish wish, Consumer<Map<String, Object>> out) {
    String account = wish.account();
    HeldMail.Done waiting = held.count(account);
    if (waiting.messages() == 0 && !exists(account)) {
      return Optional.of(AdminTexts.SAY.noAccount(account));
    }
    try {
      out.accept(done(wish, waiting));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(FileTrouble.text(e));
    }
  }

  private Map<String, Object> done(SendingWishes.Wish wish, HeldMail.Done waiting)
      throws IOException {
    String account = wish.account();
    var row = new LinkedHashMap<String, Object>();
    switch (wish.verb()) {
      case HOLD -> {
        limits.hold(account);
        put(row, waiting);
      }
      case RELEASE -> {
        HeldMail.Done done = held.release(account);
        put(row, done);
        row.put("last", done.last().truncatedTo(ChronoUnit.SECONDS).toString());
      }
      case DROP -> put(row, held.drop(account));
    }
    return row;
  }

  private boolean exists(String account) {
    int at = account.indexOf('@');
    int slash = account.indexOf('/', Math.max(at, 0));
    return at < 0
        || known.test(slash < 0 ? account : account.substring(0, slash))
        || limits.standing(account).stream().anyMatch(one -> one.stop().isPresent());
  }

  private static void put(Map<String, Object> row, HeldMail.Done done) {
    row.put("messages", done.messages());
    row.put("recipients", done.recipients());
  }

  @Override
  public void show(String account, Consumer<Map<String, Object>> out) {
    AccountView.counted(limits.standing(account), out);
    view.queued(account, out);
  }
}
