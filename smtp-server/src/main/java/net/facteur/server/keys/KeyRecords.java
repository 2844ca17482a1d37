package net.facteur.server.keys;

import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.keys.KeyRing.Entry;
import net.facteur.server.keys.RecordCheck.Expected;
import net.facteur.server.keys.RecordCheck.Finding;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.signing.KeyFile;
import net.facteur.server.signing.KeyRemedy;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The keys of a selector and their records: reads the files, asks the name servers, tries the keys
/// and hands the records over. The postmaster is told where that does not work.
final class KeyRecords {
  private static final Logger LOG = LogManager.getLogger(KeyRecords.class);

  private final KeyStore store;
  private final Publisher publisher;
  private final KeyProbe probe;
  private final Notices notices;
  private final InstantSource clock;
  private final RecordCheck check;

  KeyRecords(KeyLife.Parts parts) {
    this.store = parts.store();
    this.publisher = parts.publisher();
    this.probe = parts.probe();
    this.notices = parts.notices();
    this.clock = parts.clock();
    this.check = new RecordCheck(parts.authorities());
  }

  /// What the name servers have.
  Finding look(Entry entry, Map<KeyType, DkimPrivateKey> keys, Expected expected) {
    return check.look(entry.name(), keys, expected);
  }

  /// Every key of a selector; empty where one cannot be used, which is told.
  Optional<Map<KeyType, DkimPrivateKey>> keys(Entry entry) {
    var keys = new EnumMap<KeyType, DkimPrivateKey>(KeyType.class);
    for (KeyType type : entry.types()) {
      switch (store.read(entry.name(), type)) {
        case KeyFile.Content.Usable(DkimPrivateKey key) -> keys.put(type, key);
        case KeyFile.Content.Missing() ->
            tellUnusable(
                entry,
                KeysTexts.SAY.unusable(
                    type.word(), entry.name().selector(), KeysTexts.SAY.keyGone()));
        case KeyFile.Content.Unusable(Text problem, KeyRemedy remedy) ->
            tellUnusable(
                entry,
                Text.paragraphs(
                    KeysTexts.SAY.unusable(type.word(), entry.name().selector(), problem),
                    KeysTexts.SAY.unusableRemedy(remedy.words())));
      }
    }
    return keys.size() == entry.types().size() ? Optional.of(keys) : Optional.empty();
  }

  private void tellUnusable(Entry entry, Text text) {
    if (!(entry.state() instanceof KeyState.Revoked)) {
      tell(KeysTexts.SAY.unusableSubject(entry.name().domain()), text);
    }
  }

  /// Sees to it that the DNS is as expected, or on its way there.
  ///
  /// @return how; empty where it did not work
  Optional<String> hand(Entry entry, Map<KeyType, DkimPrivateKey> keys, Expected expected) {
    Optional<String> how = Optional.empty();
    for (Map.Entry<KeyType, DkimPrivateKey> held : keys.entrySet()) {
      KeyType type = held.getKey();
      DkimPrivateKey key = held.getValue();
      DkimKeyRecord record = key.record();
      TxtRecord text =
          switch (expected) {
            case KEYS -> record.toTxt();
            case REVOKED -> record.revoke().toTxt();
          };
      Optional<TxtRecord> before =
          switch (expected) {
            case KEYS -> Optional.empty();
            case REVOKED -> Optional.of(record.toTxt());
          };
      var wanted =
          new Publisher.Wanted.Text(entry.name().domain(), entry.name().owner(type), text, before);
      switch (publisher.ensure(wanted)) {
        case Publisher.Result.Handed(String done) -> how = Optional.of(done);
        case Publisher.Result.Conflict(String what) -> {
          tellConflict(entry, what);
          return Optional.empty();
        }
        case Publisher.Result.Failed(String why) -> {
          tellFailed(entry, why);
          return Optional.empty();
        }
      }
    }
    return how;
  }

  private void tellConflict(Entry entry, String what) {
    tell(
        KeysTexts.SAY.conflictSubject(entry.name().domain()),
        KeysTexts.SAY.conflict(entry.name().selector(), what, entry.name().domain()));
  }

  private void tellFailed(Entry entry, String why) {
    LOG.warn("dkim publish selector={} result=failed reason=\"{}\"", entry.name(), why);
    if (clock.instant().isAfter(entry.state().since().plus(Duration.ofHours(6)))) {
      tell(
          KeysTexts.SAY.notWrittenSubject(entry.name().domain()),
          KeysTexts.SAY.notWritten(entry.name().selector(), why));
    }
  }

  /// Signs with every key and verifies with what each server said.
  KeyProbe.Result probe(Entry entry, Map<KeyType, DkimPrivateKey> keys, Finding found) {
    KeyName name = entry.name();
    for (Map.Entry<KeyType, Survey<TxtRecord>> heard : found.surveys().entrySet()) {
      DkimPrivateKey key = keys.get(heard.getKey());
      KeyProbe.Result result =
          key == null
              ? new KeyProbe.Result.Bad("a key file cannot be read")
              : probe.probe(key, name.domain(), name.selector(heard.getKey()), heard.getValue());
      if (!(result instanceof KeyProbe.Result.Good)) {
        return result;
      }
    }
    return new KeyProbe.Result.Good();
  }

  /// The records as lines of a zone file.
  static String lines(KeyName name, Map<KeyType, DkimPrivateKey> keys) {
    var text = new StringBuilder();
    for (Map.Entry<KeyType, DkimPrivateKey> held : keys.entrySet()) {
      KeyType type = held.getKey();
      DkimPrivateKey key = held.getValue();
      RecordText.bind(name.owner(type), key.record().toTxt())
          .forEach(line -> text.append(line).append('\n'));
    }
    return text.toString();
  }

  private void tell(Text subject, Text text) {
    notices.tell(new Notices.Notice(subject, text));
  }
}
