package net.facteur.server.admin;

import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.accounts.UserName;
import net.facteur.server.smtp.Sessions;

/// The sessions of users in names and values, for people and programs.
public record SessionRequests(Sessions sessions) implements ServerControl.SessionControl {
  @Override
  public void list(Optional<String> user, Consumer<Map<String, Object>> out) {
    sessions.list().stream().filter(of(user)).forEach(session -> out.accept(row(session)));
  }

  @Override
  public void end(List<String> ids, Optional<String> user, Consumer<Map<String, Object>> out) {
    Predicate<Sessions.Open> named = session -> ids.isEmpty() || ids.contains(session.id());
    sessions.end(of(user).and(named)).forEach(session -> out.accept(row(session)));
  }

  private static Predicate<Sessions.Open> of(Optional<String> user) {
    return session -> user.map(name -> canonical(name).equals(session.user())).orElse(true);
  }

  private static String canonical(String name) {
    return UserName.parse(name).map(UserName::text).orElse(name);
  }

  private static Map<String, Object> row(Sessions.Open session) {
    var row = new LinkedHashMap<String, Object>();
    row.put("id", session.id());
    row.put("user", session.user());
    row.put("app", session.app().orElse("-"));
    row.put("address", session.remote().getAddress().getHostAddress());
    row.put("port", session.remote().getPort());
    row.put("listener", Ascii.lower(session.listener().name()));
    row.put("since", session.since().truncatedTo(ChronoUnit.SECONDS).toString());
    row.put("hello", session.hello().replaceAll("[^!-~]", "?"));
    row.put("tls", session.tls().orElse("-"));
    row.put("messages", session.messages());
    row.put("recipients", session.recipients());
    return row;
  }
}
