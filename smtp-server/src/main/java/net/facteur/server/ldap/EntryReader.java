package net.facteur.server.ldap;

import com.unboundid.ldap.sdk.Entry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.Restriction;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.smtp.PathParser;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Reads what an entry says of an account or a group. Values that are no addresses, such as those
/// with control characters, are passed over, and named in the log.
final class EntryReader {
  private static final Logger LOG = LogManager.getLogger(EntryReader.class);

  private static final String GROUP_NAME = "cn";
  private static final String STATUS = "accountStatus";
  private static final String MODE = "deliveryMode";
  private static final Pattern QUOTA = Pattern.compile("([0-9]{1,15})\\s*([KMGTkmgt]?)i?[Bb]?");
  private static final Pattern QMAIL_QUOTA = Pattern.compile("([0-9]{1,15})S(?:,[0-9]+C)?");

  private final LdapSettings settings;
  private final Set<DomainName> domains;

  EntryReader(LdapSettings settings) {
    this.settings = settings;
    this.domains = Set.copyOf(settings.domains());
  }

  /// All attributes that are read.
  List<String> attributes() {
    DirectorySchema.Attributes read = settings.attributes();
    var all = new LinkedHashSet<String>(read.addresses());
    read.name().ifPresent(all::add);
    all.add(GROUP_NAME);
    all.addAll(read.forwards());
    all.addAll(read.members());
    read.quota().ifPresent(all::add);
    if (settings.qmail()) {
      all.addAll(List.of(STATUS, MODE));
    }
    return List.copyOf(all);
  }

  /// The account of an entry; empty where it has no address of ours, or was deleted.
  Optional<DirectoryAnswer.Person> person(Entry entry) {
    if (settings.qmail() && has(entry, STATUS, "deleted")) {
      return Optional.empty();
    }
    Optional<UserName> name = name(entry, settings.attributes().name());
    return name.map(
        own -> {
          Set<UserName> addresses = addresses(entry, own);
          var user =
              new User(
                  own,
                  Optional.empty(),
                  Optional.empty(),
                  addresses.stream().filter(a -> !a.equals(own)).map(UserName::text).toList());
          boolean locked =
              settings.qmail()
                  && (has(entry, STATUS, "disabled") || has(entry, STATUS, "noaccess"));
          return new DirectoryAnswer.Person(
              user.withQuota(quota(entry)).with(Restriction.LOCKED, locked),
              entry.getDN(),
              addresses,
              forwards(entry, own, addresses));
        });
  }

  /// The addresses of a group.
  Set<UserName> groupAddresses(Entry entry) {
    return name(entry, Optional.of(GROUP_NAME))
        .map(name -> addresses(entry, name))
        .orElse(Set.of());
  }

  /// Those whom mail to a group reaches, as they stand there.
  List<String> members(Entry entry) {
    return settings.attributes().members().stream()
        .flatMap(attribute -> Stream.of(values(entry, attribute)))
        .toList();
  }

  /// Where a member is reached: the mailbox here, or else an address elsewhere.
  Optional<String> reached(Entry entry) {
    Optional<UserName> here = local(entry).stream().findFirst();
    if (here.isPresent() || hasNoAddress(entry)) {
      return person(entry).map(person -> person.user().name().text());
    }
    return settings.attributes().addresses().stream()
        .flatMap(attribute -> Stream.of(values(entry, attribute)))
        .flatMap(value -> address(entry, value).stream())
        .findFirst();
  }

  private boolean hasNoAddress(Entry entry) {
    return settings.attributes().addresses().stream()
        .allMatch(attribute -> values(entry, attribute).length == 0);
  }

  /// The first attribute that has an address of ours names the mailbox: by what the name says, or
  /// else by the alphabet, since servers may give values in any order.
  private Optional<UserName> name(Entry entry, Optional<String> attribute) {
    List<String> names = attribute.map(a -> List.of(values(entry, a))).orElse(List.of());
    Set<UserName> candidates = local(entry);
    Optional<UserName> named =
        candidates.stream()
            .filter(c -> names.stream().anyMatch(n -> n.equalsIgnoreCase(c.localPart())))
            .findFirst();
    if (named.isPresent() || !candidates.isEmpty()) {
      return named.or(() -> candidates.stream().findFirst());
    }
    return settings.domains().stream()
        .limit(1)
        .flatMap(
            domain -> names.stream().flatMap(n -> UserName.parse(n + "@" + domain.text()).stream()))
        .sorted()
        .findFirst();
  }

