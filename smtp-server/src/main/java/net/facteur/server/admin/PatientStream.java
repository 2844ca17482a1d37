package net.facteur.server.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// What is written to a client, whose connection is closed if it does not read for too long.
final class PatientStream extends OutputStream {
  private final OutputStream out;
  private final ScheduledExecutorService timer;
  private final Duration patience;
  private final Runnable giveUp;

  /// @param giveUp closes the connection
  PatientStream(
      SocketChannel client, ScheduledExecutorService timer, Duration patience, Runnable giveUp) {
    this.out = Channels.newOutputStream(client);
    this.timer = timer;
    this.patience = patience;
    this.giveUp = giveUp;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int from, int length) throws IOException {
    ScheduledFuture<?> alarm;
    try {
      alarm = timer.schedule(giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      throw new IOException("the control socket is closed", e);
    }
    try {
      out.write(octets, from, length);
    } finally {
      alarm.cancel(false);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
