package net.facteur.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A mail exchanger of `example.net` that keeps all it took over, and can put off what it is
/// offered.
final class RecordingMx implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket();
  private final ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Transaction> taken = new ConcurrentLinkedQueue<>();
  private volatile boolean busy;
  private volatile String refusal = "451 4.3.2 Later";

  /// @param busy whether recipients are put off with 451 until [#recover()]
  RecordingMx(InetSocketAddress address, boolean busy) throws IOException {
    this.busy = busy;
    listener.setReuseAddress(true);
    listener.bind(address, 200);
    var _ = sessions.submit(this::accept);
  }

  /// What one DATA brought.
  ///
  /// @param paths the lines of MAIL and RCPT
  record Transaction(List<String> paths, Mail mail) {
    Transaction {
      paths = List.copyOf(paths);
    }
  }

  /// Answers each recipient with `reply` until [#recover()].
  void refuse(String reply) {
    refusal = reply;
    busy = true;
  }

  void recover() {
    busy = false;
  }

  /// Everything that was answered with 250, in that order.
  List<Mail> taken() {
    return taken.stream().map(Transaction::mail).toList();
  }

  /// The same by their subjects.
  Map<String, List<Mail>> bySubject() {
    return taken().stream()
        .collect(Collectors.groupingBy(mail -> mail.fields("Subject").getFirst()));
  }

  /// The same with their paths.
  List<Transaction> transactions() {
    return List.copyOf(taken);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        var _ = sessions.submit(() -> serve(socket));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      Lines.write(out, "220 mail.example.net");
      var paths = new ArrayList<String>();
      String line = Lines.read(in);
      while (!line.isEmpty()) {
        switch (line.substring(0, Math.min(4, line.length()))) {
          case "EHLO" -> Lines.write(out, "250-mail.example.net\r\n250-PIPELINING\r\n250 8BITMIME");
          case "MAIL" -> {
            paths.clear();
            paths.add(line.strip());
            Lines.write(out, "250 2.1.0 Ok");
          }
          case "RCPT" -> {
            paths.add(line.strip());
            Lines.write(out, busy ? refusal : "250 2.1.5 Ok");
          }
          case "DATA" -> {
            Lines.write(out, busy ? "503 5.5.1 No recipients" : "354 Go on");
            if (!busy) {
              Mail mail = content(in);
              taken.add(new Transaction(paths, mail));
              Lines.write(out, "250 2.0.0 Ok");
            }
          }
          case "QUIT" -> {
            Lines.write(out, "221 2.0.0 Bye");
            return;
          }
          default -> Lines.write(out, "250 2.0.0 Ok");
        }
        line = Lines.read(in);
      }
    } catch (IOException _) {
      // The client is gone; what it had no 250 for it will offer again.
    }
  }

  private static Mail content(InputStream in) throws IOException {
    var text = new StringBuilder();
    for (String line = Lines.read(in); !line.equals(".\r\n"); line = Lines.read(in)) {
      if (line.isEmpty()) {
        throw new IOException("gone in mid-content");
      }
      text.append(line.startsWith(".") ? line.substring(1) : line);
    }
    return new Mail(text.toString());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sessions.shutdownNow();
  }
}
