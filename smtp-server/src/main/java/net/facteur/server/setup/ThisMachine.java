package net.facteur.server.setup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.net.SocketHolder;

/// The machine that the program runs on, with Linux.
public final class ThisMachine implements Machine {
  /// The unit in a control group, without its instance: `postfix` of `postfix@-.service`.
  private static final Pattern UNIT = Pattern.compile("/([A-Za-z0-9:_.-]+?)(?:@[^/]*)?\\.service");

  private static final int MAX_SAID = 2000;

  @Override
  public List<InetAddress> addresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(ThisMachine::isPublic)
          .toList();
    } catch (SocketException _) {
      return List.of();
    }
  }

  /// RFC 6890: what the registries call globally reachable, as far as mail servers stand there.
  private static boolean isPublic(InetAddress address) {
    byte[] octets = address.getAddress();
    boolean shared = octets.length == 4 && octets[0] == 100 && (octets[1] & 0xc0) == 64;
    boolean uniqueLocal = octets.length == 16 && (octets[0] & 0xfe) == 0xfc;
    return !(address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || shared
        || uniqueLocal);
  }

  @Override
  public boolean hasIpv6() {
    try (var probe = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
      return probe.isOpen();
    } catch (UnsupportedOperationException | IOException _) {
      return false;
    }
  }

  @Override
  public Optional<Listener> listener(int port) {
    Path proc = Path.of("/proc");
    if (!SocketHolder.isHeld(proc, port)) {
      return Optional.empty();
    }
    Optional<SocketHolder> holder = SocketHolder.of(proc, new InetSocketAddress(port));
    Optional<String> unit = holder.flatMap(h -> unit(h.process()));
    return Optional.of(
        new Listener(unit.or(() -> holder.map(SocketHolder::program)).orElse("?"), unit));
  }

  private static Optional<String> unit(String process) {
    try {
      Matcher unit =
          UNIT.matcher(
              Files.readString(Path.of("/proc", process, "cgroup"), StandardCharsets.US_ASCII));
      return unit.find() ? Optional.of(unit.group(1)) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  @Override
  public boolean hasDovecot() {
    return Files.isExecutable(Path.of("/usr/sbin/dovecot"));
  }

  @Override
  public boolean hasRspamd() {
    return Files.isExecutable(Path.of("/usr/bin/rspamd"));
  }

  @Override
  public boolean hasClamav() {
    return Files.isExecutable(Path.of("/usr/sbin/clamd"));
  }

  @Override
  public boolean servesBySystemd() {
    return Files.isDirectory(Path.of("/run/systemd/system"))
        && System.getProperty("user.name", "").equals("root");
  }

  @Override
  public Optional<String> systemctl(List<String> words) throws IOException {
    var command = new ArrayList<String>(List.of("systemctl"));
    command.addAll(words);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (var said = process.getInputStream()) {
      String text = new String(said.readNBytes(MAX_SAID), StandardCharsets.UTF_8).strip();
      said.transferTo(java.io.OutputStream.nullOutputStream());
      int code = process.waitFor();
      return code == 0
          ? Optional.empty()
          : Optional.of(text.isEmpty() ? "it ended with " + code : text);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
