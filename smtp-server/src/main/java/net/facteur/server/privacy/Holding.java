package net.facteur.server.privacy;

import net.facteur.server.language.Text;

/// One thing that is kept of people.
///
/// @param word names it for programs, such as `history`
/// @param what it is, and of whom
/// @param place a path, or another place in words
/// @param kept for how long
/// @param erased what `facteur user erase` does of it, or why it stays
public record Holding(String word, Text what, Text place, Text kept, Text erased) {}
