package net.facteur.server.migrate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.accounts.User;

/// What is taken over so far. Whoever reads a part of the old server adds to it.
///
/// @param settings rows of the settings file by their whole name, the value as HOCON writes it
/// @param catchAll of each local domain, which may have none
/// @param domainAliases domains whose addresses are those of another one
/// @param discarded addresses whose mail was thrown away
/// @param mailboxes where the old server keeps the mail of a user
/// @param local the domains of the users of the system
/// @param primary the domain of names without one
/// @param rowsOfAliases rows that became aliases, and the address of each
record Taken(
    Map<String, String> settings,
    Map<String, Optional<String>> catchAll,
    Map<String, String> domainAliases,
    Map<String, Optional<String>> relayDomains,
    Map<String, Set<String>> aliases,
    Set<String> discarded,
    Map<String, User> users,
    Map<String, String> mailboxes,
    List<Move.Key> keys,
    Set<String> local,
    String primary,
    Map<String, String> rowsOfAliases) {}
