package net.facteur.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.junit.jupiter.api.Test;

class OfflineConfigurationTest {
  /// The library looks for the name where none is there yet, when a configuration comes into force.
  @Test
  void theLogDoesNotAskForTheNameOfTheMachine() {
    try (var context = new LoggerContext("test")) {
      context.setConfigLocation(Path.of("../conf/log4j2.xml").toAbsolutePath().toUri());
      assertEquals("localhost", name(context));
      context.reconfigure();
      assertEquals("localhost", name(context));
    }
  }

  private static String name(LoggerContext context) {
    Configuration inForce = context.getConfiguration();
    Map<String, String> properties = inForce.getComponent(Configuration.CONTEXT_PROPERTIES);
    return String.valueOf(properties.get("hostName"));
  }
}
