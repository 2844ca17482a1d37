package net.facteur.it;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/// A client's socket that counts what comes, and may hand on each octet by itself: no read gives
/// more than one, no write sends more than one.
final class OctetSocket extends Socket {
  private final boolean octetByOctet;
  private final AtomicLong received = new AtomicLong();

  OctetSocket(InetSocketAddress host, boolean octetByOctet) throws IOException {
    this.octetByOctet = octetByOctet;
    connect(host);
    setTcpNoDelay(true);
  }

  /// How many octets have come.
  long received() {
    return received.get();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        int octet = super.read();
        if (octet >= 0) {
          received.incrementAndGet();
        }
        return octet;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        int n = super.read(into, from, octetByOctet ? Math.min(1, length) : length);
        if (n > 0) {
          received.addAndGet(n);
        }
        return n;
      }
    };
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new FilterOutputStream(super.getOutputStream()) {
      @Override
      public void write(byte[] octets, int from, int length) throws IOException {
        if (!octetByOctet) {
          out.write(octets, from, length);
          return;
        }
        for (int i = from; i < from + length; i++) {
          out.write(octets[i]);
        }
      }
    };
  }
}
