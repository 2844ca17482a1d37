package net.facteur.server.keys;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.TxtRecord;

/// Makes private keys public, once they are revoked: from then on anybody can make the signatures
/// that they made, so that an old signature proves nothing about who wrote a message.
///
/// @param directory what the HTTPS listener serves below `/.well-known/dkim-revealed/`
record Revelation(Path directory) {

  /// Writes the keys for the world to read.
  ///
  /// @return where, for the journal
  String write(KeyName name, Map<KeyType, DkimPrivateKey> keys) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<KeyType, DkimPrivateKey> held : keys.entrySet()) {
      KeyType type = held.getKey();
      Path file = directory.resolve(fileName(name, type));
      Path fresh = directory.resolve("." + fileName(name, type) + ".new");
      Files.writeString(fresh, held.getValue().toPem(), StandardCharsets.US_ASCII);
      try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return RecordCheck.inOrder(keys.keySet()).stream()
        .map(type -> "/.well-known/dkim-revealed/" + fileName(name, type))
        .collect(Collectors.joining(" "));
  }

  private static String fileName(KeyName name, KeyType type) {
    return name.selector() + "." + name.domain().text() + "." + type.word() + ".pem";
  }

  /// The record that publishes a key in the DNS.
  static Optional<Publisher.Wanted> record(KeyName name, KeyType type, DkimPrivateKey key) {
    String base64 =
        key.toPem().lines().filter(line -> !line.startsWith("-")).collect(Collectors.joining());
    return name.owner(type)
        .child("_revealed")
        .map(
            owner ->
                new Publisher.Wanted(
                    name.domain(),
                    owner,
                    TxtRecord.of("k=" + type.word() + "; pkcs8=" + base64),
                    Optional.empty()));
  }
}
