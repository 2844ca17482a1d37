package net.facteur.server.filter.ownnames;

import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.scalar;
import static net.facteur.server.filter.ownnames.OwnNamesTexts.SAY;

import java.util.List;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.Settings;

/// What becomes of mail from outside in our names.
///
/// @param action what happens where nothing proves it
/// @param exceptions who may write in our names all the same
public record OwnNamesSettings(NameAction action, List<NameException> exceptions) {
  private static final int MAX_EXCEPTIONS = 200;

  public static final Setting<NameAction> ACTION =
      Setting.of(
          "reception.own-domains",
          choice(NameAction.class),
          NameAction.NOTE,
          "What happens to mail from outside with a domain of yours, or one below it, in From, that"
              + " does not pass DMARC: note counts it; quarantine delivers to the junk folder, as"
              + " everywhere in this section; reject refuses with 550 5.7.1. See first which"
              + " services and lists use your names: `facteur own-names`.");

  public static final Setting<List<NameException>> EXCEPT =
      Setting.of(
              "reception.own-domains-except",
              list(exception(), MAX_EXCEPTIONS),
              List.<NameException>of(),
              "Who may write in your names without passing DMARC: list:DOMAIN, a mailing list whose"
                  + " List-Id ends so, if DKIM or SPF passes for its domain; dkim:DOMAIN, a service"
                  + " that signs with this domain; spf:DOMAIN, one whose reverse-path has it;"
                  + " network:ADDRESSES, hosts. Forwarders of arc.trusted-sealers are believed as"
                  + " well.")
          .example("[\"list:lists.example.net\", \"dkim:mailer.example\"]");

  public static final Rows ROWS = Rows.of(ACTION, EXCEPT);

  /// What happens where nothing proves it.
  public enum NameAction {
    /// It is counted.
    NOTE,
    /// It goes to the junk folder.
    QUARANTINE,
    /// It is refused.
    REJECT
  }

  public OwnNamesSettings {
    exceptions = List.copyOf(exceptions);
  }

  public static OwnNamesSettings from(Settings settings) {
    return new OwnNamesSettings(settings.get(ACTION), settings.get(EXCEPT));
  }

  private static SettingType<NameException> exception() {
    return scalar(
        SAY.exception(),
        SAY.exceptionBounds(),
        text ->
            NameException.parse(text)
                .<Reading<NameException>>map(Reading::good)
                .orElseGet(() -> Reading.wrong(SAY.notException(text))),
        NameException::toString);
  }
}
