package net.facteur.server.report.dmarc;

import java.util.List;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.queue.MailAddress;

/// Takes note of messages of strangers. Called by many threads at once; never blocks, never throws
/// for what the disk does.
@FunctionalInterface
public interface DmarcReporter {
  /// Forgets everything.
  DmarcReporter NONE = (_, _, _) -> {};

  /// A message that was taken, or refused for its authentication. Not called for what is put off,
  /// since that comes again, nor for what filters judged to be unwanted.
  ///
  /// @param report what was found out about it
  /// @param applied what became of it because of that: `none` for the mailbox, `quarantine` for the
  ///   junk folder, `reject` if it was refused
  /// @param recipients those it was for, all of them ours
  void message(AuthenticationReport report, DmarcPolicy applied, List<MailAddress> recipients);
}
