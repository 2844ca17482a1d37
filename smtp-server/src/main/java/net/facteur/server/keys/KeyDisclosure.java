package net.facteur.server.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;

/// Makes private keys public, once they are revoked: from then on anybody can make the signatures
/// that they made, so that an old signature proves nothing about who wrote a message.
///
/// @param directory what the web serves
/// @param url where it does, ending in `/`
/// @param exhibit looks whether it does
/// @param publisher brings the keys into the DNS where that is wanted
record KeyDisclosure(Path directory, String url, DisclosureCheck exhibit, Publisher publisher) {

  /// How far it came.
  sealed interface Result {
    /// Everybody can read the keys.
    ///
    /// @param where for the journal
    record Public(String where) implements Result {}

    /// Not yet.
    record Hidden(String why) implements Result {}
  }

  /// Writes the keys for the world to read, and looks whether it can. May be done again.
  Result publish(KeyName name, Map<KeyType, DkimPrivateKey> keys, KeySettings.Reveal how)
      throws IOException {
    DurableDirectory.open(directory).make();
    for (KeyType type : RecordCheck.inOrder(keys.keySet())) {
      String pem = pem(keys, type);
      write(fileName(name, type), pem);
      Optional<String> problem = exhibit.problem(url + fileName(name, type), pem);
      if (problem.isPresent()) {
        return new Result.Hidden(problem.get());
      }
      Optional<Publisher.Wanted> wanted =
          how == KeySettings.Reveal.WEB_AND_DNS ? record(name, type, pem) : Optional.empty();
      if (wanted.isPresent()
          && !(publisher.ensure(wanted.get()) instanceof Publisher.Result.Handed)) {
        return new Result.Hidden("the DNS cannot be updated at " + wanted.get().owner());
      }
    }
    return new Result.Public(
        RecordCheck.inOrder(keys.keySet()).stream()
            .map(type -> url + fileName(name, type))
            .collect(Collectors.joining(" ")));
  }

  private static String pem(Map<KeyType, DkimPrivateKey> keys, KeyType type) {
    DkimPrivateKey key = keys.get(type);
    return key == null ? "" : key.toPem();
  }

  private void write(String fileName, String pem) throws IOException {
    DurableFile.open(directory.resolve(fileName)).replace(pem);
  }

  private static String fileName(KeyName name, KeyType type) {
    return name.selector() + "." + name.domain().text() + "." + type.word() + ".pem";
  }

  /// The record that publishes a key in the DNS.
  private static Optional<Publisher.Wanted> record(KeyName name, KeyType type, String pem) {
    String base64 = pem.lines().filter(line -> !line.startsWith("-")).collect(Collectors.joining());
    return name.owner(type)
        .child("_revealed")
        .map(
            owner ->
                new Publisher.Wanted.Text(
                    name.domain(),
                    owner,
                    TxtRecord.of("k=" + type.word() + "; pkcs8=" + base64),
                    Optional.empty()));
  }

  /// What the postmaster is told while the world cannot read a key that the settings reveal.
  static Notices.Notice notice(KeyName name, String why) {
    return new Notices.Notice(
        KeysTexts.SAY.hiddenSubject(name.domain()),
        Text.paragraphs(
            KeysTexts.SAY.hidden(name.selector(), why),
            KeysTexts.SAY.hiddenRemedy(),
            KeysTexts.SAY.hiddenStop()));
  }
}
