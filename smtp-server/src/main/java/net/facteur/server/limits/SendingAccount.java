package net.facteur.server.limits;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.smtp.SmtpClient;

/// Who sends, and is counted apart from all others.
///
/// @param kind how it is known
/// @param owner the address of the user; else what the account is called
/// @param device the name of the app password; else empty
public record SendingAccount(Kind kind, String owner, Optional<String> device) {
  /// How an account is known.
  public enum Kind {
    /// By a login: `alice@example.org`, or `alice@example.org/phone` by an app password.
    USER,
    /// By a network that needs no login: `192.0.2.0/24`.
    NETWORK,
    /// By the system, as a user who calls `sendmail`: `www-data`.
    SYSTEM,
    /// An address here that passes mail on: `forward:bob@example.org`.
    FORWARD
  }

  private static final String FORWARD = "forward:";

  /// Who a client is.
  ///
  /// @param networks those that need no login
  static SendingAccount of(SmtpClient client, List<AddressBlock> networks) {
    if (client.user().isPresent()) {
      return client.listener() == SmtpClient.Listener.LOCAL
          ? new SendingAccount(Kind.SYSTEM, client.user().get(), Optional.empty())
          : new SendingAccount(Kind.USER, client.user().get(), client.app());
    }
    InetAddress address = client.remote().getAddress();
    return new SendingAccount(
        Kind.NETWORK,
        networks.stream()
            .filter(network -> network.contains(address))
            .findFirst()
            .map(AddressBlock::toString)
            .orElseGet(address::getHostAddress),
        Optional.empty());
  }

  static SendingAccount forward(MailAddress address) {
    return new SendingAccount(
        Kind.FORWARD,
        FORWARD + address.text().toLowerCase(java.util.Locale.ROOT),
        Optional.empty());
  }

  /// The one that a [#key()] names. Local parts of users have no `/`.
  static SendingAccount parse(String key) {
    if (key.startsWith(FORWARD)) {
      return new SendingAccount(Kind.FORWARD, key, Optional.empty());
    }
    int at = key.indexOf('@');
    if (at < 0) {
      boolean network = key.indexOf('/') > 0 || key.indexOf(':') >= 0 || key.matches("[0-9.]+");
      return new SendingAccount(network ? Kind.NETWORK : Kind.SYSTEM, key, Optional.empty());
    }
    int slash = key.indexOf('/', at);
    return slash < 0
        ? new SendingAccount(Kind.USER, key, Optional.empty())
        : new SendingAccount(
            Kind.USER, key.substring(0, slash), Optional.of(key.substring(slash + 1)));
  }

  /// Its name among all accounts.
  public String key() {
    return device.map(name -> owner + "/" + name).orElse(owner);
  }

  /// The address of the user behind it; empty where it is nobody's.
  Optional<MailAddress> user() {
    int at = owner.lastIndexOf('@');
    return kind == Kind.USER && at > 0
        ? Optional.of(new MailAddress(owner.substring(0, at), owner.substring(at + 1)))
        : Optional.empty();
  }

  /// True for `key` itself, and for a device of it.
  static boolean within(String key, String owner) {
    return key.equals(owner) || key.startsWith(owner + "/");
  }

  @Override
  public String toString() {
    return key();
  }
}
