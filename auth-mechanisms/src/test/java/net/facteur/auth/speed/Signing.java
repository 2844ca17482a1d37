package net.facteur.auth.speed;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.message.HeaderField;
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

/// Signs a message, from the octets of its header and body to the field; and the bare operation of
/// the private key for comparison.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Signing {
  @Param({"4096", "1048576"})
  public int size;

  @Param({"RSA_2048", "RSA_4096", "ED25519"})
  public Fixture.Key key;

  private MessageBody body;
  private DkimSigner signer;
  private Provider provider;
  private PrivateKey privateKey;
  private byte[] data;

  @Setup
  public void prepare() throws GeneralSecurityException {
    body = MessageBody.of(Fixture.body(Fixture.Kind.TEXT, size));
    DkimPrivateKey made = key.generate();
    signer = Fixture.signer(made, new DkimCrypto(Fixture.providers()));
    provider = key.provider();
    privateKey = key.javaPrivate(made);
    data = Arrays.copyOf(Fixture.HEADER, 512);
  }

  @Benchmark
  public HeaderField message() throws IOException, GeneralSecurityException {
    return signer.sign(MessageHeader.parse(Fixture.HEADER), body);
  }

  @Benchmark
  public byte[] bare() throws GeneralSecurityException {
    Signature signature = Signature.getInstance(key.signature(), provider);
    signature.initSign(privateKey);
    signature.update(data);
    return signature.sign();
  }
}
