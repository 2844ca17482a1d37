package net.facteur.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.spf.SpfRequest;
import net.facteur.auth.spf.SpfVerifier;
import net.facteur.auth.syntax.Parsed;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Many checks, one to a line of JSON. A line that is not understood gets a line with `error`, and
/// the others go on.
final class VerifyBatch {
  private final Workplace workplace;
  private final VerifyCommand.Checker checker;
  private final DkimCrypto crypto = DkimCrypto.standard();
  private final JsonMapper mapper = new JsonMapper();

  VerifyBatch(Workplace workplace, VerifyCommand.Checker checker) {
    this.workplace = workplace;
    this.checker = checker;
  }

  /// @param cases a file, or `-` for standard input
  /// @return true where every line was understood
  boolean run(String cases) throws IOException {
    boolean input = cases.equals("-");
    Path file = Path.of(cases).toAbsolutePath();
    if (!input && !Files.isReadable(file)) {
      throw new CommandFailedException(
          "There is no file " + cases + " that can be read.",
          "conf/samples/cases.jsonl shows what it looks like.");
    }
    Path directory = Optional.ofNullable(file.getParent()).orElse(file);
    try (BufferedReader lines =
        input
            ? new BufferedReader(new InputStreamReader(workplace.in(), StandardCharsets.UTF_8))
            : Files.newBufferedReader(file)) {
      boolean good = true;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          good &= one(line, directory);
        }
      }
      return good;
    }
  }

  private boolean one(String line, Path directory) throws IOException {
    Map<String, Object> answer = new LinkedHashMap<>();
    boolean good = true;
    try {
      Map<?, ?> asked = mapper.readValue(line, Map.class);
      Object id = asked.get("id");
      if (id != null) {
        answer.put("id", id);
      }
      answer.putAll(check(asked, directory));
    } catch (JacksonException e) {
      answer.put("error", "not a line of JSON: " + e.getOriginalMessage());
      good = false;
    } catch (CommandFailedException e) {
      answer.put("error", e.getMessage());
      good = false;
    }
    workplace.out().println(mapper.writeValueAsString(answer));
    return good;
  }

  private Map<String, Object> check(Map<?, ?> asked, Path directory) throws IOException {
    String ip = text(asked, "ip");
    var request =
        ip.isEmpty()
            ? new AuthenticationRequest(InetAddress.getLoopbackAddress(), "", "")
            : new AuthenticationRequest(client(ip), text(asked, "helo"), text(asked, "mail_from"));
    Resolver resolver = resolver(asked.get("zone"), directory);
    InstantSource clock = clock(asked.get("now"));
    Optional<MessageFile> message = message(asked, directory);
    if (message.isEmpty()) {
      var spf = new SpfVerifier(resolver, clock, checker.hostname());
      return Map.of(
          "spf",
          ReportJson.spf(
              spf.check(SpfRequest.helo(request.client(), request.helo())),
              spf.check(
                  SpfRequest.mailFrom(request.client(), request.helo(), request.reversePath())),
              false));
    }
    var authenticator =
        new MessageAuthenticator(
            resolver, crypto, clock, MessageAuthenticator.Settings.defaults(checker.hostname()));
    AuthenticationReport report =
        authenticator.authenticate(request, message.get().header(), message.get().stream());
    return ReportJson.of(report, checker.hostname(), false);
  }

  private static Optional<MessageFile> message(Map<?, ?> asked, Path directory) throws IOException {
    if (asked.get("message") instanceof String text) {
      return Optional.of(MessageFile.of(text.getBytes(StandardCharsets.UTF_8)));
    }
    return asked.get("file") instanceof String name
        ? Optional.of(MessageFile.read(directory.resolve(name)))
        : Optional.empty();
  }

  private Resolver resolver(@org.jspecify.annotations.Nullable Object zone, Path directory)
      throws IOException {
    return switch (zone) {
      case null -> checker.resolver();
      case Map<?, ?> map -> zone(DnsOption.parse(map));
      case String text when text.indexOf('\n') >= 0 -> zone(DnsOption.parse(text));
      case String name -> DnsOption.read(directory.resolve(name));
      default -> throw wrong("zone", "an object, a master file or the name of one");
    };
  }

  private static ZoneResolver zone(Parsed<ZoneResolver> parsed) {
    return switch (parsed) {
      case Parsed.Ok<ZoneResolver>(ZoneResolver resolver) -> resolver;
      case Parsed.Malformed<ZoneResolver>(int _, String expected) -> throw wrong("zone", expected);
    };
  }

  private InstantSource clock(@org.jspecify.annotations.Nullable Object now) {
    try {
      return switch (now) {
        case null -> workplace.clock();
        case Number seconds -> InstantSource.fixed(Instant.ofEpochSecond(seconds.longValue()));
        case String text -> InstantSource.fixed(Instant.parse(text));
        default -> throw wrong("now", "seconds since 1970, or 2026-11-22T06:00:00Z");
      };
    } catch (DateTimeException e) {
      throw wrong("now", "seconds since 1970, or 2026-11-22T06:00:00Z");
    }
  }

  private static InetAddress client(String ip) {
    return IpLiteral.parse(ip).toOptional().orElseThrow(() -> wrong("ip", "an IP address"));
  }

  private static String text(Map<?, ?> asked, String name) {
    return switch (asked.get(name)) {
      case null -> "";
      case String text -> text;
      default -> throw wrong(name, "a text");
    };
  }

  private static CommandFailedException wrong(String name, String expected) {
    return new CommandFailedException(name + " is not right; expected " + expected, "");
  }
}
