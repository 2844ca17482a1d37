/// A program beside the server that is asked about each message, such as rspamd.
///
/// [Daemon] asks it: one connection for each question, on a virtual thread of its own, with a limit
/// of time for the whole and a bounded number at once. What it answers is a value, and so is that
/// it did not ([Daemon.Outcome]). A daemon that was silent several times in a row is left alone for
/// some seconds, so that mail does not wait for it. [DaemonWatch] tells the postmaster when it is
/// down, and when it is back.
@NullMarked
package net.facteur.server.filter.daemon;

import org.jspecify.annotations.NullMarked;
