package net.facteur.server.submission;

import static net.facteur.server.config.SettingTypes.bool;

import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;

/// What becomes of a submitted message.
///
/// @param hideClient leaves the client's name and address out of the Received field
public record SubmissionSettings(boolean hideClient) {
  public static final Setting<Boolean> HIDE_CLIENT =
      Setting.of(
          "submission.hide-client",
          bool(),
          true,
          "Whether the Received field of mail from users leaves out the name and the address of"
              + " their machine, which tell every recipient where the sender sits: at home, at"
              + " work, in which country. You still find them: the field has an id, and `facteur"
              + " why ID` and the log know the client behind it. If false, recipients and their"
              + " abuse desks see it, too.");

  /// Rows about mail from users.
  public static final Rows ROWS = Rows.of(HIDE_CLIENT);

  public static final SubmissionSettings DEFAULTS = from(Settings.DEFAULTS);

  public static SubmissionSettings from(Settings settings) {
    return new SubmissionSettings(settings.get(HIDE_CLIENT));
  }
}
