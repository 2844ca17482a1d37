package net.facteur.server.sources;

/// Messages of a day.
public record DayCount(long passed, long failed) {
  public static final DayCount NONE = new DayCount(0, 0);

  public DayCount plus(DayCount other) {
    return new DayCount(passed + other.passed, failed + other.failed);
  }

  public long messages() {
    return passed + failed;
  }
}
