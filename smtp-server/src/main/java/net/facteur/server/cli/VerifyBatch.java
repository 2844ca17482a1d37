package net.facteur.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dmarc.DmarcEvaluator;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.spf.SpfRequest;
import net.facteur.auth.spf.SpfVerifier;
import net.facteur.auth.syntax.Parsed;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Many checks, one to a line of JSON, side by side and answered in their order. A line that is not
/// understood gets a line with `error`, and the others go on.
///
/// Of the DNS a line may bring all there is: `zone` is an object `{name: {TYPE: [values]}}`, the
/// text of a master file, or the name of a file with either. A name's object may be `"SERVFAIL"` or
/// `"TIMEOUT"`, and so may a type's values; a name that is absent does not exist. One value need
/// not stand in a list. A TXT value is a text, or a list of its character-strings; an MX value is
/// `"10 mx.example.org"` or `[10, "mx.example.org"]`.
final class VerifyBatch {
  private static final VerifyTexts SAY = VerifyTexts.SAY;

  /// Lines that are checked at the same time; most of the time of a check goes by waiting.
  private static final int AT_ONCE = 64;

  private static final int MAX_LINE = 128 << 20;
  private static final int MAX_ZONES = 100;

  private final Workplace workplace;
  private final VerifyCommand.Checker checker;
  private final DkimCrypto crypto = DkimCrypto.standard();
  private final JsonMapper mapper = new JsonMapper();
  private final Map<Path, Resolver> zones = new ConcurrentHashMap<>();

  VerifyBatch(Workplace workplace, VerifyCommand.Checker checker) {
    this.workplace = workplace;
    this.checker = checker;
  }

  /// What is written for one line.
  private record Answer(String line, boolean good) {}

