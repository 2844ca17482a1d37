package net.facteur.server.lists.moving;

import java.time.Instant;

/// What an import may do.
///
/// @param remove members of the list who are not in a complete source leave it, and owners,
///   moderators and posters are those of the source
/// @param at the time of the import, from which pauses count
public record ImportChoices(boolean remove, Instant at) {}
