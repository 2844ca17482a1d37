package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.server.migrate.LookupTable.Row;

/// How OpenDKIM signs.
///
/// @param settings of `opendkim.conf`, names in lower case
/// @param keys of its KeyTable: `domain:selector:file` by name
/// @param signers of its SigningTable, in order
/// @spec http://www.opendkim.org/opendkim.conf.5.html opendkim.conf(5)
record OpenDkim(Map<String, String> settings, Map<String, String> keys, List<Row> signers) {
  /// A signature that a message would get.
  ///
  /// @param file of the private key, as the old server names it
  record Signer(String domain, String selector, String file) {}

  static OpenDkim parse(List<String> conf, List<String> keyTable, List<String> signingTable) {
    var keys = new LinkedHashMap<String, String>();
    LookupTable.rows(keyTable).forEach(row -> keys.putIfAbsent(row.key(), row.value()));
    return new OpenDkim(settings(conf), keys, LookupTable.rows(signingTable));
  }

  /// Reads the files of a server; empty where it has no `opendkim.conf`.
  static Optional<OpenDkim> read(OldTree tree) {
    if (!(tree.read("/etc/opendkim.conf") instanceof OldFile.Found conf)) {
      return Optional.empty();
    }
    Map<String, String> settings = settings(conf.lines());
    return Optional.of(
        parse(
            conf.lines(),
            lines(tree, settings.getOrDefault("keytable", "")),
            lines(tree, settings.getOrDefault("signingtable", ""))));
  }

  private static List<String> lines(OldTree tree, String dataSet) {
    String file = dataSet.replaceFirst("^(re)?file:", "").strip();
    return file.startsWith("/") && tree.read(file) instanceof OldFile.Found found
        ? found.lines()
        : List.of();
  }

  private static Map<String, String> settings(List<String> lines) {
    var settings = new LinkedHashMap<String, String>();
    for (String raw : lines) {
      String line = raw.replaceFirst("#.*", "").strip();
      String[] words = line.split("\\s+", 2);
      if (words.length == 2) {
        settings.put(words[0].toLowerCase(Locale.ROOT), words[1].strip());
      }
    }
    return settings;
  }

  /// True where it gives a message all signatures that match, and not the first one alone.
  boolean multiple() {
    return settings
        .getOrDefault("multiplesignatures", "no")
        .toLowerCase(Locale.ROOT)
        .matches("yes|true|1");
  }

  /// The signatures of a message.
  ///
  /// @param from the address of its author
  /// @param all not only the first
  List<Signer> of(String from, boolean all) {
    String domain = from.substring(from.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    var signatures = new ArrayList<Signer>();
    if (signers.isEmpty()) {
      String file = settings.getOrDefault("keyfile", "");
      String selector = settings.getOrDefault("selector", "");
      boolean mine =
          List.of(settings.getOrDefault("domain", "").toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
              .contains(domain);
      if (mine && !file.isEmpty() && !selector.isEmpty()) {
        signatures.add(new Signer(domain, selector, file));
      }
    }
    for (Row row : signers) {
      if (matches(row.key(), from.toLowerCase(Locale.ROOT), domain)) {
        for (String name : row.value().split("[,\\s]+", -1)) {
          String key = keys.get(name.toLowerCase(Locale.ROOT));
          if (key != null) {
            signer(key, domain).ifPresent(signatures::add);
          }
        }
        if (!all && !signatures.isEmpty()) {
          return List.of(signatures.getFirst());
        }
      }
    }
    return signatures;
  }

  /// Keys of its KeyTable that no line of its SigningTable names.
  List<Signer> unused(String domain) {
    Set<String> used =
        signers.stream()
            .flatMap(row -> Stream.of(row.value().split("[,\\s]+", -1)))
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return keys.entrySet().stream()
        .filter(key -> !used.contains(key.getKey().toLowerCase(Locale.ROOT)))
        .filter(key -> !key.getValue().startsWith("%"))
        .flatMap(key -> signer(key.getValue(), domain).stream())
        .filter(signer -> signer.domain().equals(domain))
        .toList();
  }

  private static Optional<Signer> signer(String key, String domain) {
    String[] parts = key.split(":", 3);
    return parts.length < 3
        ? Optional.empty()
        : Optional.of(
            new Signer(
                parts[0].equals("%") ? domain : parts[0].toLowerCase(Locale.ROOT),
                parts[1],
                parts[2].strip().replace("%", domain)));
  }

  private static boolean matches(String pattern, String from, String domain) {
    if (!pattern.contains("@") && !pattern.contains("*")) {
      return pattern.equals(domain) || (pattern.startsWith(".") && domain.endsWith(pattern));
    }
    String regex =
        Pattern.compile("\\*")
            .splitAsStream(pattern + " ")
            .map(part -> Pattern.quote(part.strip()))
            .collect(Collectors.joining(".*"));
    return Pattern.matches(regex, from);
  }

  /// The domains that its tables name.
  List<String> domains() {
    var domains = new ArrayList<String>();
    keys.values().forEach(key -> domains.add(key.split(":", 2)[0].toLowerCase(Locale.ROOT)));
    domains.addAll(
        List.of(settings.getOrDefault("domain", "").toLowerCase(Locale.ROOT).split("[,\\s]+", -1)));
    return domains.stream().filter(d -> d.contains(".") && !d.contains("/")).distinct().toList();
  }
}
