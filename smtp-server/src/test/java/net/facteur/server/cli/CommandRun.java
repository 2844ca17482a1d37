package net.facteur.server.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.server.setup.Machine;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What came of one command line.
record CommandRun(int code, String out, String err) {
  static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");

  /// @param zone what the DNS holds
  static CommandRun of(Path settings, Map<String, ?> zone, String input, String... arguments) {
    return of(settings, _ -> ZoneResolver.of(zone), input, arguments);
  }

  /// @param dns asks the DNS
  static CommandRun of(
      Path settings, Function<DnsSettings, Resolver> dns, String input, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = Facteur.commandLine(workplace(settings, dns, input, out, err)).execute(arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /// One with these environment variables.
  static CommandRun with(Map<String, String> environment, Path settings, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    Workplace workplace =
        workplace(environment, settings, _ -> ZoneResolver.of(Map.of()), "", out, err);
    int code = Facteur.commandLine(workplace).execute(arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /// One with these environment variables.
  ///
  /// @param zone what the DNS holds
  static CommandRun with(
      Map<String, String> environment, Path settings, Map<String, ?> zone, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    Workplace workplace =
        workplace(environment, settings, _ -> ZoneResolver.of(zone), "", out, err);
    int code = Facteur.commandLine(workplace).execute(arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /// One of a person who answers questions, and may see what they type.
  static CommandRun answering(
      Map<String, String> environment, Path settings, List<String> answers, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var left = new ArrayDeque<>(answers);
    var person =
        new Workplace.PasswordPrompt() {
          @Override
          public Optional<String> ask(String question) {
            throw new IllegalStateException("not shown: " + question);
          }

          @Override
          public Optional<String> askOpenly(String question) {
            out.write(question);
            return Optional.of(left.remove());
          }
        };
    Workplace workplace =
        workplace(
            "facteur", environment, settings, _ -> ZoneResolver.of(Map.of()), "", out, err, person);
    int code = Facteur.commandLine(workplace).execute(arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /// One of a program that is called so.
  static CommandRun called(String program, Path settings, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    Workplace workplace =
        workplace(program, Map.of(), settings, _ -> ZoneResolver.of(Map.of()), "", out, err);
    int code = Facteur.commandLine(workplace).execute(arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /// One on another machine, whose terminal speaks a language of its own.
  static CommandRun on(
      Machine machine, Map<String, String> environment, String input, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    Workplace workplace =
        workplace(environment, Path.of("none"), _ -> ZoneResolver.of(Map.of()), input, out, err);
    int code = Facteur.commandLine(workplace, machine).execute(arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /// All commands, to be looked at.
  static CommandLine commands() {
    return Facteur.commandLine(
        workplace(
            Path.of("mail.conf"),
            _ -> ZoneResolver.of(Map.of()),
            "",
            new StringWriter(),
            new StringWriter()));
  }

  private static Workplace workplace(
      Path settings,
      Function<DnsSettings, Resolver> dns,
      String input,
      StringWriter out,
      StringWriter err) {
    return workplace(Map.of(), settings, dns, input, out, err);
  }

  private static Workplace workplace(
      Map<String, String> environment,
      Path settings,
      Function<DnsSettings, Resolver> dns,
      String input,
      StringWriter out,
      StringWriter err) {
    return workplace("facteur", environment, settings, dns, input, out, err);
  }

  private static Workplace workplace(
      String program,
      Map<String, String> environment,
      Path settings,
      Function<DnsSettings, Resolver> dns,
      String input,
      StringWriter out,
      StringWriter err) {
    return workplace(program, environment, settings, dns, input, out, err, _ -> Optional.empty());
  }

  private static Workplace workplace(
      String program,
      Map<String, String> environment,
      Path settings,
      Function<DnsSettings, Resolver> dns,
      String input,
      StringWriter out,
      StringWriter err,
      Workplace.PasswordPrompt person) {
    var writer = new PrintWriter(out, true);
    return new Workplace(
        program,
        environment,
        () -> Optional.of("mail.example.org"),
        settings,
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        writer,
        new PrintWriter(err, true),
        false,
        person,
        new SecureRandom(),
        (_, _, _, commands) -> {
          writer.println(commands.apply("mailed: facteur doctor"));
          return 42;
        },
        () -> NOW,
        (servers, _) -> dns.apply(servers),
        _ -> List.of());
  }

  JsonNode json() {
    return new JsonMapper().readTree(out);
  }
}