  /// @param cases a file, or `-` for standard input
  /// @return true where every line was understood
  boolean run(String cases) throws IOException {
    boolean input = cases.equals("-");
    Path file = Path.of(cases).toAbsolutePath();
    if (!input && (!Files.isReadable(file) || Files.isDirectory(file))) {
      throw new CommandFailedException(SAY.verifyNoCases(cases), SAY.verifyCasesSample());
    }
    Path directory =
        input ? Path.of("").toAbsolutePath() : Optional.ofNullable(file.getParent()).orElse(file);
    var waiting = new ArrayDeque<Future<Answer>>();
    boolean good = true;
    int number = 0;
    try (BufferedReader lines = new BufferedReader(reader(input, file));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Optional<String> line = next(lines); line.isPresent(); line = next(lines)) {
        String text = line.get();
        int at = ++number;
        if (text.isBlank()) {
          continue;
        }
        waiting.add(threads.submit(() -> one(text, at, directory)));
        if (waiting.size() >= AT_ONCE) {
          good &= told(waiting.remove());
        }
      }
      while (!waiting.isEmpty()) {
        good &= told(waiting.remove());
      }
    }
    workplace.out().flush();
    return good;
  }

  /// Octets that are no UTF-8 become replacement characters, so that one line does not end all.
  private Reader reader(boolean input, Path file) throws IOException {
    return new InputStreamReader(
        input ? workplace.in() : Files.newInputStream(file), StandardCharsets.UTF_8);
  }

  /// The next line, cut where it is longer than any case should be.
  private static Optional<String> next(BufferedReader lines) throws IOException {
    var line = new StringBuilder();
    int c = lines.read();
    if (c < 0) {
      return Optional.empty();
    }
    for (; c >= 0 && c != '\n'; c = lines.read()) {
      if (line.length() < MAX_LINE) {
        line.append((char) c);
      }
    }
    return Optional.of(line.toString());
  }

  private boolean told(Future<Answer> future) {
    try {
      Answer answer = future.get();
      workplace.out().print(answer.line());
      workplace.out().print('\n');
      return answer.good();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException(SAY.verifyInterrupted(), CommandFailedException.NOTHING);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private Answer one(String line, int number, Path directory) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    boolean good = true;
    try {
      Map<?, ?> asked = mapper.readValue(line, Map.class);
      Object id = asked.get("id");
      if (id != null) {
        answer.put("id", id);
      }
      answer.putAll(check(asked, directory));
    } catch (JacksonException e) {
      answer.put("line", number);
      answer.put("error", "not an object of JSON, such as {\"id\": 1}");
      good = false;
    } catch (CommandFailedException e) {
      answer.put("error", e.getMessage());
      good = false;
    } catch (IOException e) {
      answer.put("error", "cannot be read: " + e.getMessage());
      good = false;
    }
    return new Answer(mapper.writeValueAsString(answer), good);
  }

  private Map<String, @Nullable Object> check(Map<?, ?> asked, Path directory) throws IOException {
    String ip = text(asked, "ip");
    Optional<MessageFile> message = message(asked, directory);
    if (ip.isEmpty() && message.isEmpty()) {
      throw wrong("the line", "a message or a file, or at least an ip for SPF");
    }
    var request =
        ip.isEmpty()
            ? new AuthenticationRequest(InetAddress.getLoopbackAddress(), "", "")
            : new AuthenticationRequest(
                client(ip), text(asked, "helo"), VerifyCommand.bare(text(asked, "mail_from")));
    Resolver resolver = resolver(asked.get("zone"), directory);
    InstantSource clock = clock(asked.get("now"));
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
    var settings = checker.settings();
    var authenticator = new MessageAuthenticator(resolver, crypto, clock, settings);
    AuthenticationReport report =
        authenticator.authenticate(request, message.get().header(), message.get().stream());
    return new ReportJson(new DmarcEvaluator(resolver, settings.dmarc())::organizationalDomain)
        .of(
            report,
            VerifyCommand.nearFits(resolver, report, message.get()),
            checker.hostname(),
            false);
  }

  private static Optional<MessageFile> message(Map<?, ?> asked, Path directory) throws IOException {
    Object message = asked.get("message");
    Object file = asked.get("file");
    if (message instanceof String text) {
      return Optional.of(MessageFile.of(text.getBytes(StandardCharsets.UTF_8)));
    }
    if (file instanceof String name) {
      return Optional.of(MessageFile.read(resolved(directory, name)));
    }
    if (message != null || file != null) {
      throw wrong(message != null ? "message" : "file", "a text");
    }
    return Optional.empty();
  }

  /// Beside the cases, or else where the command was typed.
  private static Path resolved(Path directory, String name) {
    try {
      Path beside = directory.resolve(name);
      Path here = Path.of(name).toAbsolutePath();
      return !Files.exists(beside) && Files.exists(here) ? here : beside;
    } catch (InvalidPathException e) {
      throw wrong("a name of a file", "a path");
    }
  }

  private Resolver resolver(@Nullable Object zone, Path directory) throws IOException {
    return switch (zone) {
      case null -> checker.resolver();
      case Map<?, ?> map -> zone(DnsOption.parse(map));
      case String text when text.indexOf('\n') >= 0 || text.isBlank() ->
          zone(DnsOption.parse(text));
      case String name -> zoneFile(resolved(directory, name));
      default -> throw wrong("zone", "an object, a master file or the name of one");
    };
  }

  /// Many lines name the same file.
  private Resolver zoneFile(Path file) throws IOException {
    Resolver known = zones.get(file);
    if (known == null) {
      known = DnsOption.read(file);
      if (zones.size() < MAX_ZONES) {
        zones.put(file, known);
      }
    }
    return known;
  }

  private static ZoneResolver zone(Parsed<ZoneResolver> parsed) {
    return switch (parsed) {
      case Parsed.Ok<ZoneResolver>(ZoneResolver resolver) -> resolver;
      case Parsed.Malformed<ZoneResolver>(int _, String expected) -> throw wrong("zone", expected);
    };
  }

  private InstantSource clock(@Nullable Object now) {
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
    return new CommandFailedException(
        SAY.verifyExpected(name, expected), CommandFailedException.NOTHING);
  }
}
