package net.facteur.server.report.received;

/// What one file or mail may cost to read. Not safe for use by several threads.
final class ReadingBudget {
  /// Octets of a file or a mail.
  static final int MAX_OCTETS = 16 << 20;

  /// Octets of all that is unpacked. Reports of the largest receivers have some 10 MiB.
  private static final int MAX_UNPACKED = 24 << 20;

  /// What may always come out of an archive.
  private static final long SMALL = 1 << 20;

  /// How much larger than the archive may be what comes out of it. XML of reports becomes ten to
  /// sixty times smaller; bombs a thousand times.
  private static final long MAX_RATIO = 200;

  /// Archives within archives.
  static final int MAX_WRAPPINGS = 3;

  /// Mails within mails that are encoded, so that they have to be decoded first.
  static final int MAX_MAILS = 3;

  /// Files in a zip archive.
  static final int MAX_ENTRIES = 50;

  private static final int MAX_REPORTS = 100;
  private static final int MAX_WRONG = 10;
  private static final int MAX_PARTS = 200;

  private long unpacked = MAX_UNPACKED;
  private int parts = MAX_PARTS;
  private int reports = MAX_REPORTS;
  private int wrong = MAX_WRONG;

  /// Octets that may come out of so many.
  static long unpacked(long packed) {
    return Math.max(SMALL, packed * MAX_RATIO);
  }

  boolean take(int octets) {
    unpacked -= octets;
    return unpacked >= 0;
  }

  boolean takePart() {
    return parts-- > 0;
  }

  boolean takeReport() {
    return reports-- > 0;
  }

  boolean takeWrong() {
    return wrong-- > 0;
  }
}
