package net.facteur.server.routing;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.facteur.queue.MailAddress;
import net.facteur.server.servermail.MailReaders;
import net.facteur.server.smtp.Transaction;

/// The recipients of a message whose mail the server reads itself.
///
/// @param addresses each as it was written, and the address under which it is read
public record ReadRecipients(Map<MailAddress, MailAddress> addresses) {
  public ReadRecipients {
    addresses = Map.copyOf(addresses);
  }

  /// Those of this message.
  public static ReadRecipients of(Transaction transaction, Router router, MailReaders readers) {
    Map<MailAddress, MailAddress> addresses = new LinkedHashMap<>();
    for (Transaction.ForwardPath path : transaction.forwardPaths()) {
      router
          .readAs(path.address())
          .filter(readers::reads)
          .ifPresent(address -> addresses.put(path.address(), address));
    }
    return new ReadRecipients(addresses);
  }

  public boolean none() {
    return addresses.isEmpty();
  }

  /// What the readers are asked to read, each once.
  public List<MailAddress> read() {
    return addresses.values().stream().distinct().toList();
  }

  /// The recipients of these addresses, as they were written.
  public List<MailAddress> written(Collection<MailAddress> read) {
    return addresses.entrySet().stream()
        .filter(entry -> read.contains(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
