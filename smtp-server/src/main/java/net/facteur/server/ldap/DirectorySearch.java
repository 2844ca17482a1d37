package net.facteur.server.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.accounts.UserName;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Finds out by searches who has an address, or is meant by a login. Methods block.
///
/// No search asks for more than the entries of some addresses, so a directory of a million entries
/// is asked like one of ten.
final class DirectorySearch {
  private static final Logger LOG = LogManager.getLogger(DirectorySearch.class);

  /// Addresses or logins that one filter asks for.
  private static final int BATCH = 50;

  /// Entries that may be found for each of them; more cannot be meant.
  private static final int ENTRIES_EACH = 4;

  /// Members of a group, those of its groups among them.
  private static final int MAX_MEMBERS = 1000;

  /// Groups within groups.
  private static final int MAX_DEPTH = 5;

  /// Is told of each search.
  interface Watcher {
    Watcher NOBODY = (_, _, _, _) -> {};

    /// @param references to other servers, which nobody follows
    void searched(
        String base, Filter filter, List<SearchResultEntry> entries, List<String> references);
  }

  private final LdapSettings settings;
  private final DirectoryServers servers;
  private final EntryReader reader;
  private final Watcher watcher;

  DirectorySearch(LdapSettings settings, DirectoryServers servers, Watcher watcher) {
    this.settings = settings;
    this.servers = servers;
    this.reader = new EntryReader(settings);
    this.watcher = watcher;
  }

  /// Who has these addresses.
  ///
  /// @return an answer for each
  /// @throws UnavailableException where nobody can say
  Map<UserName, DirectoryAnswer> addresses(Collection<UserName> names) throws UnavailableException {
    Map<UserName, DirectoryAnswer> answers = new LinkedHashMap<>();
    for (List<UserName> batch : batches(names)) {
      answers.putAll(batch(batch));
    }
    return answers;
  }

  private Map<UserName, DirectoryAnswer> batch(List<UserName> names) throws UnavailableException {
    Map<UserName, DirectoryAnswer> answers = new LinkedHashMap<>();
    for (SearchResultEntry entry :
        search(settings.base(), filter(settings.searches().account(), names), names.size())) {
      reader
          .person(entry)
          .ifPresent(person -> person.addresses().forEach(a -> put(answers, a, person)));
    }
    List<UserName> left = names.stream().filter(name -> !answers.containsKey(name)).toList();
    if (!left.isEmpty()) {
      for (SearchResultEntry entry :
          search(settings.groupBase(), filter(settings.searches().group(), left), left.size())) {
        Set<UserName> addresses = reader.groupAddresses(entry);
        if (addresses.stream().anyMatch(left::contains)) {
          DirectoryAnswer group = group(entry, addresses);
          addresses.stream().filter(left::contains).forEach(a -> put(answers, a, group));
        }
      }
    }
    names.forEach(name -> answers.putIfAbsent(name, new DirectoryAnswer.Nobody()));
    return answers;
  }

  private static void put(
      Map<UserName, DirectoryAnswer> answers, UserName name, DirectoryAnswer answer) {
    DirectoryAnswer before = answers.putIfAbsent(name, answer);
    if (before != null && !before.equals(answer)) {
      LOG.error("ldap to=<{}> result=unclear reason=\"several entries have the address\"", name);
      answers.put(name, new DirectoryAnswer.Unclear("several entries have the address"));
    }
  }

  private static Filter filter(FilterTemplate template, List<UserName> names) {
    return template.withAny(names.stream().flatMap(name -> forms(name).stream()).toList());
  }

  /// An address as a directory may have it: its domain in A-labels or in U-labels, its local part
  /// composed or not.
  private static List<Map<String, String>> forms(UserName name) {
    var domains = new LinkedHashSet<String>(List.of(name.domain().text(), name.domain().unicode()));
    var locals =
        new LinkedHashSet<String>(
            List.of(name.localPart(), Normalizer.normalize(name.localPart(), Normalizer.Form.NFD)));
    var all = new ArrayList<Map<String, String>>();
    for (String local : locals) {
      for (String domain : domains) {
        all.add(Map.of("address", local + "@" + domain, "local", local, "domain", domain));
      }
    }
    return all;
  }

  /// Who is meant by a login.
  ///
  /// @param login in NFC
  DirectoryAnswer login(String login) throws UnavailableException {
    var found = new LinkedHashSet<DirectoryAnswer.Person>();
    Filter filter = settings.searches().login().withAny(logins(login));
    for (SearchResultEntry entry : search(settings.base(), filter, 1)) {
      reader.person(entry).ifPresent(found::add);
    }
    if (found.size() > 1) {
      LOG.error(
          "ldap login=\"{}\" result=unclear reason=\"several entries have the name\"",
          StrangerText.of(login).inLog());
      return new DirectoryAnswer.Unclear("several entries have the name");
    }
    return found.isEmpty() ? new DirectoryAnswer.Nobody() : found.getFirst();
  }

