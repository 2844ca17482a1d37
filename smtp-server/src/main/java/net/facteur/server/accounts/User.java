package net.facteur.server.accounts;

import static net.facteur.server.accounts.AccountsTexts.SAY;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.server.language.Text;

/// One user.
///
/// @param name the address, which is also the login name
/// @param password empty where the user cannot log in
/// @param scram keys for SCRAM-SHA-256, where the user has it turned on
/// @param sendAs further addresses the user may send as: `name@domain` or `*@domain`
/// @param restrictions what the user may not do
/// @param quota octets that the mailbox may hold, 0 for no limit; empty for that of all
/// @param appPasswords for one device or program each, no two of one name
/// @param contact an address elsewhere, for a forgotten password
/// @param formerly names that the user had before, whose mail that was under way is still theirs
public record User(
    UserName name,
    Optional<PasswordHash> password,
    Optional<ScramRecord> scram,
    List<String> sendAs,
    Set<Restriction> restrictions,
    Optional<Long> quota,
    List<AppPassword> appPasswords,
    Optional<UserName> contact,
    List<UserName> formerly) {
  /// The largest quota: 1 PiB.
  public static final long MAX_QUOTA = 1L << 50;

  private static final Set<String> FIELDS =
      Stream.concat(
              Stream.of(
                  "password", "scram", "send-as", "quota", "contact", "app-password", "formerly"),
              Stream.of(Restriction.values()).map(Restriction::word))
          .collect(Collectors.toUnmodifiableSet());

  public User {
    sendAs = List.copyOf(sendAs);
    restrictions = Set.copyOf(restrictions);
    appPasswords = List.copyOf(appPasswords);
    formerly = List.copyOf(formerly);
  }

  /// A user with nothing special.
  public User(
      UserName name,
      Optional<PasswordHash> password,
      Optional<ScramRecord> scram,
      List<String> sendAs) {
    this(
        name,
        password,
        scram,
        sendAs,
        Set.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of());
  }

  /// No login is taken; mail still arrives.
  public boolean locked() {
    return restrictions.contains(Restriction.LOCKED);
  }

  /// True where mail is taken from the user.
  public boolean maySend() {
    return !locked() && !restrictions.contains(Restriction.SUSPENDED);
  }

  /// True where mail for the user is kept here.
  public boolean hasMailbox() {
    return !restrictions.contains(Restriction.SEND_ONLY);
  }

  /// The app password of that name.
  public Optional<AppPassword> appPassword(String device) {
    return appPasswords.stream().filter(app -> app.isCalled(device)).findFirst();
  }

  /// The same with another password and, where wanted, keys for SCRAM made from it.
  public User withPassword(PasswordHash hash, Optional<ScramRecord> keys) {
    return new User(
        name,
        Optional.of(hash),
        keys,
        sendAs,
        restrictions,
        quota,
        appPasswords,
        contact,
        formerly);
  }

  /// The same with other keys for SCRAM, or without any.
  public User withScram(Optional<ScramRecord> keys) {
    return new User(
        name, password, keys, sendAs, restrictions, quota, appPasswords, contact, formerly);
  }

  /// The same, locked or not.
  public User withLock(boolean lock) {
    return with(Restriction.LOCKED, lock);
  }

  /// The same, restricted in this way or not.
  public User with(Restriction restriction, boolean holds) {
    Set<Restriction> others = EnumSet.noneOf(Restriction.class);
    others.addAll(restrictions);
    if (holds) {
      others.add(restriction);
    } else {
      others.remove(restriction);
    }
    return new User(name, password, scram, sendAs, others, quota, appPasswords, contact, formerly);
  }

  /// The same with other addresses.
  public User withSendAs(List<String> addresses) {
    return new User(
        name, password, scram, addresses, restrictions, quota, appPasswords, contact, formerly);
  }

  /// The same with another quota, in octets; 0 for no limit, empty for that of all.
  public User withQuota(Optional<Long> octets) {
    return new User(
        name, password, scram, sendAs, restrictions, octets, appPasswords, contact, formerly);
  }

  /// The same with other app passwords.
  public User withAppPasswords(List<AppPassword> others) {
    return new User(name, password, scram, sendAs, restrictions, quota, others, contact, formerly);
  }

  /// The same with another address outside.
  public User withContact(Optional<UserName> address) {
    return new User(
        name, password, scram, sendAs, restrictions, quota, appPasswords, address, formerly);
  }

  /// The same under another name. What is on its way to the old one is still theirs.
  User renamed(UserName to) {
    List<UserName> names =
        Stream.concat(formerly.stream(), Stream.of(name)).filter(n -> !n.equals(to)).toList();
    return new User(to, password, scram, sendAs, restrictions, quota, appPasswords, contact, names);
  }

  /// The same, if somebody else has the name now.
  User withoutFormer(UserName taken) {
    return formerly.contains(taken)
        ? new User(
            name,
            password,
            scram,
            sendAs,
            restrictions,
            quota,
            appPasswords,
            contact,
            formerly.stream().filter(n -> !n.equals(taken)).toList())
        : this;
  }

  /// The line of the users file.
  public String line() {
    var out = new StringBuilder(name.text());
    password.ifPresent(p -> out.append(" password=").append(p.text()));
    scram.ifPresent(s -> out.append(" scram=").append(s.text()));
    if (!sendAs.isEmpty()) {
      out.append(" send-as=").append(String.join(",", sendAs));
    }
    for (Restriction restriction : Restriction.values()) {
      if (restrictions.contains(restriction)) {
        out.append(' ').append(restriction.word()).append("=yes");
      }
    }
    quota.ifPresent(octets -> out.append(" quota=").append(QuotaText.of(octets)));
    contact.ifPresent(address -> out.append(" contact=").append(address.text()));
    appPasswords.forEach(app -> out.append(" app-password=").append(app.text()));
    if (!formerly.isEmpty()) {
      out.append(" formerly=");
      out.append(String.join(",", formerly.stream().map(UserName::text).toList()));
    }
    return out.toString();
  }

  /// Reads a line; empty where it is not one.
  public static Optional<User> parse(String line) {
    String[] fields = line.split(" +", -1);
    Optional<UserName> name = UserName.parse(fields[0]);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    User user = new User(name.get(), Optional.empty(), Optional.empty(), List.of());
    for (int i = 1; i < fields.length; i++) {
      int equals = fields[i].indexOf('=');
      Optional<User> next =
          equals < 0
              ? Optional.empty()
              : user.with(fields[i].substring(0, equals), fields[i].substring(equals + 1));
      if (next.isEmpty()) {
        return Optional.empty();
      }
      user = next.get();
    }
    return Optional.of(user);
  }

  /// Why a text is no line of a user; empty where it is one, or does not begin with a name. It
  /// holds no secret of the line.
  static Optional<Text> fault(String line) {
    String[] fields = line.split(" +", -1);
    Optional<UserName> name = UserName.parse(fields[0]);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    User user = new User(name.get(), Optional.empty(), Optional.empty(), List.of());
    for (int i = 1; i < fields.length; i++) {
      int equals = fields[i].indexOf('=');
      if (equals < 0) {
        return Optional.of(SAY.fieldWithoutValue(i));
      }
      String key = fields[i].substring(0, equals);
      String value = fields[i].substring(equals + 1);
      Optional<User> next = user.with(key, value);
      if (next.isEmpty()) {
        return Optional.of(
            key.equals("password")
                ? PasswordHash.fault(value).orElseGet(() -> SAY.wrongField(key))
                : FIELDS.contains(key) ? SAY.wrongField(key) : SAY.unknownField(i));
      }
      user = next.get();
    }
    return Optional.empty();
  }

  /// The same with one more field; empty where it is none.
  private Optional<User> with(String key, String value) {
    return switch (key) {
      case "password" -> PasswordHash.parse(value).map(hash -> withPassword(hash, scram));
      case "scram" -> ScramRecord.parse(value).map(keys -> withScram(Optional.of(keys)));
      case "send-as" -> Optional.of(withSendAs(List.of(value.split(",", -1))));
      case "quota" -> QuotaText.parse(value).map(octets -> withQuota(Optional.of(octets)));
      case "contact" -> UserName.parse(value).map(address -> withContact(Optional.of(address)));
      case "app-password" -> AppPassword.parse(value).flatMap(this::withFurther);
      case "formerly" -> names(value).map(this::withFormerly);
      default ->
          Restriction.of(key)
              .filter(_ -> value.equals("yes"))
              .map(restriction -> with(restriction, true));
    };
  }

  private Optional<User> withFurther(AppPassword app) {
    if (appPasswords.size() >= AppPassword.MAX || appPassword(app.name()).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        withAppPasswords(Stream.concat(appPasswords.stream(), Stream.of(app)).toList()));
  }

  private User withFormerly(List<UserName> names) {
    return new User(
        name, password, scram, sendAs, restrictions, quota, appPasswords, contact, names);
  }

  private static Optional<List<UserName>> names(String list) {
    var names = new ArrayList<UserName>();
    for (String each : list.split(",", -1)) {
      Optional<UserName> name = UserName.parse(each);
      if (name.isEmpty()) {
        return Optional.empty();
      }
      names.add(name.get());
    }
    return Optional.of(names);
  }
}
