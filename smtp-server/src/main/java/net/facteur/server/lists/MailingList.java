package net.facteur.server.lists;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;

/// A list, without its members.
///
/// @param address where posts go; see [#nameable]
/// @param name what people call it, one line
/// @param kind who may post
/// @param owners who answer for it: they get mail to `NAME-owner@`, and may do all that moderators
///   may
/// @param moderators who decide on posts that are held; the owners where there are none
/// @param posters who may post beside owners and moderators, whatever the kind
public record MailingList(
    UserName address,
    String name,
    ListKind kind,
    List<MailAddress> owners,
    List<MailAddress> moderators,
    List<MailAddress> posters,
    ListOptions options) {
  /// Characters of a local part, so that the addresses of the list with their longest tags stay
  /// within 64 (RFC 5321, section 4.5.3.1.1).
  public static final int MOST_LOCAL = 32;

  public static final int MOST_NAME = 100;

  /// Owners, moderators or posters.
  public static final int MOST_PEOPLE = 100;

  public MailingList {
    name = Member.line(name, MOST_NAME);
    name = name.isEmpty() ? address.localPart() : name;
    owners = List.copyOf(owners);
    moderators = List.copyOf(moderators);
    posters = List.copyOf(posters);
  }

  /// True where a list may have this address: its local part has no `+`, has at most 32 characters,
  /// and does not end like one of the addresses that a list has beside its own.
  public static boolean nameable(UserName address) {
    String local = address.localPart();
    return local.length() <= MOST_LOCAL
        && local.chars().allMatch(c -> c < 0x80)
        && local.indexOf('+') < 0
        && Stream.of(ListPart.values())
            .noneMatch(part -> !part.suffix().isEmpty() && local.endsWith(part.suffix()));
  }

  /// The address of a part of it, without a tag.
  public MailAddress at(ListPart part) {
    return new MailAddress(address.localPart() + part.suffix(), address.domain().text());
  }

  /// The same with a tag.
  public MailAddress at(ListPart part, String tag) {
    return new MailAddress(
        address.localPart() + part.suffix() + "+" + tag, address.domain().text());
  }

  /// What names the list to programs.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc2919#section-2 RFC 2919, section 2: The List
  ///   Identifier Syntax
  public String id() {
    return address.localPart() + "." + address.domain().text();
  }

  /// Those who decide on posts that are held.
  public List<MailAddress> deciders() {
    return moderators.isEmpty() ? owners : moderators;
  }

  /// True for owners and moderators.
  public boolean isModerator(MailAddress person) {
    return among(owners, person) || among(moderators, person);
  }

  public boolean isOwner(MailAddress person) {
    return among(owners, person);
  }

  /// True for those who may post whatever the kind.
  public boolean isPoster(MailAddress person) {
    return isModerator(person) || among(posters, person);
  }

  private static boolean among(List<MailAddress> people, MailAddress person) {
    String key = Member.key(person);
    return people.stream().anyMatch(each -> Member.key(each).equals(key));
  }

  /// All who are named in it, each once.
  public Set<String> people() {
    return Stream.of(owners, moderators, posters)
        .flatMap(List::stream)
        .map(Member::key)
        .collect(Collectors.toUnmodifiableSet());
  }

  public MailingList withName(String other) {
    return new MailingList(address, other, kind, owners, moderators, posters, options);
  }

  public MailingList withKind(ListKind other) {
    return new MailingList(address, name, other, owners, moderators, posters, options);
  }

  public MailingList withOwners(List<MailAddress> others) {
    return new MailingList(address, name, kind, others, moderators, posters, options);
  }

  public MailingList withModerators(List<MailAddress> others) {
    return new MailingList(address, name, kind, owners, others, posters, options);
  }

  public MailingList withPosters(List<MailAddress> others) {
    return new MailingList(address, name, kind, owners, moderators, others, options);
  }

  public MailingList withOptions(ListOptions others) {
    return new MailingList(address, name, kind, owners, moderators, posters, others);
  }

  /// A list as it is made: members only, nobody named but its owners.
  public static MailingList fresh(UserName address, List<MailAddress> owners, ListOptions options) {
    return new MailingList(
        address, address.localPart(), ListKind.MEMBERS, owners, List.of(), List.of(), options);
  }
}
