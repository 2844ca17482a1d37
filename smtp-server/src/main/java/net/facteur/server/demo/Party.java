package net.facteur.server.demo;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;

/// One of the two sides of the trial: a domain, its mail server, its users.
///
/// @param title what people call it
/// @param domain its mail domain
/// @param host its mail server's name
/// @param address the loopback address that the server has for its own
/// @param ports where its server listens
/// @param users with the passwords that were made for this run
record Party(
    Text title,
    DomainName domain,
    DomainName host,
    InetAddress address,
    Ports ports,
    List<Login> users) {
  /// The DKIM selector; its Ed25519 key stands at the same with `-ed` appended.
  static final String SELECTOR = "trial";

  Party {
    users = List.copyOf(users);
  }

  /// Where the listeners are, the same on both sides.
  record Ports(int reception, int submission, int submissions) {}

  /// A user.
  ///
  /// @param address also the login name
  record Login(String address, String password) {
    String name() {
      return address.substring(0, address.indexOf('@'));
    }

    /// Says nothing of the password.
    @Override
    public String toString() {
      return address;
    }
  }

  static Party of(
      Text title,
      DomainName domain,
      InetAddress address,
      Ports ports,
      List<String> users,
      SecureRandom random) {
    var logins = new ArrayList<Login>();
    for (String user : users) {
      logins.add(new Login(user + "@" + domain, password(random)));
    }
    DomainName host = domain.child("mx").orElseThrow();
    return new Party(title, domain, host, address, ports, logins);
  }

  /// 20 letters and digits that are not mistaken for each other: 100 bits.
  private static String password(SecureRandom random) {
    var alphabet = "abcdefghjkmnpqrstuvwxyz23456789x";
    var password = new StringBuilder(20);
    for (int i = 0; i < 20; i++) {
      password.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return password.toString();
  }

  /// The first user, who writes and receives the messages of the trial.
  Login user() {
    return users.getFirst();
  }

  InetSocketAddress reception() {
    return new InetSocketAddress(address, ports.reception());
  }

  InetSocketAddress submission() {
    return new InetSocketAddress(address, ports.submission());
  }
}
