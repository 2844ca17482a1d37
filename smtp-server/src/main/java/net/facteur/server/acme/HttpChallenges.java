package net.facteur.server.acme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.challenge.Http01Challenge;

/// Answers by files that the web listener serves, whichever process it belongs to.
///
/// @param directory what it serves below `/.well-known/acme-challenge/`
/// @spec https://www.rfc-editor.org/rfc/rfc8555#section-8.3 RFC 8555, section 8.3: HTTP Challenge
public record HttpChallenges(Path directory) implements Challenges {
  private static final Logger LOG = LogManager.getLogger(HttpChallenges.class);

  @Override
  public Answer answer(Authorization authorization, Identifier name) throws AcmeFailedException {
    Http01Challenge challenge =
        authorization
            .<Http01Challenge>findChallenge(Http01Challenge.TYPE)
            .orElseThrow(
                () -> new AcmeFailedException("the authority offers no http-01 for " + name));
    String token = challenge.getToken();
    // RFC 8555, 8.3: base64url characters only
    if (token.isEmpty() || !token.matches("[A-Za-z0-9_-]{1,200}")) {
      throw new AcmeFailedException("the authority sent a token that is none");
    }
    Path file = directory.resolve(token);
    try {
      DurableDirectory.open(directory).make();
      DurableFile.open(file).replace(challenge.getAuthorization());
    } catch (IOException e) {
      throw new AcmeFailedException(file + " cannot be written", e);
    }
    return new Answer(
        challenge,
        () -> {
          try {
            Files.deleteIfExists(file);
          } catch (IOException e) {
            LOG.warn("{} cannot be removed", file, e);
          }
        });
  }
}
