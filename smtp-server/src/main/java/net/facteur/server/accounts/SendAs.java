package net.facteur.server.accounts;

/// Addresses that a user may send as beside its own.
public final class SendAs {
  private SendAs() {}

  /// True for an address, or `*@domain` for all of a domain.
  public static boolean isOne(String address) {
    String plain = address.startsWith("*@") ? "a" + address.substring(1) : address;
    return UserName.parse(plain).isPresent() && address.indexOf(',') < 0;
  }
}
