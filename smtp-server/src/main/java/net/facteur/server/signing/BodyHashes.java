package net.facteur.server.signing;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import net.facteur.auth.dkim.BodyPass;
import net.facteur.auth.dkim.BodySelection;
import net.facteur.auth.message.MessageBody;

/// What signatures need of a body that many copies share: read once.
///
/// @param values by what was hashed; not to be changed
public record BodyHashes(Map<BodySelection, byte[]> values) {
  public BodyHashes {
    values = Map.copyOf(values);
  }

  /// Reads the body.
  public static BodyHashes of(Collection<BodySelection> selections, MessageBody body)
      throws IOException {
    var pass = new BodyPass(selections).read(body);
    var values = new HashMap<BodySelection, byte[]>();
    selections.forEach(selection -> values.put(selection, pass.hash(selection)));
    return new BodyHashes(values);
  }
}
