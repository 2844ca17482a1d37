/// A message as the authentication mechanisms see it: header fields as the raw octets that were
/// received, never re-serialised, and a body that is read once as a stream.
@NullMarked
package net.facteur.auth.message;

import org.jspecify.annotations.NullMarked;
