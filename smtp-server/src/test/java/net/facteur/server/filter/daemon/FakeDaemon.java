package net.facteur.server.filter.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A daemon on loopback that does with each connection what it is told.
public final class FakeDaemon implements AutoCloseable {
  private final ServerSocket listener;
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  /// What it does with a connection, which is closed afterwards.
  @FunctionalInterface
  public interface Manner {
    void serve(Socket connection) throws IOException, InterruptedException;
  }

  public FakeDaemon(Manner manner) {
    try {
      listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual()
        .start(
            () -> {
              while (true) {
                Socket connection;
                try {
                  connection = listener.accept();
                } catch (IOException _) {
                  return; // closed
                }
                open.add(connection);
                Thread.ofVirtual().start(() -> serve(manner, connection));
              }
            });
  }

  private void serve(Manner manner, Socket connection) {
    try (connection) {
      manner.serve(connection);
    } catch (IOException | InterruptedException _) {
      // whoever asked has gone, or the test is over
    } finally {
      open.remove(connection);
    }
  }

  /// Reads what is there, until `end` stands at the end of it.
  public static byte[] readUntil(InputStream in, byte[] end) throws IOException {
    var read = new java.io.ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    while (!endsWith(read.toByteArray(), end)) {
      int n = in.read(chunk);
      if (n < 0) {
        break;
      }
      read.write(chunk, 0, n);
    }
    return read.toByteArray();
  }

  private static boolean endsWith(byte[] all, byte[] end) {
    return all.length >= end.length
        && java.util.Arrays.equals(all, all.length - end.length, all.length, end, 0, end.length);
  }

  public DaemonAddress address() {
    return new DaemonAddress.Tcp("127.0.0.1", listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : open) {
      connection.close();
    }
  }
}