  private static List<Map<String, String>> logins(String login) {
    return List.of(
        Map.of("login", login), Map.of("login", Normalizer.normalize(login, Normalizer.Form.NFD)));
  }

  private DirectoryAnswer group(SearchResultEntry entry, Set<UserName> addresses)
      throws UnavailableException {
    var found = new LinkedHashSet<String>();
    boolean whole = expand(entry, found, new LinkedHashSet<>(), MAX_DEPTH);
    String why =
        !whole
            ? "the group has more than " + MAX_MEMBERS + " members, or groups nested too deeply"
            : found.isEmpty() ? "nobody in the group has an address" : "";
    if (!why.isEmpty()) {
      LOG.error(
          "ldap entry=\"{}\" result=unclear reason=\"{}\"",
          StrangerText.of(entry.getDN()).inLog(),
          why);
      return new DirectoryAnswer.Unclear(why);
    }
    return new DirectoryAnswer.Group(entry.getDN(), addresses, List.copyOf(found));
  }

  /// Follows members to their addresses, each entry once, so that a circle ends by itself.
  ///
  /// @return false where there are too many, or groups are nested too deeply
  private boolean expand(SearchResultEntry group, Set<String> found, Set<String> seen, int depth)
      throws UnavailableException {
    if (!seen.add(normalized(group.getDN()))) {
      return true;
    }
    if (depth == 0) {
      return false;
    }
    var names = new ArrayList<String>();
    for (String member : reader.members(group)) {
      if (seen.size() + names.size() > MAX_MEMBERS || found.size() > MAX_MEMBERS) {
        return false;
      }
      if (isEntry(member)) {
        if (!expandEntry(member, found, seen, depth)) {
          return false;
        }
      } else if (member.indexOf('@') >= 0) {
        reader.address(group, member).ifPresent(found::add);
      } else {
        names.add(member);
      }
    }
    for (List<String> batch : batches(names)) {
      Filter filter =
          settings
              .searches()
              .login()
              .withAny(batch.stream().map(name -> Map.of("login", name)).toList());
      for (SearchResultEntry entry : search(settings.base(), filter, batch.size())) {
        reader.reached(entry).ifPresent(found::add);
      }
    }
    return found.size() <= MAX_MEMBERS;
  }

  private boolean expandEntry(String dn, Set<String> found, Set<String> seen, int depth)
      throws UnavailableException {
    if (seen.contains(normalized(dn))) {
      return true;
    }
    Optional<SearchResultEntry> member = entry(dn);
    if (member.isEmpty()) {
      seen.add(normalized(dn));
      LOG.warn(
          "ldap entry=\"{}\" result=passed-over reason=\"a group names it, and it is not there\"",
          StrangerText.of(dn).inLog());
      return true;
    }
    if (!reader.members(member.get()).isEmpty()) {
      return expand(member.get(), found, seen, depth - 1);
    }
    seen.add(normalized(dn));
    reader.reached(member.get()).ifPresent(found::add);
    return true;
  }

  private static boolean isEntry(String member) {
    return member.indexOf('=') > 0 && DN.isValidDN(member);
  }

  private static String normalized(String dn) {
    try {
      return DN.normalize(dn);
    } catch (LDAPException _) {
      return dn;
    }
  }

  private Optional<SearchResultEntry> entry(String dn) throws UnavailableException {
    Filter any = Filter.createPresenceFilter("objectClass");
    DirectoryServers.Found found =
        servers.search(dn, SearchScope.BASE, any, 1, reader.attributes());
    watcher.searched(dn, any, found.entries(), found.references());
    return found.entries().stream().findFirst();
  }

  private List<SearchResultEntry> search(String base, Filter filter, int expected)
      throws UnavailableException {
    DirectoryServers.Found found =
        servers.search(base, SearchScope.SUB, filter, expected * ENTRIES_EACH, reader.attributes());
    watcher.searched(base, filter, found.entries(), found.references());
    return found.entries();
  }

  private static <T> List<List<T>> batches(Collection<T> all) {
    var list = List.copyOf(new LinkedHashSet<>(all));
    var batches = new ArrayList<List<T>>();
    for (int i = 0; i < list.size(); i += BATCH) {
      batches.add(list.subList(i, Math.min(list.size(), i + BATCH)));
    }
    return batches;
  }
}
