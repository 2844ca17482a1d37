/// What this server keeps of people: where, for how long, and by which right it is erased. It is
/// put together from the settings in force, so that it says what the server does.
///
/// [net.facteur.server.privacy.Holdings] lists it; [net.facteur.server.privacy.Register] makes of
/// it an entry for the register of processing that the GDPR asks for.
@NullMarked
package net.facteur.server.privacy;

import org.jspecify.annotations.NullMarked;
