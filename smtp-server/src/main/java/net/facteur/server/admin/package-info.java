/// Steering a running server from its own machine.
///
/// [ControlServer] listens on a unix domain socket that only the server's user may open. A client
/// sends one line of JSON, `{"version":1,"command":"status","arguments":{}}`; the server answers
/// with lines of JSON, the last of which is `{"done":true}` or `{"problem":"..."}`, and closes.
/// [ControlClient] is the other end. What a command does is behind [ServerControl], which the
/// wiring implements.
@NullMarked
package net.facteur.server.admin;

import org.jspecify.annotations.NullMarked;
