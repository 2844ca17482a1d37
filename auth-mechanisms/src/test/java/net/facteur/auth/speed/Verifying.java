package net.facteur.auth.speed;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dns.CachingResolver;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Verifies a message, from the octets of its header and body to the outcome, the key's record in
/// the cache; and the bare operation with the ready public key for comparison.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Verifying {
  @Param({"4096", "1048576"})
  public int size;

  @Param({"RSA_2048", "RSA_4096", "ED25519"})
  public Fixture.Key key;

  private byte[] header;
  private MessageBody body;
  private DkimVerifier verifier;
  private Provider provider;
  private PublicKey publicKey;
  private byte[] data;
  private byte[] signature;

  @Setup
  public void prepare() throws GeneralSecurityException, IOException {
    body = MessageBody.of(Fixture.body(Fixture.Kind.TEXT, size));
    DkimPrivateKey made = key.generate();
    var crypto = new DkimCrypto(Fixture.providers());
    MessageHeader unsigned = MessageHeader.parse(Fixture.HEADER);
    header = unsigned.prepend(List.of(Fixture.signer(made, crypto).sign(unsigned, body))).octets();
    var dns = new CachingResolver(Fixture.zone(made), DnsSettings.DEFAULTS, Fixture.CLOCK);
    verifier = new DkimVerifier(dns, crypto, Fixture.CLOCK, DkimVerifier.Policy.DEFAULT);
    if (message().getFirst().result() != DkimResult.PASS) {
      throw new IllegalStateException("the message does not verify");
    }
    provider = key.provider();
    publicKey = key.javaPublic(made);
    data = Arrays.copyOf(Fixture.HEADER, 512);
    Signature signing = Signature.getInstance(key.signature(), provider);
    signing.initSign(key.javaPrivate(made));
    signing.update(data);
    signature = signing.sign();
  }

  @Benchmark
  public List<DkimOutcome> message() throws IOException {
    return verifier.verify(MessageHeader.parse(header), body);
  }

  @Benchmark
  public boolean bare() throws GeneralSecurityException {
    Signature verify = Signature.getInstance(key.signature(), provider);
    verify.initVerify(publicKey);
    verify.update(data);
    return verify.verify(signature);
  }
}
