package net.facteur.server.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineNamesTest {
  @TempDir private Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vm                | nameserver 192.0.2.1                | vm",
        "Mail.Example.org  | search example.net  Example.com .   | mail.example.org mail"
            + " mail.example.net mail.example.com",
        "vm                | domain example.net                  | vm vm.example.net",
        "''                | search example.net                  | ''"
      })
  void theKernelAndTheSearchListNameIt(String hostname, String resolver, String expected)
      throws IOException {
    Files.createDirectories(root.resolve("proc/sys/kernel"));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("proc/sys/kernel/hostname"), hostname + "\n");
    Files.writeString(root.resolve("etc/resolv.conf"), "# by hand\n" + resolver + "\n");
    Set<String> names = expected.isEmpty() ? Set.of() : Set.of(expected.split(" ", -1));
    assertEquals(names, MachineNames.of(root));
  }
}
