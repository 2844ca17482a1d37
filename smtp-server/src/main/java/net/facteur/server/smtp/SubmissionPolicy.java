package net.facteur.server.smtp;

import java.net.InetAddress;
import java.util.List;
import net.facteur.server.net.AddressBlock;

/// Who may submit mail on a submission listener without AUTH. The engine applies it: anybody else
/// gets 530 at MAIL. [SmtpService] then sees a [SmtpClient] without user, which on these listeners
/// can only be a trusted one.
///
/// @param trustedNetworks clients that need neither TLS nor AUTH, such as printers; none by default
public record SubmissionPolicy(List<AddressBlock> trustedNetworks) {
  /// Nobody.
  public static final SubmissionPolicy AUTHENTICATED_ONLY = new SubmissionPolicy(List.of());

  public SubmissionPolicy {
    trustedNetworks = List.copyOf(trustedNetworks);
  }

  boolean trusts(InetAddress client) {
    for (AddressBlock network : trustedNetworks) {
      if (network.contains(client)) {
        return true;
      }
    }
    return false;
  }
}
