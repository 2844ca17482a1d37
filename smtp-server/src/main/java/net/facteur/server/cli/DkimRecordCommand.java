package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.DkimPublicKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "record")
final class DkimRecordCommand implements Callable<Integer> {
  private static final DkimTexts SAY = DkimTexts.SAY;

  private static final int ED25519_DER = 44;
  private static final int ED25519_POINT = 32;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();
  @Mixin private final DkimRecordOptions says = new DkimRecordOptions();

  @Parameters(paramLabel = "DOMAIN")
  private String domain = "";

  @Mixin private final DkimSelection which = new DkimSelection();

  /// How the record is written.
  enum Format {
    bind,
    line,
    json
  }

  @Option(names = "--format")
  private Format format = Format.bind;

  @Option(names = "--json")
  private boolean json;

  @Option(names = "--public-key", paramLabel = "FILE")
  private @Nullable Path publicKey;

  @Option(names = "--revoked")
  private boolean revoked;

  DkimRecordCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    List<DkimRecordText> records = publicKey == null ? ofHeldKeys() : List.of(ofFile(publicKey));
    switch (json ? Format.json : format) {
      case bind -> records.forEach(record -> record.zoneFile().forEach(workplace.out()::println));
      case line -> workplace.out().println(records.getFirst().line());
      case json -> {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("domain", DkimKeys.domain(domain).text());
        all.put("records", records.stream().map(DkimRecordText::json).toList());
        workplace.out().println(new JsonMapper().writeValueAsString(all));
      }
    }
    return Facteur.OK;
  }

  private List<DkimRecordText> ofHeldKeys() throws IOException {
    DkimKeys keys = DkimKeys.of(settings.read(workplace), domain);
    Optional<String> chosen = keys.chosen(which.selector());
    var records = new ArrayList<DkimRecordText>();
    for (DkimKeys.Held held :
        chosen.map(name -> keys.held(name, which.types())).orElse(List.of())) {
      records.add(text(held.owner(), held.key().record()));
    }
    if (records.isEmpty()) {
      throw keys.none(chosen);
    }
    return records;
  }

  private DkimRecordText text(DomainName owner, DkimKeyRecord plain) {
    DkimKeyRecord record = says.apply(plain);
    return new DkimRecordText(owner, revoked ? record.revoke() : record);
  }

  private DkimRecordText ofFile(Path file) throws IOException {
    String name =
        which
            .selector()
            .orElseThrow(
                () ->
                    CommandFailedException.notUnderstood(
                        SAY.dkimNeedsSelector(), SAY.dkimAddSelector()));
    return text(
        DkimKeys.owner(DkimKeys.selector(name), DkimKeys.domain(domain)),
        DkimKeyRecord.of(read(file)));
  }

  private static DkimPublicKey read(Path file) throws IOException {
    String text = KeyText.read(file);
    if (text.contains("PRIVATE KEY")) {
      throw new CommandFailedException(SAY.dkimPrivate(file), SAY.dkimPublicHalf(file));
    }
    var base64 = new StringBuilder();
    text.lines().filter(line -> !line.startsWith("-----")).forEach(base64::append);
    byte[] octets;
    try {
      octets = Base64.getDecoder().decode(base64.toString().replace(" ", ""));
    } catch (IllegalArgumentException e) {
      throw noKey(file);
    }
    return key(octets).orElseThrow(() -> noKey(file));
  }

  private static Optional<DkimPublicKey> key(byte[] octets) {
    if (octets.length == ED25519_POINT) {
      return DkimPublicKey.parse(KeyType.ED25519, octets).toOptional();
    }
    if (octets.length == ED25519_DER) {
      byte[] point = new byte[ED25519_POINT];
      System.arraycopy(octets, ED25519_DER - ED25519_POINT, point, 0, ED25519_POINT);
      if (DkimPublicKey.parse(KeyType.ED25519, point)
              instanceof Parsed.Ok<DkimPublicKey>(DkimPublicKey key)
          && java.util.Arrays.equals(key.info().octets(), octets)) {
        return Optional.of(key);
      }
    }
    return DkimPublicKey.parse(KeyType.RSA, octets).toOptional();
  }

  private static CommandFailedException noKey(Path file) {
    return new CommandFailedException(SAY.dkimNoPublic(file), SAY.dkimPublicLooks());
  }
}
