package net.facteur.server.ldap;

import java.util.List;
import java.util.Optional;

/// The usual schemas: how an entry is found, and what its attributes mean.
///
/// @param word its name in the settings
public record DirectorySchema(String word, Searches searches, Attributes attributes) {
  /// RFC 2798: people with `mail` and `uid`, groups of names with `mail`.
  static final DirectorySchema INET_ORG_PERSON =
      new DirectorySchema(
          "inetOrgPerson",
          new Searches(
              FilterTemplate.of("(&(objectClass=inetOrgPerson)(mail={address}))"),
              FilterTemplate.of("(&(objectClass=inetOrgPerson)(|(uid={login})(mail={login})))"),
              FilterTemplate.of(
                  "(&(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=group))"
                      + "(mail={address}))")),
          new Attributes(
              List.of("mail"),
              Optional.of("uid"),
              List.of(),
              List.of("member", "uniqueMember"),
              Optional.empty()));

  /// The schema that sendmail made usual: `inetLocalMailRecipient`.
  static final DirectorySchema MAIL_LOCAL_ADDRESS =
      new DirectorySchema(
          "mailLocalAddress",
          new Searches(
              FilterTemplate.of(
                  "(&(objectClass=inetLocalMailRecipient)"
                      + "(|(mailLocalAddress={address})(mail={address})))"),
              FilterTemplate.of(
                  "(&(objectClass=inetLocalMailRecipient)"
                      + "(|(uid={login})(mail={login})(mailLocalAddress={login})))"),
              FilterTemplate.of(
                  "(&(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))"
                      + "(|(mail={address})(mailLocalAddress={address})))")),
          new Attributes(
              List.of("mail", "mailLocalAddress"),
              Optional.of("uid"),
              List.of("mailRoutingAddress"),
              List.of("member", "uniqueMember"),
              Optional.empty()));

  /// qmail-ldap: `qmailUser` and `qmailGroup`.
  static final DirectorySchema QMAIL =
      new DirectorySchema(
          "qmail",
          new Searches(
              FilterTemplate.of(
                  "(&(objectClass=qmailUser)(!(objectClass=qmailGroup))"
                      + "(|(mail={address})(mailAlternateAddress={address})))"),
              FilterTemplate.of(
                  "(&(objectClass=qmailUser)(!(objectClass=qmailGroup))"
                      + "(|(uid={login})(mail={login})(mailAlternateAddress={login})))"),
              FilterTemplate.of(
                  "(&(objectClass=qmailGroup)(|(mail={address})(mailAlternateAddress={address})))")),
          new Attributes(
              List.of("mail", "mailAlternateAddress"),
              Optional.of("uid"),
              List.of("mailForwardingAddress"),
              List.of("rfc822member", "dnmember", "member", "uniqueMember"),
              Optional.of("mailQuotaSize")));

  /// RFC 2307: accounts and groups of Unix, whose address is the name at our first domain unless
  /// `mail` says another.
  static final DirectorySchema POSIX_GROUP =
      new DirectorySchema(
          "posixGroup",
          new Searches(
              FilterTemplate.of("(&(objectClass=posixAccount)(|(mail={address})(uid={local})))"),
              FilterTemplate.of("(&(objectClass=posixAccount)(|(uid={login})(mail={login})))"),
              FilterTemplate.of("(&(objectClass=posixGroup)(|(mail={address})(cn={local})))")),
          new Attributes(
              List.of("mail"),
              Optional.of("uid"),
              List.of(),
              List.of("memberUid", "member"),
              Optional.empty()));

  private static final List<DirectorySchema> ALL =
      List.of(INET_ORG_PERSON, MAIL_LOCAL_ADDRESS, QMAIL, POSIX_GROUP);

  /// How entries are found.
  ///
  /// @param account the account that has an address
  /// @param login the account that is meant by a login
  /// @param group the group that has an address
  public record Searches(FilterTemplate account, FilterTemplate login, FilterTemplate group) {}

  /// What is read of entries.
  ///
  /// @param addresses where addresses stand; the first one that has an address of ours names the
  ///   mailbox
  /// @param name the local part where no address of ours stands there; `cn` for groups
  /// @param forwards where mail goes in place of the mailbox
  /// @param members names, addresses or logins of those whom mail to a group reaches
  /// @param quota how much the mailbox may hold
  public record Attributes(
      List<String> addresses,
      Optional<String> name,
      List<String> forwards,
      List<String> members,
      Optional<String> quota) {
    public Attributes {
      addresses = List.copyOf(addresses);
      forwards = List.copyOf(forwards);
      members = List.copyOf(members);
    }
  }

  /// The words of all, in their order.
  static String[] words() {
    return ALL.stream().map(DirectorySchema::word).toArray(String[]::new);
  }

  /// @param word one of [#words()]
  static DirectorySchema of(String word) {
    return ALL.stream()
        .filter(each -> each.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(word));
  }
}
