/// A client of certification authorities (ACME).
///
/// [net.facteur.server.acme.AcmeClient] proves that names are ours, by a file that the web listener
/// serves ([net.facteur.server.acme.HttpChallenges]) or by a record that an update writes
/// ([net.facteur.server.acme.DnsChallenges]), and gets a certificate for a key that was made
/// before. It puts nothing in service: what it gets is dropped in the staging directory, like that
/// of any other client.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8555 RFC 8555: Automatic Certificate Management
///   Environment
@NullMarked
package net.facteur.server.acme;

import org.jspecify.annotations.NullMarked;