  /// The addresses of ours in the first attribute that has any.
  private Set<UserName> local(Entry entry) {
    for (String attribute : settings.attributes().addresses()) {
      Set<UserName> ours = local(entry, attribute);
      if (!ours.isEmpty()) {
        return ours;
      }
    }
    return Set.of();
  }

  private Set<UserName> local(Entry entry, String attribute) {
    var found = new TreeSet<UserName>();
    for (String value : values(entry, attribute)) {
      Optional<UserName> name = UserName.parse(plain(value));
      if (name.isEmpty() && address(entry, value).isEmpty()) {
        continue; // said already
      }
      name.filter(n -> domains.contains(n.domain())).ifPresent(found::add);
    }
    return found;
  }

  private Set<UserName> addresses(Entry entry, UserName own) {
    var all = new LinkedHashSet<UserName>(Set.of(own));
    for (String attribute : settings.attributes().addresses()) {
      all.addAll(local(entry, attribute));
    }
    return all;
  }

  /// Exchange writes `smtp:` before an address.
  private static String plain(String value) {
    String text = value.strip();
    return text.regionMatches(true, 0, "smtp:", 0, 5) ? text.substring(5) : text;
  }

  /// An address anywhere, as a target.
  Optional<String> address(Entry entry, String value) {
    if (PathParser.mailbox(plain(value)) instanceof Parsed.Ok<MailAddress>(MailAddress address)) {
      return Optional.of(address.text());
    }
    LOG.warn(
        "ldap entry=\"{}\" result=passed-over value=\"{}\" reason=\"is no address\"",
        StrangerText.of(entry.getDN()).inLog(),
        StrangerText.of(value).inLog());
    return Optional.empty();
  }

  private List<String> forwards(Entry entry, UserName own, Set<UserName> addresses) {
    var targets = new LinkedHashSet<String>();
    boolean keep = settings.qmail() && !hasMode(entry, "forwardonly") && !hasMode(entry, "nolocal");
    boolean any = false;
    for (String attribute : settings.attributes().forwards()) {
      for (String value : values(entry, attribute)) {
        any = true;
        if (UserName.parse(plain(value)).filter(addresses::contains).isPresent()) {
          keep = true; // to oneself
        } else {
          address(entry, value).ifPresent(targets::add);
        }
      }
    }
    if (targets.isEmpty()) {
      return List.of(); // what cannot be read takes no mail away
    }
    if (keep && any) {
      targets.add(own.text());
    }
    return new ArrayList<>(targets);
  }

  private boolean hasMode(Entry entry, String mode) {
    return has(entry, MODE, mode);
  }

  private static boolean has(Entry entry, String attribute, String word) {
    for (String value : values(entry, attribute)) {
      if (value.strip().equalsIgnoreCase(word)) {
        return true;
      }
    }
    return false;
  }

  private Optional<Long> quota(Entry entry) {
    return settings
        .attributes()
        .quota()
        .flatMap(attribute -> Stream.of(values(entry, attribute)).findFirst())
        .flatMap(
            value -> {
              Optional<Long> octets = octets(value.strip(), settings.quotaUnit());
              if (octets.isEmpty()) {
                LOG.warn(
                    "ldap entry=\"{}\" result=passed-over value=\"{}\" reason=\"is no quota\"",
                    StrangerText.of(entry.getDN()).inLog(),
                    StrangerText.of(value).inLog());
              }
              return octets;
            });
  }

  /// A quota: a number, a number with a unit, or that of Maildir++ as qmail writes it.
  ///
  /// @param unit of a bare number, in octets
  /// @return octets, 0 for no limit; empty where it is none, or more than [User#MAX_QUOTA]
  static Optional<Long> octets(String text, long unit) {
    Matcher qmail = QMAIL_QUOTA.matcher(text);
    Matcher plain = QUOTA.matcher(text);
    boolean ofQmail = qmail.matches();
    if (!ofQmail && !plain.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(ofQmail ? qmail.group(1) : plain.group(1));
    long each =
        ofQmail
            ? 1
            : switch (plain.group(2).toUpperCase(Locale.ROOT)) {
              case "K" -> 1L << 10;
              case "M" -> 1L << 20;
              case "G" -> 1L << 30;
              case "T" -> 1L << 40;
              default -> unit;
            };
    return number <= User.MAX_QUOTA / each ? Optional.of(number * each) : Optional.empty();
  }

  private static String[] values(Entry entry, String attribute) {
    String[] all = entry.getAttributeValues(attribute);
    return all == null ? new String[0] : all;
  }
}
