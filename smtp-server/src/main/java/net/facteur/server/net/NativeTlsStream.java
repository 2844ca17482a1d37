package net.facteur.server.net;

import io.netty.util.ReferenceCountUtil;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// A blocking socket below TLS by an engine. One thread at a time reads and writes; any may close.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8446#section-5.1 RFC 8446, section 5.1: Record Layer
public final class NativeTlsStream implements Closeable {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Socket plain;
  private final SSLEngine engine;
  private final InputStream netIn;
  private final OutputStream netOut;
  private final AtomicBoolean released = new AtomicBoolean();

  /// Octets from the peer that were not decrypted yet, and decrypted ones nobody has read; both are
  /// ready to be read from.
  private final ByteBuffer received;

  private final ByteBuffer clear;
  private final ByteBuffer sending;

  NativeTlsStream(Socket plain, SSLEngine engine) throws IOException {
    this.plain = plain;
    this.engine = engine;
    this.netIn = plain.getInputStream();
    this.netOut = plain.getOutputStream();
    SSLSession session = engine.getSession();
    this.received = ByteBuffer.allocate(session.getPacketBufferSize()).flip();
    // The engine wants room for a whole record, its overhead included.
    this.clear = ByteBuffer.allocate(session.getPacketBufferSize()).flip();
    this.sending = ByteBuffer.allocate(session.getPacketBufferSize());
  }

  void handshake() throws IOException {
    try {
      engine.beginHandshake();
      while (true) {
        switch (engine.getHandshakeStatus()) {
          case NOT_HANDSHAKING, FINISHED -> {
            return;
          }
          case NEED_WRAP -> {
            send(NOTHING);
            if (sending.position() == 0
                && engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
              throw new SSLException("the handshake does not go on");
            }
          }
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
            // An unwrap that takes no octet may still end the handshake, or turn to sending.
            if (!unwrap() && waitsForThePeer() && !received()) {
              throw new EOFException("the host closed the connection in the handshake");
            }
          }
          case NEED_TASK -> {
            for (Runnable task = engine.getDelegatedTask();
                task != null;
                task = engine.getDelegatedTask()) {
              task.run();
            }
          }
        }
      }
    } catch (SSLException e) {
      tellWhy();
      throw e;
    }
  }

  private boolean waitsForThePeer() {
    return switch (engine.getHandshakeStatus()) {
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> true;
      case NOT_HANDSHAKING, FINISHED, NEED_WRAP, NEED_TASK -> false;
    };
  }

  /// The alert that says to the peer why the handshake failed.
  private void tellWhy() {
    try {
      send(NOTHING);
    } catch (IOException _) {
      // The peer is gone already.
    }
  }

  /// Encrypts all of `octets`, or what the handshake has to say, and sends it.
  private void send(ByteBuffer octets) throws IOException {
    do {
      sending.clear();
      SSLEngineResult result = engine.wrap(octets, sending);
      if (sending.position() > 0) {
        netOut.write(sending.array(), 0, sending.position());
      } else if (octets.hasRemaining()) {
        throw new SSLException("TLS is closed: " + result.getStatus());
      }
    } while (octets.hasRemaining());
  }

  /// Decrypts what has come.
  ///
  /// @return false where more has to come first
  private boolean unwrap() throws SSLException {
    clear.compact();
    try {
      SSLEngineResult result = engine.unwrap(received, clear);
      return switch (result.getStatus()) {
        case BUFFER_UNDERFLOW -> false;
        case OK -> result.bytesConsumed() > 0 || result.bytesProduced() > 0;
        case CLOSED -> false;
        case BUFFER_OVERFLOW -> throw new SSLException("a record that is too large");
      };
    } finally {
      clear.flip();
    }
  }

  /// Waits for more octets from the peer.
  ///
  /// @return false at the end
  private boolean received() throws IOException {
    received.compact();
    int n = 0;
    try {
      n = netIn.read(received.array(), received.position(), received.remaining());
      if (n > 0) {
        received.position(received.position() + n);
      }
    } finally {
      received.flip();
    }
    return n > 0;
  }

  private int read(byte[] into, int from, int length) throws IOException {
    while (!clear.hasRemaining()) {
      if (!unwrap() && (engine.isInboundDone() || !received())) {
        return -1;
      }
    }
    int n = Math.min(length, clear.remaining());
    clear.get(into, from, n);
    return n;
  }

  /// What the peer says.
  public InputStream in() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return NativeTlsStream.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        return length == 0 ? 0 : NativeTlsStream.this.read(into, from, length);
      }
    };
  }

  /// What is said to the peer; each write is sent at once. Who closes it takes leave and closes the
  /// connection: hosts forget a session that ended without leave, and do not resume it.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8446#section-6.1 RFC 8446, section 6.1: Closure Alerts
  public OutputStream out() {
    return new OutputStream() {
      @Override
      public void close() throws IOException {
        try {
          if (!released.get()) {
            engine.closeOutbound();
            send(NOTHING);
          }
        } finally {
          NativeTlsStream.this.close();
        }
      }

      @Override
      public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
      }

      @Override
      public void write(byte[] octets, int from, int length) throws IOException {
        if (length > 0) {
          send(ByteBuffer.wrap(octets, from, length));
        }
      }
    };
  }

  /// Such as `TLSv1.3`.
  public String protocol() {
    return engine.getSession().getProtocol();
  }

  /// The cipher suite.
  public String cipher() {
    return engine.getSession().getCipherSuite();
  }

  /// What the peer has shown, its own certificate first; of a resumed session what it showed when
  /// that began. Empty where there is none.
  public List<X509Certificate> chain() {
    var chain = new ArrayList<X509Certificate>();
    try {
      for (Certificate certificate : engine.getSession().getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
    return chain;
  }

  /// Gives the engine's memory back.
  void release() {
    if (released.compareAndSet(false, true)) {
      ReferenceCountUtil.release(engine);
    }
  }

  /// Drops the connection, without leave and without waiting. A thread that waits for the peer gets
  /// an exception.
  @Override
  public void close() throws IOException {
    try {
      plain.close();
    } finally {
      release();
    }
  }
}
