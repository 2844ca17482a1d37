/// Addresses that belong to a duty and not to a person: `president@` is somebody until a day, and
/// somebody else from then on; `board@` is several people, who come and go.
///
/// A [Role] is a list of [Term]s: who holds it from which day on. Those that are over stay where
/// they are, so the file is also the log of who held what when. [RolesFile] keeps them as text, a
/// line for each, beside the users file; [RoleStore] knows what counts at this moment, by the clock
/// and the time zone of the settings. To routing a role is an alias that leads to its holders, here
/// or elsewhere; to submission it is an address that its holders may send as. After a hand-over the
/// one before gets copies for some days, and sends as it no longer.
///
/// [HandOvers] tells those whom it concerns, each once.
@NullMarked
package net.facteur.server.roles;

import org.jspecify.annotations.NullMarked;
