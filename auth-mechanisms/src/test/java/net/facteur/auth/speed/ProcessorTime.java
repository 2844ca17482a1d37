package net.facteur.auth.speed;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/// Measures the processor time of an operation on its own thread, without that of the compiler and
/// of garbage collection.
///
/// It is what `openssl speed` measures, and what counts per core; the time on the wall also tells
/// what else the machine does.
public final class ProcessorTime implements InternalProfiler {
  /// The name of the result, in microseconds.
  static final String RESULT = "processor";

  private long before;

  @Override
  public String getDescription() {
    return "Processor time of an operation";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = processorTime();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double micros = (processorTime() - before) / 1e3 / result.getMetadata().getAllOps();
    return List.of(new ScalarResult(RESULT, micros, "us/op", AggregationPolicy.AVG));
  }

  /// Nanoseconds of the threads that JMH runs benchmarks on.
  private static long processorTime() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().contains("-jmh-worker-")) {
        sum += threads.getThreadCpuTime(thread.getThreadId());
      }
    }
    return sum;
  }
}
