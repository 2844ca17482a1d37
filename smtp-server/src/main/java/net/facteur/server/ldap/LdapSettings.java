package net.facteur.server.ldap;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.oneOf;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.config.SettingTypes.scalar;
import static net.facteur.server.config.SettingTypes.size;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;

/// How the directory is reached and read.
///
/// @param access where it is, and how we get in
/// @param base where accounts are searched for
/// @param groupBase where groups are
/// @param searches how entries are found
/// @param attributes what is read of them
/// @param qmail the entries tell by `accountStatus` and `deliveryMode` what may be done
/// @param quotaUnit octets that a quota without a unit counts in
/// @param domains ours, the first one first; no other address is asked for
/// @param fresh how long an answer is used before it is asked for again
/// @param remembered how long accounts and logins are known while no server answers
/// @param entries answers that are kept
public record LdapSettings(
    Access access,
    String base,
    String groupBase,
    DirectorySchema.Searches searches,
    DirectorySchema.Attributes attributes,
    boolean qmail,
    long quotaUnit,
    List<DomainName> domains,
    Duration fresh,
    Duration remembered,
    int entries) {
  private static final LdapTexts SAY = LdapTexts.SAY;
  private static final int MAX_SERVERS = 8;
  private static final int MAX_ATTRIBUTES = 16;

  public static final Setting<List<ServerUrl>> SERVERS =
      Setting.of(
              "ldap.servers",
              list(ServerUrl.type(), MAX_SERVERS),
              List.<ServerUrl>of(),
              "Servers of an LDAP directory that has accounts beside those of `facteur user`, asked"
                  + " in this order; one that does not answer is left alone for half a minute. See"
                  + " what is found: facteur ldap test NAME.")
          .example("[\"ldaps://ldap.example.org\"]");

  public static final Setting<String> BASE =
      Setting.optional(
          "ldap.base",
          name(),
          "needed if ldap.servers is set",
          "\"dc=example,dc=org\"",
          "The entry of the directory below which accounts are searched for.");

  public static final Setting<String> SCHEMA =
      Setting.of(
          "ldap.schema",
          oneOf(DirectorySchema.words()),
          DirectorySchema.INET_ORG_PERSON.word(),
          "What entries look like: people with mail and uid; inetLocalMailRecipient of sendmail;"
              + " qmailUser of qmail-ldap; or posixAccount and posixGroup of Unix. Each search and"
              + " attribute can be set below.");

  public static final Setting<String> BIND_DN =
      Setting.optional(
          "ldap.bind-dn",
          name(),
          "no login: searches are anonymous",
          "\"cn=facteur,dc=example,dc=org\"",
          "The entry that the server logs in as, for its searches. It needs to read addresses, and"
              + " never a password.");

  public static final Setting<Path> BIND_PASSWORD_FILE =
      Setting.optional(
          "ldap.bind-password-file",
          path(),
          "no login",
          "/etc/facteur/ldap.password",
          "A file with its password on the first line, readable by the server alone.");

  public static final Setting<Boolean> STARTTLS =
      Setting.of(
          "ldap.starttls",
          bool(),
          true,
          "Whether connections to ldap:// servers are encrypted before anything else is said."
              + " Certificates are always verified.");

  public static final Setting<Path> AUTHORITIES =
      Setting.optional(
          "ldap.authorities",
          path(),
          "those of the system",
          "/etc/facteur/ldap-ca.pem",
          "A PEM file with the certification authorities of the directory's servers.");

  public static final Setting<String> GROUP_BASE =
      Setting.optional(
          "ldap.group-base",
          name(),
          "that of accounts",
          "\"ou=groups,dc=example,dc=org\"",
          "The entry below which groups are searched for.");

  public static final Setting<FilterTemplate> ACCOUNT_SEARCH =
      Setting.optional(
          "ldap.search.account",
          FilterTemplate.type("address", "local", "domain"),
          "that of the schema",
          "\"(&(objectClass=inetOrgPerson)(mail={address}))\"",
          "Finds the account that has an address. {local} and {domain} are its parts.");

  public static final Setting<FilterTemplate> LOGIN_SEARCH =
      Setting.optional(
          "ldap.search.login",
          FilterTemplate.type("login"),
          "that of the schema",
          "\"(&(objectClass=inetOrgPerson)(uid={login}))\"",
          "Finds the account that is meant by a login that is no address here.");

  public static final Setting<FilterTemplate> GROUP_SEARCH =
      Setting.optional(
          "ldap.search.group",
          FilterTemplate.type("address", "local", "domain"),
          "that of the schema",
          "\"(&(objectClass=groupOfNames)(mail={address}))\"",
          "Finds the group that has an address; mail to it goes to its members.");

  public static final Setting<List<String>> ADDRESSES =
      Setting.optional(
          "ldap.attributes.addresses",
          list(attribute(), MAX_ATTRIBUTES),
          "those of the schema",
          "[mail]",
          "Attributes with addresses. The first one that has an address of ours names the mailbox:"
              + " by the address whose local part is the name, or else by the first one of the"
              + " alphabet. All others lead there.");

  public static final Setting<String> NAME =
      Setting.optional(
          "ldap.attributes.name",
          attribute(),
          "that of the schema",
          "uid",
          "The attribute with the name of an account; where no address of ours stands in the entry,"
              + " it is at the first of the domains.");

  public static final Setting<List<String>> FORWARDS =
      Setting.optional(
          "ldap.attributes.forwards",
          list(attribute(), MAX_ATTRIBUTES),
          "those of the schema",
          "[mailForwardingAddress]",
          "Attributes with the addresses that mail goes to in place of the mailbox.");

  public static final Setting<List<String>> MEMBERS =
      Setting.optional(
          "ldap.attributes.members",
          list(attribute(), MAX_ATTRIBUTES),
          "those of the schema",
          "[member]",
          "Attributes with the members of a group: entries, addresses or names.");

  public static final Setting<String> QUOTA =
      Setting.optional(
          "ldap.attributes.quota",
          attribute(),
          "that of the schema",
          "mailQuotaSize",
          "The attribute that says how much the mailbox may hold; 0 stands for no limit.");

  public static final Setting<Long> QUOTA_UNIT =
      Setting.of(
          "ldap.attributes.quota-unit",
          size(1, 1L << 30),
          1L,
          "What a quota counts in where it is a bare number.");

  public static final Setting<Duration> TIME_LIMIT =
      Setting.of(
          "ldap.time-limit",
          duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
          Duration.ofSeconds(5),
          "How long a server may take to connect, and for each answer.");

  public static final Setting<Integer> CONNECTIONS =
      Setting.of(
          "ldap.connections",
          integer(1, 100),
          8,
          "Connections to a server for searches, and as many for logins.");

  public static final Setting<Duration> FRESH =
      Setting.of(
          "ldap.fresh",
          duration(Duration.ZERO, Duration.ofDays(1)),
          Duration.ofMinutes(5),
          "How long an answer about an account is used before the directory is asked again. That"
              + " there is nobody is used for half a minute at most. Passwords are asked for at"
              + " each login.");

  public static final Setting<Duration> REMEMBERED =
      Setting.of(
          "ldap.remembered",
          duration(Duration.ZERO, Duration.ofDays(30)),
          Duration.ofDays(1),
          "How long accounts and right passwords are known while no server of the directory"
              + " answers; passwords as a keyed digest in memory. 0s turns it off.");

  public static final Setting<Integer> ENTRIES =
      Setting.of(
          "ldap.entries",
          integer(100, 1_000_000),
          50_000,
          "Answers that are kept in memory. The directory itself may be of any size.");

  /// All rows.
  public static final Rows ROWS =
      Rows.of(
          SERVERS,
          BASE,
          SCHEMA,
          BIND_DN,
          BIND_PASSWORD_FILE,
          STARTTLS,
          AUTHORITIES,
          GROUP_BASE,
          ACCOUNT_SEARCH,
          LOGIN_SEARCH,
          GROUP_SEARCH,
          ADDRESSES,
          NAME,
          FORWARDS,
          MEMBERS,
          QUOTA,
          QUOTA_UNIT,
          TIME_LIMIT,
          CONNECTIONS,
          FRESH,
          REMEMBERED,
          ENTRIES);

  /// Where the directory is, and how we get in.
  ///
  /// @param servers in the order in which they are asked, at least one
  /// @param startTls connections to `ldap://` servers are encrypted
  /// @param authorities empty for those of the system
  /// @param login who searches; empty for nobody
  /// @param timeLimit for connecting, and for each answer
  /// @param connections to each server, of each of two kinds
  public record Access(
      List<ServerUrl> servers,
      boolean startTls,
      Optional<Path> authorities,
      Optional<Login> login,
      Duration timeLimit,
      int connections) {
    public Access {
      servers = List.copyOf(servers);
    }
  }

  /// @param passwordFile has the password on its first line
  public record Login(String dn, Path passwordFile) {}

  public LdapSettings {
    domains = List.copyOf(domains);
  }

  /// True where passwords could be read on the way to a server.
  public boolean inTheClear() {
    return !access.startTls()
        && access.servers().stream().anyMatch(url -> !url.implicitTls() && !url.isLoopback());
  }

  /// Empty where no directory is named.
  public static Optional<LdapSettings> from(Settings settings) {
    List<ServerUrl> servers = settings.get(SERVERS);
    Optional<String> base = settings.find(BASE);
    if (servers.isEmpty() || base.isEmpty()) {
      return Optional.empty();
    }
    DirectorySchema schema = DirectorySchema.of(settings.get(SCHEMA));
    DirectorySchema.Searches searches = schema.searches();
    DirectorySchema.Attributes attributes = schema.attributes();
    Optional<Path> password = settings.find(BIND_PASSWORD_FILE).map(settings::resolve);
    return Optional.of(
        new LdapSettings(
            new Access(
                servers,
                settings.get(STARTTLS),
                settings.find(AUTHORITIES).map(settings::resolve),
                settings.find(BIND_DN).flatMap(dn -> password.map(file -> new Login(dn, file))),
                settings.get(TIME_LIMIT),
                settings.get(CONNECTIONS)),
            base.get(),
            settings.find(GROUP_BASE).orElse(base.get()),
            new DirectorySchema.Searches(
                settings.find(ACCOUNT_SEARCH).orElse(searches.account()),
                settings.find(LOGIN_SEARCH).orElse(searches.login()),
                settings.find(GROUP_SEARCH).orElse(searches.group())),
            new DirectorySchema.Attributes(
                settings.find(ADDRESSES).orElse(attributes.addresses()),
                settings.find(NAME).or(attributes::name),
                settings.find(FORWARDS).orElse(attributes.forwards()),
                settings.find(MEMBERS).orElse(attributes.members()),
                settings.find(QUOTA).or(attributes::quota)),
            schema.equals(DirectorySchema.QMAIL),
            settings.get(QUOTA_UNIT),
            HostSettings.from(settings).domains(),
            settings.get(FRESH),
            settings.get(REMEMBERED),
            settings.get(ENTRIES)));
  }

  /// RFC 4514: String Representation of Distinguished Names.
  private static SettingType<String> name() {
    return scalar(
        SAY.typeEntry(),
        SAY.boundsEntry(),
        text -> {
          try {
            return text.isBlank() || text.length() > 1000 || new DN(text).isNullDN()
                ? Reading.wrong(SAY.notEntry(text))
                : Reading.good(text);
          } catch (LDAPException e) {
            return Reading.wrong(SAY.notEntry(text));
          }
        },
        text -> text);
  }

  /// RFC 4512, section 1.4: a short name, with options or without.
  private static SettingType<String> attribute() {
    return scalar(
        SAY.typeAttribute(),
        SAY.boundsAttribute(),
        text ->
            text.matches("[A-Za-z][A-Za-z0-9;-]{0,100}")
                ? Reading.good(text)
                : Reading.wrong(SAY.notAttribute(text)),
        text -> text);
  }
}
