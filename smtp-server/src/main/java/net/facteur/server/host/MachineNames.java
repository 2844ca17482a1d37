package net.facteur.server.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// What programs of this machine call it, when they complete an address.
public final class MachineNames {
  private MachineNames() {}

  /// The name that the kernel knows, alone and in the domains that names are looked up in; in lower
  /// case. Asks no name server.
  ///
  /// @param root of the file system
  public static Set<String> of(Path root) {
    var names = new LinkedHashSet<String>();
    List<String> searched =
        lines(root.resolve("etc/resolv.conf"))
            .map(line -> line.split("[ \t]+", -1))
            .filter(words -> words[0].equals("search") || words[0].equals("domain"))
            .flatMap(words -> Stream.of(words).skip(1))
            .filter(word -> !word.isEmpty() && !word.equals("."))
            .toList();
    lines(root.resolve("proc/sys/kernel/hostname"))
        .map(line -> line.toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty())
        .findFirst()
        .ifPresent(
            name -> {
              String alone = name.replaceFirst("\\..*", "");
              names.add(name);
              names.add(alone);
              searched.forEach(domain -> names.add(alone + "." + domain.toLowerCase(Locale.ROOT)));
            });
    return names;
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readString(file).lines().map(String::strip);
    } catch (IOException _) {
      return Stream.empty();
    }
  }
}
