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

@Command(
    name = "sign",
    description = {
      "Sign a saved message with DKIM and write it with its signatures on top.",
      "The server signs outgoing mail by itself; this is for trying out. Without --key, the keys"
          + " that it holds for the domain sign. Which fields are covered is said in signing of the"
          + " settings."
    })
final class SignCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Parameters(paramLabel = "FILE", description = "The message, such as mail.eml")
  private Path file = Path.of("");

  @Option(
      names = "--domain",
      required = true,
      paramLabel = "DOMAIN",
      description = "In whose name.")
  private String domain = "";

  @Option(
      names = "--selector",
      paramLabel = "NAME",
      description = "With which key; the configured one, or the only one.")
  private @Nullable String selector;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "A private key in PEM that lies elsewhere.")
  private @Nullable Path key;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the signed message goes; a new file. The output unless given.")
  private @Nullable Path output;

  @Option(names = "--json", description = "Write only the signatures, as one JSON object.")
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
      throw new CommandFailedException(
          file + " has no From field, so that no receiver would take its signature.",
          "Name a message with its header.");
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
            "The key of " + with.name() + " does not sign: " + e.getMessage(),
            "Make another: facteur dkim generate " + with.domain());
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
        throw new CommandFailedException(
            "The message holds octets that are no text, which the output would spoil.",
            "Name a file for it: --output signed.eml");
      }
      workplace.out().print(text);
      workplace.out().flush();
      return;
    }
    try {
      DurableFile.secret(to).create(signed);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new CommandFailedException(
          to + " exists already, and is left as it is.", "Name a new file.");
    }
  }

  private List<SigningKey> keys() throws IOException {
    Path named = key;
    if (named != null) {
      String name = selector;
      if (name == null) {
        throw CommandFailedException.notUnderstood(
            "--key needs --selector: receivers look the public key up under its name.",
            "Add --selector jan2026, for example.");
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
      throw new CommandFailedException("The key cannot be used: " + e.getMessage(), "");
    }
  }

  private static DkimPrivateKey read(Path file) throws IOException {
    return switch (DkimPrivateKey.parse(KeyText.read(file))) {
      case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> key;
      case Parsed.Malformed<DkimPrivateKey>(int _, String expected) ->
          throw new CommandFailedException(
              file + " holds no usable key: expected " + expected + ".",
              "facteur dkim generate makes one.");
    };
  }
}
