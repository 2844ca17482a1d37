package net.facteur.server.filter.rules;

import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.scalar;
import static net.facteur.server.filter.rules.RulesTexts.SAY;

import java.util.List;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.Settings;

/// Which attachments are not taken.
///
/// @param types empty where all are
/// @param action what happens to a message with one
public record AttachmentSettings(List<AttachmentType> types, AttachmentAction action) {
  private static final int MAX_TYPES = 500;

  public static final Setting<List<AttachmentType>> TYPES =
      Setting.of(
              "filter.attachments",
              list(type(), MAX_TYPES),
              List.<AttachmentType>of(),
              "Attachments that are not taken from outside: endings of names (exe), media types"
                  + " (application/x-msdownload, video/*), or programs, which means everything that"
                  + " Windows runs at a click. Parts within parts and messages within messages are"
                  + " looked at, whatever coding their names have; archives are not opened. Nothing"
                  + " is looked at by default.")
          .example("[programs, iso, \"application/x-dosexec\"]");

  public static final Setting<AttachmentAction> ACTION =
      Setting.of(
          "filter.attachments-action",
          choice(AttachmentAction.class),
          AttachmentAction.REJECT,
          "What happens to such mail: reject refuses it with 550 5.7.1, so that the sender knows;"
              + " quarantine keeps it out of all mailboxes until the postmaster decides.");

  public static final Rows ROWS = Rows.of(TYPES, ACTION);

  /// What happens to a message with such an attachment.
  public enum AttachmentAction {
    /// It is kept out of all mailboxes.
    QUARANTINE,
    /// It is refused.
    REJECT
  }

  public AttachmentSettings {
    types = List.copyOf(types);
  }

  public static AttachmentSettings from(Settings settings) {
    return new AttachmentSettings(settings.get(TYPES), settings.get(ACTION));
  }

  private static SettingType<AttachmentType> type() {
    return scalar(
        SAY.type(),
        SAY.typeBounds(),
        text ->
            AttachmentType.parse(text)
                .<Reading<AttachmentType>>map(Reading::good)
                .orElseGet(() -> Reading.wrong(SAY.notType(text))),
        AttachmentType::toString);
  }
}
