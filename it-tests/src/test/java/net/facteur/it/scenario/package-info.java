/// The language of scenarios: what an administrator writes into a directory of
/// `it-tests/scenarios`, read into types. `README.md` there describes it for those who write one.
///
/// Nothing here knows a server. [Scenario#read] reads a directory; whoever has a server plays the
/// [Step]s against it and looks whether each [Expectation] holds.
@NullMarked
package net.facteur.it.scenario;

import org.jspecify.annotations.NullMarked;
