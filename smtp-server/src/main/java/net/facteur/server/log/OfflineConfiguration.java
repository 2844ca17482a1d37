package net.facteur.server.log;

import java.util.Map;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.xml.XmlConfiguration;
import org.apache.logging.log4j.core.config.xml.XmlConfigurationFactory;

/// Reads the configuration of the log without a look into the DNS.
///
/// The library puts the machine's own name into every configuration, which no line of ours has. It
/// asks for it by `InetAddress`, so that with a resolver that does not answer each command and each
/// start would wait for some twenty seconds.
public final class OfflineConfiguration extends XmlConfigurationFactory {
  @Override
  public Configuration getConfiguration(LoggerContext context, ConfigurationSource source) {
    var configuration = new XmlConfiguration(context, source);
    Map<String, String> properties = configuration.getComponent(Configuration.CONTEXT_PROPERTIES);
    properties.put("hostName", "localhost");
    return configuration;
  }
}
