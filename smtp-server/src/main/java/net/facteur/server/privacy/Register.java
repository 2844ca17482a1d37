package net.facteur.server.privacy;

import static net.facteur.server.privacy.PrivacyTexts.SAY;

import java.util.ArrayList;
import java.util.List;
import net.facteur.server.language.Text;

/// Makes an entry for the register of processing activities (GDPR, article 30), to be copied and
/// filled in: who answers for it is not known here.
public final class Register {
  private Register() {}

  /// The entry.
  ///
  /// @param host the name of the server
  public static Text of(String host, List<Holding> holdings) {
    var lines = new ArrayList<Text>();
    for (Holding each : holdings) {
      lines.add(Text.joined("", List.of(Text.of("- "), each.what(), Text.of(": "), each.kept())));
    }
    return Text.paragraphs(
        SAY.registerTitle(host),
        SAY.registerController(),
        SAY.registerPurpose(),
        SAY.registerBasis(),
        SAY.registerPeople(),
        SAY.registerRecipients(),
        SAY.registerTransfer(),
        SAY.registerKept(),
        Text.lines(lines),
        SAY.registerSecurity(),
        SAY.registerRights(),
        SAY.registerFill());
  }
}
