package net.facteur.server.accounts;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.facteur.queue.MailAddress;

/// Which addresses a user may send as: the own one, its sub-addresses, aliases that lead to the
/// user, and those listed for the user.
final class SendingRights {
  private static final int MAX_DEPTH = 10;

  private final String separators;
  private final Map<String, List<String>> aliases;

  SendingRights(String separators, Map<String, List<String>> aliases) {
    this.separators = separators;
    Map<String, List<String>> lower = new TreeMap<>();
    aliases.forEach(
        (name, targets) ->
            lower.put(UserName.lower(name), targets.stream().map(UserName::lower).toList()));
    this.aliases = Map.copyOf(lower);
  }

  boolean permits(User user, MailAddress address) {
    String local = UserName.lower(address.localPart());
    String domain = UserName.lower(address.domain());
    return listed(user, local, domain)
        || isUser(user, local, domain)
        || isUser(user, withoutTag(local), domain)
        || leadsTo(user, local, domain, MAX_DEPTH, new HashSet<>());
  }

  private static boolean isUser(User user, String local, String domain) {
    return UserName.parse(local + "@" + domain).filter(user.name()::equals).isPresent();
  }

  private static boolean listed(User user, String local, String domain) {
    return user.sendAs().stream()
        .map(UserName::lower)
        .anyMatch(entry -> entry.equals("*@" + domain) || entry.equals(local + "@" + domain));
  }

  private String withoutTag(String local) {
    for (int i = 1; i < local.length(); i++) {
      if (separators.indexOf(local.charAt(i)) >= 0) {
        return local.substring(0, i);
      }
    }
    return local;
  }

  private boolean leadsTo(User user, String local, String domain, int depth, Set<String> seen) {
    String address = local + "@" + domain;
    if (depth == 0 || !seen.add(address)) {
      return false;
    }
    List<String> targets = aliases.getOrDefault(address, aliases.getOrDefault(local, List.of()));
    for (String target : targets) {
      int at = target.lastIndexOf('@');
      String targetLocal = at < 0 ? target : target.substring(0, at);
      String targetDomain = at < 0 ? domain : target.substring(at + 1);
      if (isUser(user, targetLocal, targetDomain)
          || leadsTo(user, targetLocal, targetDomain, depth - 1, seen)) {
        return true;
      }
    }
    return false;
  }
}
