/// The `facteur` command.
///
/// [Facteur] is its main class and hangs the commands together; each command is a class of its own
/// that gets what it needs from a [Workplace]: environment, output, randomness, and how a server is
/// started. A command ends with 0 where all is well, 1 where it found a problem, 2 where it was not
/// understood, 70 where the program has a fault. What goes wrong is told in three parts: what
/// happened, why, and what to type next.
@NullMarked
package net.facteur.server.cli;

import org.jspecify.annotations.NullMarked;
