package net.facteur.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.files.DurableFile;
import net.facteur.server.signing.SigningSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "sign")
final class SignCommand implements Callable<Integer> {
  private static final DkimTexts SAY = DkimTexts.SAY;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Parameters(paramLabel = "FILE")
  private Path file = Path.of("");

  @Option(names = "--domain", required = true, paramLabel = "DOMAIN")
  private String domain = "";

  @Option(names = "--selector", paramLabel = "NAME")
  private @Nullable String selector;

  @Option(names = "--key", paramLabel = "FILE")
  private @Nullable Path key;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE")
  private @Nullable Path output;

  @Option(names = "--json")
  private boolean json;

  SignCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    MessageFile message = MessageFile.read(file);
    List<SigningKey> keys = keys();
    if (message.header().all("From").isEmpty()) {
      // RFC 6376, 5.4: The From header field MUST be signed
      throw new CommandFailedException(SAY.signNoFrom(file), SAY.signNameWhole());
    }
    var fields = new ArrayList<HeaderField>();
    DkimSigner.Settings how =
        settings
            .readIfThere(workplace)
            .map(read -> SigningSettings.from(read).signatures())
            .orElse(DkimSigner.Settings.DEFAULT);
    for (SigningKey with : keys) {
      try {
        var signer = new DkimSigner(with, how, workplace.clock());
        fields.add(signer.sign(message.header(), message.stream()));
      } catch (GeneralSecurityException e) {
        throw new CommandFailedException(
            SAY.signFails(with.name(), String.valueOf(e.getMessage())),
            SAY.signMakeAnother(with.domain()));
      }
    }
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put(
          "fields",
          fields.stream().map(field -> new String(field.raw(), StandardCharsets.UTF_8)).toList());
      workplace.out().println(new JsonMapper().writeValueAsString(all));
      return Facteur.OK;
    }
    var signed = new ByteArrayOutputStream();
    signed.writeBytes(message.header().prepend(fields).section());
    signed.writeBytes(message.body());
    write(signed.toByteArray());
    return Facteur.OK;
  }

  private void write(byte[] signed) throws IOException {
    Path to = output;
    if (to == null) {
      String text = new String(signed, StandardCharsets.UTF_8);
      if (!java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), signed)) {
        throw new CommandFailedException(SAY.signNoText(), SAY.signNameFile());
      }
      workplace.out().print(text);
      workplace.out().flush();
      return;
    }
    try {
      DurableFile.secret(to).create(signed);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new CommandFailedException(SAY.signExists(to), SAY.signNewFile());
    }
  }

  private List<SigningKey> keys() throws IOException {
    Path named = key;
    if (named != null) {
      String name = selector;
      if (name == null) {
        throw CommandFailedException.notUnderstood(SAY.signNeedsSelector(), SAY.dkimAddSelector());
      }
      return List.of(key(DkimKeys.selector(name), DkimKeys.domain(domain), read(named)));
    }
    DkimKeys keys = DkimKeys.of(settings.read(workplace), domain);
    Optional<String> chosen = keys.chosen(Optional.ofNullable(selector));
    List<DkimKeys.Held> held = chosen.map(keys::held).orElse(List.of());
    if (held.isEmpty()) {
      throw keys.none(chosen);
    }
    return held.stream()
        .map(one -> key(one.file().selector(), one.file().domain(), one.key()))
        .toList();
  }

  private static SigningKey key(String selector, DomainName domain, DkimPrivateKey key) {
    DkimKeys.owner(selector, domain);
    try {
      return new SigningKey(
          domain, DomainName.of(selector), key.algorithm(), DkimCrypto.standard().signer(key));
    } catch (GeneralSecurityException e) {
      throw new CommandFailedException(
          SAY.signKeyUnusable(String.valueOf(e.getMessage())), CommandFailedException.NOTHING);
    }
  }

  private static DkimPrivateKey read(Path file) throws IOException {
    return switch (DkimPrivateKey.parse(KeyText.read(file))) {
      case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> key;
      case Parsed.Malformed<DkimPrivateKey>(int _, String expected) ->
          throw new CommandFailedException(SAY.keyUnusable(file, expected), SAY.keyMade());
    };
  }
}
