/// The transport under the SMTP engine, and the only place that knows Netty.
///
/// One [Connection] for each peer runs on its event loop, in one of the states of
/// [ConnectionState], where the transitions between them are told. It cuts the octets that arrive
/// into command lines and content, strictly: only CRLF ends a line, and only CRLF, dot, CRLF ends
/// DATA. Each piece goes to the [Conversation], which answers with a [Step]: replies to send and
/// what comes next on the wire (another command, dot-stuffed content, a counted chunk, a TLS
/// handshake), now or when something it waits for is done. While it waits, nothing more is taken
/// from the input; past a limit the socket is no longer read, so that the peer waits too.
///
/// Replies to pipelined commands are sent in one flush. Writes to a file, which may block, run on a
/// small pool of threads, one at a time per connection. Time limits are checked by one timer per
/// connection that moves with its deadline.
///
/// Nothing here knows what a command means: the `smtp` package does, through the ports
/// [Conversation] and [ContentReceiver].
@NullMarked
package net.facteur.server.net;

import org.jspecify.annotations.NullMarked;
