package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A Postfix that sends with `smtp_tls_security_level = dane` and asks one resolver. It takes mail
/// from its `sendmail` only.
final class DanePostfix implements AutoCloseable {
  private static final Pattern CONNECTION =
      Pattern.compile("smtp\\[(\\d+)]: (\\w+) TLS connection established");
  private static final Pattern STATUS =
      Pattern.compile("smtp\\[(\\d+)]: \\w+: to=<([^>]*)>.* status=(\\w+)");

  private final PeerDirectory directory;

  private DanePostfix(PeerDirectory directory) {
    this.directory = directory;
  }

  /// @param port of all mail exchangers
  static DanePostfix start(InetSocketAddress resolver, int port) throws Exception {
    var postfix = new DanePostfix(PeerDirectory.make());
    try {
      postfix.prepare(resolver, port);
      postfix.inside("postfix", "start").succeeded();
      return postfix;
    } catch (Exception | AssertionError e) {
      postfix.close();
      throw e;
    }
  }

  private void prepare(InetSocketAddress resolver, int port) throws IOException {
    for (String name : List.of("etc", "spool", "lib")) {
      Files.createDirectory(directory.resolve(name));
    }
    Path settings = directory.resolve("etc");
    Files.writeString(
        directory.resolve("resolv.conf"),
        "nameserver " + resolver.getAddress().getHostAddress() + "\noptions edns0 trust-ad\n");
    Files.copy(Path.of("/etc/postfix/master.cf"), settings.resolve("master.cf"));
    Files.writeString(
        settings.resolve("main.cf"),
        """
        compatibility_level = 3.6
        queue_directory = %1$s/spool
        data_directory = %1$s/lib
        maillog_file = %1$s/log
        maillog_file_prefixes = %1$s
        myhostname = mail.example.org
        mydestination =
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        alias_maps =
        smtp_host_lookup = dns
        smtp_dns_support_level = dnssec
        smtp_tls_security_level = dane
        smtp_tls_loglevel = 1
        smtp_tls_session_cache_database =
        smtp_connection_cache_on_demand = no
        default_destination_concurrency_limit = 1
        minimal_backoff_time = 1000s
        transport_maps = inline:{%2$s}
        """
            .formatted(directory, routes(port)));
    Command.run("chown", "postfix", directory.resolve("lib").toString()).succeeded();
    inside("postconf", "-F", "*/*/chroot=n").succeeded();
    inside("postconf", "-MX", "smtp/inet").succeeded();
  }

  private static String routes(int port) {
    return DaneTest.domains().stream()
        .map(d -> "{" + d + ".test = smtp:" + d + ".test:" + port + "}")
        .collect(Collectors.joining(", "));
  }

  /// Runs a program of Postfix where `/etc/resolv.conf` is ours.
  private Command inside(String program, String... arguments) throws IOException {
    var line = new ArrayList<>(List.of("unshare", "-m", "sh", "-c"));
    line.add("mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"");
    line.add(directory.resolve("resolv.conf").toString());
    line.addAll(List.of("/usr/sbin/" + program, "-c", directory.resolve("etc").toString()));
    line.addAll(List.of(arguments));
    return Command.run(line.toArray(String[]::new));
  }

  void submit(String recipient) throws IOException {
    Path mail = Files.writeString(directory.resolve("mail"), "Subject: test\n\nHello\n");
    Command.with(
            mail,
            "/usr/sbin/sendmail",
            "-C",
            directory.resolve("etc").toString(),
            "-f",
            "sender@example.org",
            recipient)
        .succeeded();
  }

  /// What became of mail to the recipient.
  String outcome(String recipient) throws Exception {
    return Await.present(this::log, () -> found(recipient));
  }

  private Optional<String> found(String recipient) {
    Map<String, String> levels = new HashMap<>(); // by process, of its latest connection
    for (String line : log().split("\n", -1)) {
      Matcher connection = CONNECTION.matcher(line);
      if (connection.find()) {
        levels.put(
            connection.group(1),
            switch (connection.group(2)) {
              case "Verified" -> "verified";
              case "Trusted" -> "trusted";
              default -> "encrypted";
            });
      }
      Matcher status = STATUS.matcher(line);
      if (status.find()) {
        String level = Optional.ofNullable(levels.remove(status.group(1))).orElse("clear");
        if (status.group(2).equals(recipient)) {
          return Optional.of(status.group(3).equals("sent") ? level : status.group(3));
        }
      }
    }
    return Optional.empty();
  }

  private String log() {
    return directory.text("log");
  }

  @Override
  public void close() throws IOException {
    inside("postfix", "stop");
    directory.delete();
  }
}
