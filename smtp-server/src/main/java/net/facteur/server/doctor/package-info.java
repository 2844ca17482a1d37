/// Looks at a mail server from outside and inside, as others see it and as the machine carries it,
/// and says what is wrong in plain words, with the line to paste.
///
/// Each exam asks the DNS, the network or the disk through what it was given, and changes nothing.
/// [net.facteur.server.doctor.Doctor] runs them all.
@NullMarked
package net.facteur.server.doctor;

import org.jspecify.annotations.NullMarked;
