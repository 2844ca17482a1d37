package net.facteur.server.imap;

import net.facteur.server.files.Access;

/// A file that Dovecot is to have.
///
/// @param name below its directory of settings
/// @param access who may read it; the group is that of Dovecot's own processes
public record DovecotFile(String name, String text, Access access) {}
