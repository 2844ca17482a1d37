package net.facteur.server.submission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.message.AddressList;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;

/// The addresses in fields of a header.
public final class AddressFields {
  private AddressFields() {}

  /// The field, written as it must be.
  ///
  /// @param domain of addresses that have none
  /// @return the same where it is well-formed; empty where it cannot be read
  public static Optional<HeaderField> repaired(HeaderField field, Optional<String> domain) {
    if (StrictAddresses.wellFormed(field.value())) {
      return Optional.of(field);
    }
    return AddressRepair.repair(field.unfolded(), domain)
        .map(repaired -> HeaderField.of(field.name(), " " + repaired));
  }

  /// Whom a field names.
  ///
  /// @return empty where it cannot be read
  public static Optional<List<MailAddress>> of(HeaderField field) {
    if (!(AddressList.parse(field.value()) instanceof Parsed.Ok<AddressList>(AddressList list))) {
      return Optional.empty();
    }
    var found = new ArrayList<MailAddress>();
    for (AddressList.Mailbox mailbox : list.mailboxes()) {
      if (Ascii.hasControl(mailbox.localPart()) || Ascii.hasControl(mailbox.domain())) {
        return Optional.empty();
      }
      found.add(new MailAddress(mailbox.localPart(), mailbox.domain()));
    }
    return Optional.of(found);
  }
}
