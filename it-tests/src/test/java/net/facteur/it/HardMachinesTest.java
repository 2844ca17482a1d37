package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/// `facteur setup` on machines that lack something: namespaces with a disk, a network and a
/// resolver of their own.
class HardMachinesTest {
  @TempDir private Path directory;

  /// Runs a shell script as root of namespaces, in which `facteur` is the program.
  private String machine(String script) throws IOException {
    var tried = Command.run("unshare", "-rmn", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
    if (tried.exitCode() != 0) {
      String line = "not run: this machine allows no mounts in a namespace: " + tried.output();
      System.out.println(line);
      throw new TestAbortedException(line);
    }
    var line = new ArrayList<>(List.of("unshare", "-rmn", "env", "LC_ALL=C.UTF-8", "sh", "-ec"));
    line.add(
        "facteur() { \"$JAVA\" -cp \"$CLASSES\" $JAVA_WITH net.facteur.server.cli.Facteur \"$@\";"
            + " }\n"
            + script);
    line.addAll(
        3,
        List.of(
            "JAVA=" + Path.of(System.getProperty("java.home"), "bin", "java"),
            "CLASSES=" + ServerProcess.classPath(),
            "HERE=" + directory,
            "JAVA_WITH=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dfacteur.log.level=error"
                + " --enable-native-access=ALL-UNNAMED"));
    return Command.run(line.toArray(String[]::new)).succeeded();
  }

  @Test
  void aFullDiskIsToldWithTheFileAndNothingIsLeftBehind() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    for (String size : List.of("4k", "16k", "28k")) {
      String said =
          machine(
              """
              mount -t tmpfs -o size=%s tmpfs "$HERE/disk"
              facteur setup example.org --yes --dir "$HERE/disk/mta" && exit 1
              find "$HERE/disk" -mindepth 1
              """
                  .formatted(size));
      assertTrue(said.startsWith("facteur: " + disk.resolve("mta")), said);
      assertTrue(
          said.endsWith(
              " cannot be written, there is no room left on its disk; make room, and see which"
                  + " disks are full: df -h\n"),
          said);
      assertEquals(1, said.lines().count(), said);
    }
  }

  @Test
  void withoutIpv6AndWithoutDnsItSaysWhatIsMissingAndTheServerStarts() throws Exception {
    Files.writeString(directory.resolve("resolvers"), "nameserver 127.0.0.9\n");
    String said =
        machine(
            """
            ip link set lo up
            echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
            echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6
            mount --bind "$HERE/resolvers" /etc/resolv.conf
            facteur setup example.org --yes --dir "$HERE/mta"
            facteur check -c "$HERE/mta/conf/mail.conf"
            facteur run -c "$HERE/mta/conf/mail.conf" >"$HERE/log" 2>&1 &
            for i in $(seq 300); do
              ! facteur status -c "$HERE/mta/conf/mail.conf" >"$HERE/status" 2>&1 || break
              sleep 0.1
            done
            facteur stop -c "$HERE/mta/conf/mail.conf"
            wait
            cat "$HERE/status"
            """);
    assertTrue(said.contains("The DNS gave no answer about example.org"), said);
    assertTrue(said.contains("no public address of its own (NAT?)"), said);
    assertTrue(said.contains("--address"), said);
    assertTrue(said.contains("YOUR-IPV4-ADDRESS"), said);
    assertTrue(said.contains("RECEPTION 0.0.0.0:25"), said);
  }
}
