package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Postfix of `example.net`, with settings, queue and mailboxes of its own. It does not touch the
/// one that may run on this machine.
final class Postfix implements AutoCloseable {
  private final PeerDirectory directory;
  private final Path settings;
  private final InetSocketAddress address;

  private Postfix(PeerDirectory directory, InetSocketAddress address) {
    this.directory = directory;
    this.settings = directory.resolve("etc");
    this.address = address;
  }

  /// Starts Postfix.
  ///
  /// @param address where it listens
  /// @param ours where it hands over mail for `example.org`
  /// @param more settings for `main.cf`
  static Postfix start(InetSocketAddress address, InetSocketAddress ours, String more)
      throws Exception {
    if (!"root".equals(System.getProperty("user.name"))) {
      ProgramCondition.notRun("as root, who alone can start Postfix");
    }
    PeerDirectory directory = PeerDirectory.make();
    var postfix = new Postfix(directory, address);
    try {
      postfix.prepare(ours, more);
      postfix.command("postfix", "start").succeeded();
      Await.until(postfix::log, postfix::greets);
      return postfix;
    } catch (Exception | AssertionError e) {
      postfix.close();
      throw e;
    }
  }

  private void prepare(InetSocketAddress ours, String more) throws IOException {
    for (String name : List.of("etc", "spool", "lib", "mail")) {
      Files.createDirectory(directory.resolve(name));
    }
    Files.copy(Path.of("/etc/postfix/master.cf"), settings.resolve("master.cf"));
    Files.writeString(settings.resolve("main.cf"), main(ours) + more);
    Command.run("chown", "postfix", directory.resolve("lib").toString()).succeeded();
    Command.run("chown", "nobody:nogroup", directory.resolve("mail").toString()).succeeded();
    command("postconf", "-F", "*/*/chroot=n").succeeded();
    command("postconf", "-MX", "smtp/inet").succeeded();
    String listener = address.getAddress().getHostAddress() + ":" + address.getPort();
    command("postconf", "-M", listener + "/inet=" + listener + " inet n - n - - smtpd").succeeded();
  }

  private String main(InetSocketAddress ours) {
    return """
    compatibility_level = 3.6
    queue_directory = %1$s/spool
    data_directory = %1$s/lib
    maillog_file = %1$s/log
    maillog_file_prefixes = %1$s
    myhostname = mail.example.net
    mydestination =
    mynetworks = 127.0.0.0/8
    inet_interfaces = 127.0.0.1
    inet_protocols = ipv4
    smtp_bind_address = %2$s
    disable_dns_lookups = yes
    smtp_host_lookup = native
    smtpd_peername_lookup = no
    alias_maps =
    virtual_mailbox_domains = example.net
    virtual_mailbox_base = %1$s/mail
    virtual_mailbox_maps = inline:{carol@example.net=carol/}
    virtual_uid_maps = static:65534
    virtual_gid_maps = static:65534
    virtual_minimum_uid = 100
    transport_maps = inline:{example.org=smtp:[%3$s]:%4$d}
    smtpd_relay_restrictions = permit_mynetworks, reject
    """
        .formatted(
            directory,
            address.getAddress().getHostAddress(),
            ours.getAddress().getHostAddress(),
            ours.getPort());
  }

  private Command command(String program, String... arguments) throws IOException {
    var line = new ArrayList<String>();
    line.add("/usr/sbin/" + program);
    line.add("-c");
    line.add(settings.toString());
    line.addAll(List.of(arguments));
    return Command.run(line.toArray(String[]::new));
  }

  private boolean greets() {
    try {
      SmtpLink.open(address).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  Maildir carol() {
    return new Maildir(directory.resolve("mail/carol"));
  }

  /// What Postfix said so far.
  String log() {
    return directory.text("log");
  }

  @Override
  public void close() throws IOException {
    command("postfix", "stop");
    directory.delete();
  }
}
