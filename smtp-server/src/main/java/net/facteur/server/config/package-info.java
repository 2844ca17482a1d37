/// What settings are: rows with a type each, a file that is read against them, and the texts that
/// are made of them. Nothing here knows a single setting; each stands with the package that uses
/// it.
///
/// A [Setting] is one row: key, type with its bounds, default, text for people, an example. A
/// [Schema] holds all rows in order, with the rules about several values. [SettingsLoader] reads a
/// HOCON file against it and gives either [Settings] or every [Mistake] at once, each with file,
/// line and what to type; an unknown key is a mistake. [ReferenceWriter] makes `conf/mail.conf` and
/// [DocsWriter] `docs/configuration.md` from the same rows, and a test fails where the committed
/// files differ.
@NullMarked
package net.facteur.server.config;

import org.jspecify.annotations.NullMarked;
