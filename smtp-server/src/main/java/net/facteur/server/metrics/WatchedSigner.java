package net.facteur.server.metrics;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.server.signing.MessageSigner;
import net.facteur.server.signing.SigningBusyException;
import org.jspecify.annotations.Nullable;

/// Times signatures.
record WatchedSigner(MessageSigner signer, Meters meters) implements MessageSigner {
  @Override
  public CompletionStage<List<HeaderField>> sign(
      DomainName author, MessageHeader header, MessageBody body) {
    long began = System.nanoTime();
    return signer
        .sign(author, header, body)
        .whenComplete(
            (fields, failure) ->
                meters.took(Metric.SIGNING, System.nanoTime() - began, result(fields, failure)));
  }

  private static String result(@Nullable List<HeaderField> fields, @Nullable Throwable failure) {
    if (fields != null) {
      return fields.isEmpty() ? "keyless" : "signed";
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof SigningBusyException ? "busy" : "failed";
  }

  @Override
  public List<String> selectors(DomainName author) {
    return signer.selectors(author);
  }
}
