package net.facteur.server.addresses;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.routing.AddressTables;
import net.facteur.server.routing.RoutingSettings;

/// What has to hold of an entry before it goes into the store, whoever asks for it: a command or a
/// page.
///
/// @param domains of ours
/// @param settings what the settings say of addresses, which holds before the store
/// @param users whether there is such a user
public record AddressRules(
    Set<DomainName> domains, AddressTables settings, Predicate<UserName> users) {
  public AddressRules {
    domains = Set.copyOf(domains);
  }

  public static AddressRules of(Settings settings, Predicate<UserName> users) {
    RoutingSettings routing = RoutingSettings.from(settings);
    return new AddressRules(
        new HashSet<>(routing.domains()), new AddressTables(routing.addresses()), users);
  }

  /// What somebody wants of an address, as it was typed.
  ///
  /// @param address `local-part@domain`, or `@domain` for the addresses of another domain
  /// @param to targets; `@domain` for a domain
  public record Wish(
      AddressKind kind, String address, List<String> to, boolean keep, Optional<Instant> until) {
    public Wish {
      to = List.copyOf(to);
    }
  }

  /// What comes of a wish.
  public sealed interface Read {
    record Good(AddressEntry entry) implements Read {}

    /// @param what of the wish is wrong
    record Wrong(Fault fault, String what) implements Read {}
  }

  /// Why a wish is no entry.
  public enum Fault {
    /// The address is none.
    MISNAMED,
    /// Its domain is not ours.
    FOREIGN,
    /// The settings file says what becomes of the address.
    IN_SETTINGS,
    /// Only mail of a user can be passed on.
    NO_USER,
    /// Nothing is named that its mail goes to.
    NO_TARGET,
    /// What is named is no address.
    WRONG_TARGET,
    /// More than [AddressEntry#MAX_TARGETS].
    TOO_MANY,
    /// It leads to nothing but itself.
    ITSELF,
    /// A domain has the addresses of one other, and for good.
    ONE_DOMAIN
  }

  /// Reads a wish.
  public Read read(Wish wish) {
    if (wish.kind() == AddressKind.DOMAIN || wish.address().startsWith("@")) {
      return domain(wish);
    }
    Optional<UserName> name = UserName.parse(wish.address());
    if (name.isEmpty()) {
      return new Read.Wrong(Fault.MISNAMED, wish.address());
    }
    if (!domains.contains(name.get().domain())) {
      return new Read.Wrong(Fault.FOREIGN, name.get().domain().text());
    }
    Read read =
        switch (wish.kind()) {
          case REFUSED -> new Read.Good(new AddressEntry.Refused(name.get()));
          case DISCARDED -> new Read.Good(new AddressEntry.Discarded(name.get()));
          case ALIAS ->
              targets(wish.to())
                  .orElseGet(
                      () ->
                          new Read.Good(
                              new AddressEntry.Alias(name.get(), wish.to(), wish.until())));
          case FORWARD -> forward(name.get(), wish);
          case DOMAIN -> domain(wish);
        };
    return inSettings(read);
  }

  private Read inSettings(Read read) {
    return read instanceof Read.Good(AddressEntry entry) && named(settings, entry)
        ? new Read.Wrong(Fault.IN_SETTINGS, entry.key())
        : read;
  }

  /// True where the settings say something of the address of an entry.
  static boolean named(AddressTables settings, AddressEntry entry) {
    return switch (entry) {
      case AddressEntry.Alias(UserName address, var _, var _) -> named(settings, address);
      case AddressEntry.Forward(UserName address, var _, var _, var _) -> named(settings, address);
      case AddressEntry.Refused(UserName address) -> named(settings, address);
      case AddressEntry.Discarded(UserName address) -> named(settings, address);
      case AddressEntry.Domain(DomainName domain, var _) -> settings.aliasOf(domain).isPresent();
    };
  }

  private static boolean named(AddressTables settings, UserName address) {
    return settings.names(address.localPart(), address.domain());
  }

  private Read forward(UserName name, Wish wish) {
    if (!users.test(name)) {
      return new Read.Wrong(Fault.NO_USER, name.text());
    }
    Optional<Read> wrong = targets(wish.to());
    if (wrong.isPresent()) {
      return wrong.get();
    }
    List<String> away = wish.to().stream().filter(to -> !to.equalsIgnoreCase(name.text())).toList();
    if (away.isEmpty()) {
      return new Read.Wrong(Fault.ITSELF, name.text());
    }
    // Whoever names the address itself among the targets wants a copy there.
    boolean keep = wish.keep() || away.size() < wish.to().size();
    return new Read.Good(new AddressEntry.Forward(name, away, keep, wish.until()));
  }

  private static Optional<Read> targets(List<String> to) {
    if (to.isEmpty()) {
      return Optional.of(new Read.Wrong(Fault.NO_TARGET, ""));
    }
    if (to.size() > AddressEntry.MAX_TARGETS) {
      return Optional.of(new Read.Wrong(Fault.TOO_MANY, "" + to.size()));
    }
    return to.stream()
        .filter(one -> !AddressEntry.isTarget(one))
        .findFirst()
        .map(one -> new Read.Wrong(Fault.WRONG_TARGET, one));
  }

  private Read domain(Wish wish) {
    if (wish.to().size() != 1
        || !wish.to().getFirst().startsWith("@")
        || !wish.address().startsWith("@")
        || wish.until().isPresent()) {
      return new Read.Wrong(Fault.ONE_DOMAIN, wish.address());
    }
    Optional<DomainName> from = domainOf(wish.address());
    Optional<DomainName> to = domainOf(wish.to().getFirst());
    if (from.isEmpty() || to.isEmpty()) {
      String misnamed = from.isEmpty() ? wish.address() : wish.to().getFirst();
      return new Read.Wrong(Fault.MISNAMED, misnamed);
    }
    for (DomainName each : List.of(from.get(), to.get())) {
      if (!domains.contains(each)) {
        return new Read.Wrong(Fault.FOREIGN, each.text());
      }
    }
    return from.equals(to)
        ? new Read.Wrong(Fault.ITSELF, from.get().text())
        : inSettings(new Read.Good(new AddressEntry.Domain(from.get(), to.get())));
  }

  private static Optional<DomainName> domainOf(String text) {
    return UserName.parse("postmaster" + text).map(UserName::domain);
  }
}
