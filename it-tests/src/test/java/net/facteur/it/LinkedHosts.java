package net.facteur.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Machines with addresses of their own at a switch without a way out: network namespaces. What
/// runs in one of them asks the name server at [#NAMES]. Needs root and iproute2.
final class LinkedHosts implements AutoCloseable {
  static final String NAMES = "192.0.2.53";

  private static final String PREFIX = "facteur-it-" + ProcessHandle.current().pid() + "-";

  private final PeerDirectory directory;
  private final List<String> namespaces = new ArrayList<>();
  private final Map<String, Process> processes = new LinkedHashMap<>();

  private LinkedHosts(PeerDirectory directory) {
    this.directory = directory;
  }

  /// @param addresses of 192.0.2.0/24, by the name of the machine
  static LinkedHosts start(Map<String, String> addresses) throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      ProgramCondition.notRun("as root, who alone can make network namespaces");
    }
    var hosts = new LinkedHosts(PeerDirectory.make());
    try {
      Files.writeString(hosts.resolvers(), "nameserver " + NAMES + "\noptions edns0\n");
      hosts.namespace("switch");
      hosts.ip("switch", "link", "add", "br0", "type", "bridge");
      hosts.ip("switch", "link", "set", "br0", "up");
      for (var each : addresses.entrySet()) {
        hosts.add(each.getKey(), each.getValue());
      }
      return hosts;
    } catch (IOException | AssertionError e) {
      hosts.close();
      throw e;
    }
  }

  private void add(String name, String address) throws IOException {
    namespace(name);
    ip(
        name,
        "link",
        "add",
        "eth0",
        "type",
        "veth",
        "peer",
        "name",
        name,
        "netns",
        PREFIX + "switch");
    ip("switch", "link", "set", name, "master", "br0", "up");
    ip(name, "address", "add", address + "/24", "dev", "eth0");
    ip(name, "link", "set", "eth0", "up");
  }

  private void namespace(String name) throws IOException {
    Command.run("ip", "netns", "add", PREFIX + name).succeeded();
    namespaces.add(PREFIX + name);
    ip(name, "link", "set", "lo", "up");
  }

  private void ip(String host, String... words) throws IOException {
    Command.run(
            Stream.concat(Stream.of("ip", "-n", PREFIX + host), Stream.of(words))
                .toArray(String[]::new))
        .succeeded();
  }

  /// The network of a machine, as a file that `nsenter --net` enters.
  Path network(String host) {
    return Path.of("/run/netns", PREFIX + host);
  }

  /// What `/etc/resolv.conf` is on these machines.
  Path resolvers() {
    return directory.resolve("resolv.conf");
  }

  /// A command line that runs on one of the machines.
  List<String> on(String host, String... line) {
    var whole = new ArrayList<>(List.of("nsenter", "--net=" + network(host), "unshare", "-m"));
    whole.addAll(List.of("sh", "-ec", "mount --bind \"$0\" /etc/resolv.conf; exec \"$@\""));
    whole.add(resolvers().toString());
    whole.addAll(List.of(line));
    return whole;
  }

  /// Runs a program to its end.
  Command run(String host, String... line) throws IOException {
    return Command.patiently(on(host, line).toArray(String[]::new));
  }

  /// Starts a program that ends with these machines.
  void start(String name, Path directory, Map<String, String> environment, List<String> line)
      throws IOException {
    var builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log(name).toFile());
    builder.environment().putAll(environment);
    processes.put(name, builder.start());
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  /// What a started program said.
  String said(String name) {
    return directory.text(name + ".log");
  }

  /// Tells a started program to read its files again.
  void reload(String name) throws IOException {
    Process process = processes.get(name);
    if (process == null) {
      throw new AssertionError(name + " was not started");
    }
    Command.run("kill", "-HUP", Long.toString(process.pid())).succeeded();
  }

  @Override
  public void close() throws IOException {
    processes.values().forEach(Command::stop);
    for (String namespace : namespaces) {
      Command.run("ip", "netns", "del", namespace);
    }
    directory.delete();
  }
}
