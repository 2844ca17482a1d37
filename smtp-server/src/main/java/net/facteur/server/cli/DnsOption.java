package net.facteur.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.DnssecSettings;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.Settings;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The option `--zone`, of commands that ask the DNS.
final class DnsOption {
  private static final CliTexts SAY = CliTexts.SAY;

  private static final long MAX_ZONE = 16 << 20;

  @Option(names = "--zone", paramLabel = "FILE")
  private @Nullable Path zone;

  @Option(names = "--origin", paramLabel = "DOMAIN")
  private @Nullable String origin;

  /// A file is asked, not the DNS.
  boolean offline() {
    return zone != null;
  }

  /// The DNS as the server asks it: the servers, and the proofs, of the settings.
  Resolver resolver(Workplace workplace, Settings settings) throws IOException {
    return resolver(
        workplace,
        ResolverSettings.from(settings).servers(),
        ResolverSettings.from(settings).proof());
  }

  /// The same for commands that can do without settings.
  Resolver resolver(Workplace workplace, Optional<Settings> settings) throws IOException {
    return settings.isPresent()
        ? resolver(workplace, settings.get())
        : resolver(workplace, DnsSettings.DEFAULTS, DnssecSettings.DEFAULTS);
  }

  private Resolver resolver(Workplace workplace, DnsSettings servers, DnssecSettings proof)
      throws IOException {
    Path file = zone;
    Optional<DomainName> relative = Optional.ofNullable(origin).map(DkimKeys::domain);
    if (file == null && relative.isPresent()) {
      throw CommandFailedException.notUnderstood(SAY.zoneOriginAlone(), SAY.zoneAdd());
    }
    return file == null ? workplace.dns().resolver(servers, proof) : read(file, relative);
  }

  /// A zone from a file in either form.
  static ZoneResolver read(Path file) throws IOException {
    return read(file, Optional.empty());
  }

  private static ZoneResolver read(Path file, Optional<DomainName> origin) throws IOException {
    String text;
    try {
      if (Files.isDirectory(file)) {
        throw wrong(SAY.zoneIsDirectory(file));
      }
      if (Files.size(file) > MAX_ZONE) {
        throw wrong(SAY.zoneTooLarge(file));
      }
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new CommandFailedException(SAY.zoneNoFile(file), SAY.zoneSample());
    } catch (java.nio.charset.MalformedInputException e) {
      throw wrong(SAY.zoneNoText(file));
    }
    return switch (parse(text, origin)) {
      case Parsed.Ok<ZoneResolver>(ZoneResolver resolver) -> resolver;
      case Parsed.Malformed<ZoneResolver>(int _, String expected) ->
          throw wrong(SAY.zoneNotUnderstood(file, expected));
    };
  }

  /// A zone in either form.
  static Parsed<ZoneResolver> parse(String text) {
    return parse(text, Optional.empty());
  }

  private static Parsed<ZoneResolver> parse(String marked, Optional<DomainName> origin) {
    String text = marked.startsWith("\ufeff") ? marked.substring(1) : marked;
    if (!text.stripLeading().startsWith("{")) {
      return MasterText.parse(text, origin);
    }
    try {
      Map<?, ?> map = new JsonMapper().readValue(text, Map.class);
      return parse(map);
    } catch (JacksonException e) {
      // what follows in brackets is for who writes programs
      String said = String.valueOf(e.getOriginalMessage()).replaceFirst(" \\(.*", "");
      return Parsed.malformed(
          0,
          "JSON"
              + (e.getLocation() == null ? "" : ", in line " + e.getLocation().getLineNr())
              + ": "
              + said);
    }
  }

  /// A zone as an object of JSON.
  static Parsed<ZoneResolver> parse(Map<?, ?> json) {
    Map<String, Object> zone = new java.util.LinkedHashMap<>();
    json.forEach((name, held) -> zone.put(String.valueOf(name), held == null ? Map.of() : held));
    return ZoneResolver.parse(zone);
  }

  private static CommandFailedException wrong(Text what) {
    return new CommandFailedException(what, SAY.zoneSample());
  }
}
