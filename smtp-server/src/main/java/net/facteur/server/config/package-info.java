/// The settings: one table, from which everything else about them is made.
///
/// A setting is one row of [SettingsTable]: key, type with its bounds, default, text for people, an
/// example. [SettingsLoader] reads a HOCON file against the table and gives either [Settings] or
/// every [Mistake] at once, each with file, line and what to type; an unknown key is a mistake.
/// [ReferenceWriter] makes `conf/mail.conf` and [DocsWriter] `docs/configuration.md` from the same
/// rows, and a test fails where the committed files differ. [SettingsRecords] turns the values into
/// the typed settings records of the packages that use them.
@NullMarked
package net.facteur.server.config;

import org.jspecify.annotations.NullMarked;
