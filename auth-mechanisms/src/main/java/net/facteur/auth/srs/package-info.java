/// SRS, the Sender Rewriting Scheme: forwarded mail that still passes SPF, and whose bounces find
/// the way back.
///
/// A forwarder sends mail of strangers from its own address, so SPF of the stranger's domain fails
/// at the next host. SRS puts the reverse-path into a local part of the forwarder's domain:
/// `user@source.example` becomes `SRS0=hash=day=source.example=user@forwarder.example`. A bounce to
/// that address is sent back to the original sender, where the hash (only we can make it) and the
/// day (21 days by default) hold. A second forwarder does not nest the address but points back to
/// the first, with `SRS1`.
///
/// The hash has four characters, as everywhere else, which is little: who lets strangers try
/// addresses must limit their guesses. There is no RFC; the paper "The Sender Rewriting Scheme" by
/// Shevek describes it, and postsrsd is what most hosts run.
@NullMarked
package net.facteur.auth.srs;

import org.jspecify.annotations.NullMarked;
