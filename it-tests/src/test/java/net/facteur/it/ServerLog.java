package net.facteur.it;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/// What the servers of this process log while it is open.
final class ServerLog implements AutoCloseable {
  private static final String NAME = "net.facteur";

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<Throwable> thrown = new CopyOnWriteArrayList<>();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final AbstractAppender appender =
      new AbstractAppender("scenario", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          lines.add(event.getMessage().getFormattedMessage());
          if (event.getThrown() != null) {
            thrown.add(event.getThrown());
          }
        }
      };

  ServerLog() {
    appender.start();
    Configurator.setLevel(NAME, Level.INFO);
    context.getConfiguration().getLoggerConfig(NAME).addAppender(appender, Level.INFO, null);
  }

  /// One for each event.
  List<String> lines() {
    return List.copyOf(lines);
  }

  /// What was logged with a stack trace.
  List<Throwable> thrown() {
    return List.copyOf(thrown);
  }

  @Override
  public void close() {
    context.getConfiguration().getLoggerConfig(NAME).removeAppender(appender.getName());
    Configurator.setLevel(NAME, Level.ERROR);
    appender.stop();
  }
}
