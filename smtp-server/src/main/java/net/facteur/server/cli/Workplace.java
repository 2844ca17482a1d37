package net.facteur.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.DnssecSettings;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.net.Doors;
import net.facteur.server.settings.Reference;
import picocli.CommandLine.Model.CommandSpec;

/// What the commands get from outside.
///
/// @param program what calls the program, as it was called
/// @param environment the environment variables
/// @param machineName what the machine calls itself; may wait for the DNS
/// @param defaultFile the settings file where `-c` names none
/// @param in standard input
/// @param out for what was asked for
/// @param err for problems
/// @param colours whether a person looks at `out`
/// @param passwords asks a person
/// @param random for salts and generated passwords
/// @param server starts the server
/// @param clock the time
/// @param dns makes the resolver that asks the DNS
/// @param doors tells which listeners could not be opened now
public record Workplace(
    String program,
    Map<String, String> environment,
    Supplier<Optional<String>> machineName,
    Path defaultFile,
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    boolean colours,
    PasswordPrompt passwords,
    SecureRandom random,
    ServerStarter server,
    InstantSource clock,
    Dns dns,
    Doors doors) {

  /// Makes the resolver that asks the DNS, and proves what it says.
  @FunctionalInterface
  public interface Dns {
    /// @param servers whom to ask
    /// @param proof where every proof begins
    Resolver resolver(DnsSettings servers, DnssecSettings proof);
  }

  /// Asks a person.
  @FunctionalInterface
  public interface PasswordPrompt {
    /// Asks for a password, without showing it.
    ///
    /// @return empty where nobody can be asked
    Optional<String> ask(String question);

    /// Asks for what may be seen.
    ///
    /// @return empty where nobody can be asked
    default Optional<String> askOpenly(String question) {
      return ask(question);
    }
  }

  /// The same, where what was asked for goes elsewhere.
  Workplace withOut(PrintWriter elsewhere) {
    return new Workplace(
        program,
        environment,
        machineName,
        defaultFile,
        in,
        elsewhere,
        err,
        colours,
        passwords,
        random,
        server,
        clock,
        dns,
        doors);
  }

  /// What the terminal speaks.
  public Language language() {
    return Language.ofTerminal(environment);
  }

  /// The words of a text, as the terminal speaks.
  String say(Text text) {
    return text.in(language());
  }

  /// The DNS as the server asks it: the servers, and the proofs, of the settings.
  Resolver resolver(Settings settings) throws IOException {
    ResolverSettings asked = ResolverSettings.from(settings);
    return dns.resolver(asked.servers(), asked.proof());
  }

  SettingsLoader loader() {
    return Reference.loader(environment, machineName);
  }

  /// The same for commands that do not care how the host is called, so that nobody is asked.
  SettingsLoader namelessLoader() {
    return Reference.loader(environment, Optional.of("localhost.invalid"));
  }

  /// The settings file that the environment names; empty where it names none.
  String named() {
    return environment.getOrDefault("FACTEUR_CONF", "");
  }

  /// A text with commands to be typed: they call the program as this command did, and those that
  /// read settings name the file that it was called with, or FACTEUR_CONF; where neither is, they
  /// find it by themselves.
  ///
  /// @param root the `facteur` command
  /// @param named by `-c`
  String typed(CommandSpec root, Optional<Path> named, String text) {
    return TypedCommands.of(root, program, named.map(Path::toString).or(this::variable)).in(text);
  }

  /// The same for a reader in another directory.
  String typedAnywhere(CommandSpec root, Optional<Path> named, String text) {
    return TypedCommands.of(
            root,
            program.contains("/") ? whole(program) : program,
            named.map(Path::toString).or(this::variable).map(Workplace::whole))
        .in(text);
  }

  private static String whole(String path) {
    return Path.of(path).toAbsolutePath().normalize().toString();
  }

  /// The file that FACTEUR_CONF names, unless commands find it without being told: that of the
  /// package.
  private Optional<String> variable() {
    String found = environment.getOrDefault("FACTEUR_PACKAGE_CONF", "");
    return Optional.of(named()).filter(file -> !file.isEmpty() && !file.equals(found));
  }

  String bold(String text) {
    return colours ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  String red(String text) {
    return colours ? "\u001b[31m" + text + "\u001b[0m" : text;
  }

  String green(String text) {
    return colours ? "\u001b[32m" + text + "\u001b[0m" : text;
  }
}
