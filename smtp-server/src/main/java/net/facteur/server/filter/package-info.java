/// Filters that judge the content of a message: one port, [MessageFilter], for all of them.
///
/// Reception asks after authentication, submission before signing. Each filter returns a [Verdict]:
/// what becomes of the message, for single recipients too if it differs, and what is written into
/// its header and its history. [Filters] asks several and takes the strictest answer. A filter is
/// bounded in time and never fails: a daemon that is down is a verdict, as the settings have it.
@NullMarked
package net.facteur.server.filter;

import org.jspecify.annotations.NullMarked;
