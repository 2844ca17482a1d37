package net.facteur.server.addresses;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.routing.AddressTables;
import net.facteur.server.routing.RoutingSettings;

/// What is said of one address, by the settings or by the store, for lists.
///
/// @param address as it is written there; `@domain` for a domain
/// @param to where its mail goes; none where it goes nowhere
/// @param keep a copy stays in the mailbox
/// @param until when it counts no longer; empty where it always does
/// @param stored it stands in the store, which commands and pages change; else in the settings
/// @param overruled the settings name the address as well, and they hold
public record AddressRow(
    String address,
    AddressKind kind,
    List<String> to,
    boolean keep,
    Optional<Instant> until,
    boolean stored,
    boolean overruled) {
  public AddressRow {
    to = List.copyOf(to);
  }

  /// Everything that the settings and the store say, in the order of the alphabet.
  public static List<AddressRow> all(RoutingSettings routing, AddressesFile.Content store) {
    var rows = new ArrayList<AddressRow>();
    routing.aliases().forEach((key, to) -> rows.add(ofSettings(key, AddressKind.ALIAS, to, false)));
    routing
        .forwards()
        .forEach(
            (key, its) -> rows.add(ofSettings(key, AddressKind.FORWARD, its.to(), its.keep())));
    routing
        .special()
        .refused()
        .forEach(key -> rows.add(ofSettings(key, AddressKind.REFUSED, List.of(), false)));
    routing
        .special()
        .discarded()
        .forEach(key -> rows.add(ofSettings(key, AddressKind.DISCARDED, List.of(), false)));
    routing
        .special()
        .domains()
        .forEach(
            (from, to) ->
                rows.add(ofSettings("@" + from, AddressKind.DOMAIN, List.of("@" + to), false)));
    var tables = new AddressTables(routing.addresses());
    store.entries().values().forEach(entry -> rows.add(of(entry, tables)));
    rows.sort(Comparator.comparing(AddressRow::address).thenComparing(AddressRow::stored));
    return rows;
  }

  private static AddressRow ofSettings(
      String key, AddressKind kind, List<String> to, boolean keep) {
    return new AddressRow(key, kind, to, keep, Optional.empty(), false, false);
  }

  /// @param settings what the settings say
  public static AddressRow of(AddressEntry entry, AddressTables settings) {
    boolean overruled = AddressRules.named(settings, entry);
    Optional<Instant> until = entry.until();
    String key = entry.key();
    return switch (entry) {
      case AddressEntry.Alias(var _, List<String> to, var _) ->
          new AddressRow(key, AddressKind.ALIAS, to, false, until, true, overruled);
      case AddressEntry.Forward(UserName _, List<String> to, boolean keep, var _) ->
          new AddressRow(key, AddressKind.FORWARD, to, keep, until, true, overruled);
      case AddressEntry.Refused _ ->
          new AddressRow(key, AddressKind.REFUSED, List.of(), false, until, true, overruled);
      case AddressEntry.Discarded _ ->
          new AddressRow(key, AddressKind.DISCARDED, List.of(), false, until, true, overruled);
      case AddressEntry.Domain(var _, var of) ->
          new AddressRow(key, AddressKind.DOMAIN, List.of("@" + of), false, until, true, overruled);
    };
  }
}
