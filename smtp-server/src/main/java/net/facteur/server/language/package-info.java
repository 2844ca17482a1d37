/// What people read, in their language.
///
/// Each package that speaks to people has an interface named `...Texts`, a method for a text: its
/// name is the key in the bundles, its parameters are the places in the text.
/// [net.facteur.server.language.Texts] makes the interface work; what a method returns is a
/// [net.facteur.server.language.Text], a value that becomes words only where the language is known.
///
/// `texts.properties` holds the English ones, `texts_fr.properties` the French ones; a further
/// language is one more file of that kind. A text is one paragraph on one line; whoever shows it
/// breaks it. A place stands as `{name}`. Where a text counts something, `key.one` is taken for the
/// numbers that the language calls singular (the row `singular`), and `key` for all others.
@NullMarked
package net.facteur.server.language;

import org.jspecify.annotations.NullMarked;
