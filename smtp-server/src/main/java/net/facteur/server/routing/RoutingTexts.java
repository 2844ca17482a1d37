package net.facteur.server.routing;

import java.nio.file.Path;
import net.facteur.queue.MailAddress;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package, and of routes that lead nowhere.
interface RoutingTexts {
  RoutingTexts SAY = Texts.of(RoutingTexts.class);

  Text lmtpServer();

  Text lmtpServerBounds();

  Text notLmtpServer(String value);

  Text relayHostBounds();

  Text notRelayHost(String value);

  Text nestedAliases(MailAddress at);

  Text manyAddresses(MailAddress address);

  Text circle(MailAddress at);

  Text srsDirectory(Path file);

  Text srsOpen(Path file);

  Text srsLong(Path file);

  Text srsEmpty(Path file);

  Text separators();

  Text separatorsBounds(String characters);

  Text notSeparators(String value, String characters);
}
