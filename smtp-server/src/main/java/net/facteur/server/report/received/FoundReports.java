package net.facteur.server.report.received;

import java.util.List;

/// What was found in a file or a mail.
///
/// @param reports in their order
/// @param wrong what was taken for a report, and is none
public record FoundReports(List<FoundReport> reports, List<Wrong> wrong) {
  public FoundReports {
    reports = List.copyOf(reports);
    wrong = List.copyOf(wrong);
  }

  /// Where something else was expected.
  ///
  /// @param where the part or file, for people; may hold words of strangers
  /// @param offset in it, in octets or characters
  /// @param expected what should stand there
  public record Wrong(String where, int offset, String expected) {
    @Override
    public String toString() {
      return where + ", at " + offset + ": expected " + expected;
    }
  }

  /// What is said where nothing was found.
  static final Wrong NOTHING =
      new Wrong("the whole", 0, "XML, JSON, gzip, zip, or a mail with a part that is one of them");

  /// Why there is no report; the first reason, if there are several.
  public Wrong reason() {
    return wrong.isEmpty() ? NOTHING : wrong.getFirst();
  }
}
