package net.facteur.auth.mutation;

import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// Runs one test class and tells by the exit code how it ended.
public final class TestRun {
  static final int GREEN = 0;
  static final int RED = 10;
  static final int NOTHING_RAN = 11;

  private TestRun() {}

  /// Takes the name of the class.
  public static void main(String[] args) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(args[0]))
            .build();
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    if (summary.getTotalFailureCount() > 0) {
      System.exit(RED);
    }
    System.exit(summary.getTestsSucceededCount() == 0 ? NOTHING_RAN : GREEN);
  }
}
