package net.facteur.server.plot;

/// What a plot says in words, to those who do not see it as well.
///
/// @param title in a few words
/// @param description what is to be seen, with the numbers that matter
public record Caption(String title, String description) {}
