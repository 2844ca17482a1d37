package net.facteur.server.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// Signs a message with a key and verifies it against what each name server says.
public final class KeyProbe {
  private final DkimCrypto crypto;
  private final InstantSource clock;

  public KeyProbe(DkimCrypto crypto, InstantSource clock) {
    this.crypto = crypto;
    this.clock = clock;
  }

  /// How a probe ended.
  public sealed interface Result {
    /// It verifies with the record of every server.
    record Good() implements Result {}

    /// It does not.
    record Bad(String why) implements Result {}

    /// A server gave no answer.
    record Unknown(String why) implements Result {}
  }

  /// Signs and verifies.
  ///
  /// @param selector the name of this key, with the ending of Ed25519
  /// @param survey what the servers hold for it
  public Result probe(
      DkimPrivateKey key, DomainName domain, String selector, Survey<TxtRecord> survey) {
    if (survey.uncertain()) {
      return new Result.Unknown(survey.explain(_ -> true));
    }
    try {
      var signing =
          new SigningKey(domain, DomainName.of(selector), key.algorithm(), crypto.signer(key));
      var signer = new DkimSigner(signing, DkimSigner.Settings.DEFAULT, clock);
      MessageHeader header = message(domain);
      MessageBody body =
          MessageBody.of("A probe of the key.\r\n".getBytes(StandardCharsets.US_ASCII));
      MessageHeader signed = header.prepend(List.of(signer.sign(header, body)));
      for (Survey.Said<TxtRecord> said : survey.servers()) {
        var verifier = new DkimVerifier(saying(said), crypto, clock, DkimVerifier.Policy.DEFAULT);
        for (DkimOutcome outcome : verifier.verify(signed, body)) {
          if (outcome.result() != DkimResult.PASS) {
            return new Result.Bad(
                "with the record of " + said.server() + " a signature gives " + outcome.result());
          }
        }
      }
      return new Result.Good();
    } catch (GeneralSecurityException | IOException e) {
      return new Result.Bad("the key cannot sign: " + e.getMessage());
    }
  }

  private static MessageHeader message(DomainName domain) {
    return MessageHeader.parse(
        ("From: <postmaster@"
                + domain
                + ">\r\nTo: <postmaster@"
                + domain
                + ">\r\n"
                + "Subject: A probe of the key\r\n"
                + "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
  }

  private static Resolver saying(Survey.Said<TxtRecord> said) {
    return new Resolver() {
      @Override
      @SuppressWarnings("unchecked") // only TXT is asked for
      public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
        return switch (said.reply()) {
          case Survey.Reply.Holds<TxtRecord>(List<TxtRecord> values, Duration ttl) ->
              new Answer.Records<>((List<T>) values, name, false, ttl);
          case Survey.Reply.Lacks<TxtRecord> _ -> new Answer.NxDomain<>(false, Duration.ZERO);
          case Survey.Reply.Silent<TxtRecord>(String reason) -> new Answer.Failed<>(reason);
        };
      }
    };
  }
}
