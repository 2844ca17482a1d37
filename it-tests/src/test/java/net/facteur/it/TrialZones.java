package net.facteur.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A name server with a signed root, the zone `test`, and below it the zones of two correspondents:
/// one that has nothing yet, and `friends.test`.
final class TrialZones {

  private final LinkedHosts hosts;
  private final PeerDirectory directory;
  private final String ours;
  private int serial = 1;

  private TrialZones(LinkedHosts hosts, PeerDirectory directory, String ours) {
    this.hosts = hosts;
    this.directory = directory;
    this.ours = ours;
  }

  /// Signs and serves.
  ///
  /// @param ours the zone that has nothing yet
  /// @param friends the records of `friends.test`
  /// @param addresses names of other zones, and names of addresses
  static TrialZones start(
      LinkedHosts hosts, PeerDirectory directory, String ours, String friends, String addresses)
      throws Exception {
    var zones = new TrialZones(hosts, directory, ours);
    for (String zone : zones.names()) {
      for (String flags : List.of("", "-fKSK")) {
        Command.run(
                Stream.of(
                        "/usr/bin/dnssec-keygen",
                        "-q",
                        "-a",
                        "13",
                        flags,
                        "-K",
                        directory.toString(),
                        zone)
                    .filter(word -> !word.isEmpty())
                    .toArray(String[]::new))
            .succeeded();
      }
    }
    zones.write(ours, "");
    zones.write("friends.test", friends);
    zones.write(
        "test",
        "ns A %1$s\nacme A %1$s\nfriends NS ns\n".formatted(LinkedHosts.NAMES)
            + zones.digests("friends.test")
            + (ours.endsWith(".test") ? zones.delegation() : ""));
    zones.write(
        ".",
        "test NS ns.test.\nns.test. A %s\n".formatted(LinkedHosts.NAMES)
            + zones.digests("test")
            + (ours.endsWith(".test") ? "" : zones.delegation())
            + addresses);
    Files.writeString(
        directory.resolve("named.conf"),
        """
        options {
          directory "%1$s"; pid-file none; session-keyfile none; recursion no; notify no;
          listen-on { %2$s; }; listen-on-v6 { none; }; dnssec-validation no;
        };
        controls { };
        %3$s
        """
            .formatted(
                directory,
                LinkedHosts.NAMES,
                zones.names().stream()
                    .map("zone \"%s\" { type primary; file \"%<s.signed\"; };"::formatted)
                    .collect(Collectors.joining("\n"))));
    hosts.start(
        "named",
        directory.path(),
        Map.of(),
        hosts.on(
            "names", Program.BIND.path(), "-g", "-c", directory.resolve("named.conf").toString()));
    zones.await();
    return zones;
  }

  private List<String> names() {
    return List.of(".", "test", ours, "friends.test");
  }

  private String delegation() throws IOException {
    return ours + ". NS ns.test.\n" + digests(ours);
  }

  private String digests(String zone) throws IOException {
    return Files.readString(directory.resolve("dsset-" + (zone.equals(".") ? "." : zone + ".")));
  }

  private void write(String zone, String records) throws IOException {
    String origin = zone.equals(".") ? "." : zone + ".";
    Path file =
        Files.writeString(
            directory.resolve(zone + ".zone"),
            "$TTL 60\n@ SOA ns.test. hostmaster.test. %d 3600 600 86400 1\n@ NS ns.test.\n"
                    .formatted(serial)
                + records);
    Command.run(
            "/usr/bin/dnssec-signzone",
            "-q",
            "-S",
            "-K",
            directory.toString(),
            "-d",
            directory.toString(),
            "-o",
            origin,
            "-f",
            directory.resolve(zone + ".signed").toString(),
            file.toString())
        .succeeded();
  }

  /// The key of the root, as a file of trust anchors.
  Path trustAnchor() {
    return directory.resolve("dsset-.");
  }

  /// Puts records into our zone, signs it, and has it served.
  void load(String records) throws Exception {
    serial++;
    write(ours, records);
    hosts.reload("named");
    await();
  }

  private void await() throws Exception {
    Await.until(
        () -> hosts.said("named"),
        () -> ask(ours, "SOA").stream().anyMatch(soa -> soa.contains(" " + serial + " ")));
  }

  /// What stands there, as `dig` writes it.
  List<String> ask(String name, String type) throws IOException {
    return hosts
        .run(
            "names",
            "/usr/bin/dig",
            "+time=1",
            "+tries=1",
            "+short",
            "@" + LinkedHosts.NAMES,
            name,
            type)
        .output()
        .lines()
        .filter(line -> !line.startsWith(";"))
        .toList();
  }

  /// The TXT records that the signatures of a message name, as `verify.py` reads them.
  Path keys(Mail mail, Path file) throws IOException {
    var lines = new ArrayList<String>();
    for (String signature : mail.fields("DKIM-Signature")) {
      String name = tag(signature, "s") + "._domainkey." + tag(signature, "d");
      String text = String.join("", ask(name, "TXT")).replace("\" \"", "").replace("\"", "");
      lines.add(name + "\t" + text);
    }
    return Files.write(file, lines);
  }

  private static String tag(String signature, String name) {
    return Stream.of(signature.split(";", -1))
        .map(String::strip)
        .filter(tag -> tag.startsWith(name + "="))
        .map(tag -> tag.substring(name.length() + 1))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + "= in " + signature));
  }
}
