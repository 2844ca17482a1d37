package net.facteur.auth.speed;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Locale;

/// Verifies messages of 4 KiB and does the bare operation with the public key in turn, some hundred
/// at a time, in a process that is warm, and prints the median time of each in microseconds.
///
/// Their difference is small beside what a processor gains and loses from one second to the next,
/// so it cannot be had from two processes that run one after the other.
final class Turns {
  private static final int TOGETHER = 400;
  private static final int TURNS = 250;
  private static final int WARM_UP = 300;

  private Turns() {}

  public static void main(String[] args) throws IOException, GeneralSecurityException {
    var verifying = new Verifying();
    verifying.size = 4096;
    verifying.key = Fixture.Key.RSA_2048;
    verifying.prepare();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    var bare = new double[TURNS];
    var whole = new double[TURNS];
    int good = 0;
    for (int turn = -WARM_UP; turn < TURNS; turn++) {
      long start = threads.getCurrentThreadCpuTime();
      for (int i = 0; i < TOGETHER; i++) {
        good += verifying.bare() ? 1 : 0;
      }
      long middle = threads.getCurrentThreadCpuTime();
      for (int i = 0; i < TOGETHER; i++) {
        good += verifying.message().size();
      }
      long end = threads.getCurrentThreadCpuTime();
      if (turn >= 0) {
        bare[turn] = (middle - start) / 1e3 / TOGETHER;
        whole[turn] = (end - middle) / 1e3 / TOGETHER;
      }
    }
    if (good != 2 * TOGETHER * (WARM_UP + TURNS)) {
      throw new IllegalStateException("not everything was verified");
    }
    Arrays.sort(bare);
    Arrays.sort(whole);
    System.out.printf(Locale.ROOT, "%.2f %.2f%n", bare[TURNS / 2], whole[TURNS / 2]);
  }
}
