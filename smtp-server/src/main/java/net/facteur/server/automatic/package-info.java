/// Tells what programs wrote from what people wrote, so that no program answers another:
/// [AutomaticMail] has the rules of RFC 3834 and RFC 5230. Answers while somebody is away and lists
/// ask it.
@NullMarked
package net.facteur.server.automatic;

import org.jspecify.annotations.NullMarked;
