/// Makes a mail server out of an empty directory or an installed package: settings, keys, a first
/// user, a certificate.
///
/// [net.facteur.server.setup.Layout] says where things go and what is there already,
/// [net.facteur.server.setup.Machine] what else runs on the machine,
/// [net.facteur.server.setup.Answers] what was asked, and [net.facteur.server.setup.Foundation]
/// makes it all, or nothing.
@NullMarked
package net.facteur.server.setup;

import org.jspecify.annotations.NullMarked;
