package net.facteur.server.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import net.facteur.server.delivery.OpeningStage.Contact;

/// Connects to hosts.
final class HostDialer {
  private final DeliverySettings settings;
  private final Watchdog watchdog;

  HostDialer(DeliverySettings settings, Watchdog watchdog) {
    this.settings = settings;
    this.watchdog = watchdog;
  }

  Contact dial(Candidate candidate) throws IOException {
    return switch (candidate.endpoint()) {
      case Candidate.Endpoint.Tcp(String _, InetSocketAddress address) -> tcp(candidate, address);
      case Candidate.Endpoint.Socket(String path) -> unix(candidate, path);
    };
  }

  private Contact tcp(Candidate candidate, InetSocketAddress address) throws IOException {
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      Optional<InetAddress> source = source(candidate, address.getAddress());
      if (source.isPresent()) {
        socket.bind(new InetSocketAddress(source.get(), 0));
      }
      socket.connect(address, (int) settings.timeouts().connect().toMillis());
      return new Contact(
          candidate,
          Optional.of(socket),
          new CommandChannel(socket, socket.getInputStream(), socket.getOutputStream(), watchdog));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Optional<InetAddress> source(Candidate candidate, InetAddress target) {
    return candidate.sources().stream().filter(s -> s.getClass() == target.getClass()).findFirst();
  }

  private Contact unix(Candidate candidate, String path) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    var wire =
        new CommandChannel(
            channel, Channels.newInputStream(channel), Channels.newOutputStream(channel), watchdog);
    try {
      // Where the server's line of waiting connections is full, this blocks.
      wire.within(settings.timeouts().connect());
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.setOption(StandardSocketOptions.SO_SNDBUF, 256 * 1024);
      return new Contact(candidate, Optional.empty(), wire);
    } catch (IOException e) {
      wire.close();
      throw e;
    }
  }
}
