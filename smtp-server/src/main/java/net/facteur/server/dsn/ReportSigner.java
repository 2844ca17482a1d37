package net.facteur.server.dsn;

import net.facteur.queue.NewMessage;

/// Signs our own reports before they are queued. May block.
@FunctionalInterface
public interface ReportSigner {
  /// Leaves reports as they are.
  ReportSigner NONE = report -> report;

  /// @return the report, with signature fields on top where it could be signed
  NewMessage sign(NewMessage report);
}
