package net.facteur.it;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DnsResolver;
import net.facteur.server.cli.Facteur;
import net.facteur.server.cli.Workplace;

/// A command of the command line, run in this process against the real network.
///
/// @param text what it wrote, to standard output and to standard error
record CommandLineRun(int code, String text) {
  static CommandLineRun of(String... arguments) {
    var random = new SecureRandom();
    var text = new StringWriter();
    var writer = new PrintWriter(text, true);
    var workplace =
        new Workplace(
            "facteur",
            Map.of(),
            () -> Optional.of("mail.example.org"),
            Path.of("mail.conf"),
            InputStream.nullInputStream(),
            writer,
            writer,
            false,
            _ -> Optional.empty(),
            random,
            (_, _, _, _) -> 0,
            InstantSource.system(),
            (servers, _) -> new DnsResolver(servers, random, InstantSource.system()),
            _ -> List.of());
    int code = Facteur.commandLine(workplace).execute(arguments);
    return new CommandLineRun(code, text.toString());
  }
}
