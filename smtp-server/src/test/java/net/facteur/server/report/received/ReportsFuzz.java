package net.facteur.server.report.received;

import net.facteur.server.report.received.FoundReports.Wrong;

/// Reports of strangers: whatever comes is reports with numbers, or says where and what was
/// expected.
public final class ReportsFuzz {
  private ReportsFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    FoundReports found = ReportReader.inFile(input);
    for (FoundReport report : found.reports()) {
      if (report instanceof FoundReport.Dmarc(var dmarc)
          && (dmarc.messages() < 0 || dmarc.policy().domain().isEmpty())) {
        throw new AssertionError(dmarc);
      }
    }
    for (Wrong wrong : found.wrong()) {
      if (wrong.offset() < 0 || wrong.expected().isEmpty()) {
        throw new AssertionError(wrong);
      }
    }
    if (found.reports().isEmpty() && found.reason().expected().isEmpty()) {
      throw new AssertionError("refused without a reason");
    }
  }
}
