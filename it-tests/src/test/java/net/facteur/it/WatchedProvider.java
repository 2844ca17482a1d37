package net.facteur.it;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyFactorySpi;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A cryptographic library that does what the JDK does, notes which thread uses a private key, and
/// can be held.
final class WatchedProvider extends Provider {
  private static final long serialVersionUID = 1L;

  private final transient Queue<String> threads = new ConcurrentLinkedQueue<>();
  private final transient AtomicInteger finished = new AtomicInteger();
  private transient volatile CountDownLatch gate = new CountDownLatch(0);

  WatchedProvider() {
    super("Watched", "1", "The JDK's algorithms, watched");
    serve("Signature", "SHA256withRSA", () -> new WatchedSignature("SHA256withRSA", "SunRsaSign"));
    serve("Signature", "Ed25519", () -> new WatchedSignature("Ed25519", "SunEC"));
    serve("KeyFactory", "RSA", () -> new PlainKeys("RSA", "SunRsaSign"));
    serve("KeyFactory", "Ed25519", () -> new PlainKeys("Ed25519", "SunEC"));
  }

  /// Makes an implementation.
  private interface Maker {
    Object make() throws NoSuchAlgorithmException;
  }

  private void serve(String type, String algorithm, Maker maker) {
    putService(
        new Service(this, type, algorithm, WatchedProvider.class.getName(), List.of(), null) {
          @Override
          public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
            return maker.make();
          }

          @Override
          public boolean supportsParameter(Object parameter) {
            return true;
          }
        });
  }

  /// Lets every private-key operation wait from now on.
  void hold() {
    gate = new CountDownLatch(1);
  }

  /// Ends [#hold()].
  void release() {
    gate.countDown();
  }

  /// The thread of each private-key operation.
  List<String> operations() {
    return List.copyOf(threads);
  }

  /// Private-key operations that have been carried out.
  int finished() {
    return finished.get();
  }

  private final class WatchedSignature extends SignatureSpi {
    private final Signature real;

    WatchedSignature(String algorithm, String provider) throws NoSuchAlgorithmException {
      this.real = Signature.getInstance(algorithm, Security.getProvider(provider));
    }

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
      real.initVerify(key);
    }

    @Override
    protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
      real.initSign(key);
    }

    @Override
    protected void engineUpdate(byte octet) throws SignatureException {
      real.update(octet);
    }

    @Override
    protected void engineUpdate(byte[] octets, int offset, int length) throws SignatureException {
      real.update(octets, offset, length);
    }

    @Override
    protected void engineUpdate(ByteBuffer octets) {
      try {
        real.update(octets);
      } catch (SignatureException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      threads.add(Thread.currentThread().getName());
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SignatureException(e);
      }
      byte[] signature = real.sign();
      finished.incrementAndGet();
      return signature;
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      return real.verify(signature);
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException();
    }
  }

  /// Keys as the JDK reads them.
  private static final class PlainKeys extends KeyFactorySpi {
    private final KeyFactory real;

    PlainKeys(String algorithm, String provider) throws NoSuchAlgorithmException {
      this.real = KeyFactory.getInstance(algorithm, Security.getProvider(provider));
    }

    @Override
    protected PublicKey engineGeneratePublic(KeySpec spec) throws InvalidKeySpecException {
      return real.generatePublic(spec);
    }

    @Override
    protected PrivateKey engineGeneratePrivate(KeySpec spec) throws InvalidKeySpecException {
      return real.generatePrivate(spec);
    }

    @Override
    protected <T extends KeySpec> T engineGetKeySpec(Key key, Class<T> type)
        throws InvalidKeySpecException {
      return real.getKeySpec(key, type);
    }

    @Override
    protected Key engineTranslateKey(Key key) throws InvalidKeyException {
      return real.translateKey(key);
    }
  }
}
