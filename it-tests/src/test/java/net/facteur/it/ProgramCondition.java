package net.facteur.it;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/// Does what [RequiresProgram] says.
final class ProgramCondition implements BeforeEachCallback {
  @Override
  public void beforeEach(ExtensionContext context) {
    AnnotationSupport.findAnnotation(context.getElement(), RequiresProgram.class)
        .or(() -> AnnotationSupport.findAnnotation(context.getTestClass(), RequiresProgram.class))
        .ifPresent(ProgramCondition::check);
  }

  private static void check(RequiresProgram required) {
    List<String> missing =
        Arrays.stream(required.value()).flatMap(p -> p.missing().stream()).toList();
    if (!missing.isEmpty()) {
      notRun(String.join(" && ", missing));
    }
  }

  /// Ends the test as not run, or as failed where everything has to run.
  static void notRun(String remedy) {
    String line = "not run: " + remedy;
    System.out.println(line);
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionFailedError(line);
    }
    throw new TestAbortedException(line);
  }
}
