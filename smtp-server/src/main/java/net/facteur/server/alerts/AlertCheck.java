package net.facteur.server.alerts;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.facteur.server.language.Text;

/// Looks whether something is wrong.
public interface AlertCheck {
  /// The rules that it looks after.
  Set<AlertRule> rules();

  /// What stands now. Blocks.
  ///
  /// @throws IOException where it cannot be found out now: what stood before stays
  Looked look(Instant now) throws IOException;

  /// What a look came to.
  sealed interface Looked {
    /// Nobody knows: what stood before stays.
    record Unknown() implements Looked {}

    /// @param standing what is wrong; empty if all is well
    record Known(List<Standing> standing) implements Looked {
      public Known {
        standing = List.copyOf(standing);
      }
    }
  }

  /// Something that is wrong.
  ///
  /// @param subject of what: a path, a host, a provider; one word, which names it together with the
  ///   rule
  /// @param what in a few words, one line
  /// @param why what it means, a sentence or two
  /// @param remedy what to do and to type
  record Standing(AlertRule rule, String subject, Text what, Text why, Text remedy) {}
}
