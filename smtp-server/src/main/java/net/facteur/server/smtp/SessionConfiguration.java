package net.facteur.server.smtp;

import java.util.Optional;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.apache.james.protocols.smtp.SMTPConfiguration;

/// Our settings in James' words.
record SessionConfiguration(SmtpSettings settings) implements SMTPConfiguration {
  @Override
  public String getGreeting() {
    return settings.hostname() + " ESMTP";
  }

  @Override
  public String getSoftwareName() {
    return "Facteur";
  }

  @Override
  public String getHelloName() {
    return settings.hostname();
  }

  @Override
  public long getMaxMessageSize() {
    return settings.maxMessageSize();
  }

  @Override
  public boolean isRelayingAllowed(String remoteAddress) {
    return false;
  }

  @Override
  public boolean isAuthAnnounced(String remoteAddress, boolean tlsStarted) {
    return tlsStarted;
  }

  @Override
  public boolean useHeloEhloEnforcement() {
    return true;
  }

  @Override
  public boolean useAddressBracketsEnforcement() {
    return true;
  }

  @Override
  public boolean isPlainAuthEnabled() {
    return true;
  }

  @Override
  public Optional<OidcSASLConfiguration> saslConfiguration() {
    return Optional.empty();
  }
}
