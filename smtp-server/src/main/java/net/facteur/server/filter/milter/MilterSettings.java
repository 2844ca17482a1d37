package net.facteur.server.filter.milter;

import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.filter.milter.MilterTexts.SAY;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.smtp.SmtpSettings;

/// Which milters are asked.
///
/// @param milters in the order in which they are asked
/// @param largest octets that a body may have which a milter writes
public record MilterSettings(List<Milter> milters, long largest) {
  private static final int MAX_MILTERS = 10;
  private static final int DEFAULT_PATIENCE = 30;
  private static final int MAX_PATIENCE = 300;

  public static final Setting<List<Milter>> MILTERS =
      Setting.of(
              "filter.milters",
              list(milter(), MAX_MILTERS),
              List.<Milter>of(),
              "Programs that are asked about mail by the milter protocol of Sendmail and Postfix,"
                  + " in this order: the path of a socket, or host:port. Words behind it, all of"
                  + " them optional: inbound or outbound for mail of strangers or of users alone;"
                  + " what happens if it cannot be asked, accept (the default), defer or reject;"
                  + " and how long an answer may take, 30s by default. They may change mail, before"
                  + " it is signed. What one throws away goes into the quarantine.")
          .example("[\"/run/clamav/clamav-milter.ctl\", \"127.0.0.1:11332 inbound defer 20s\"]");

  /// Rows about milters.
  public static final Rows ROWS = Rows.of(MILTERS);

  public MilterSettings {
    milters = List.copyOf(milters);
  }

  public static MilterSettings from(Settings settings) {
    return new MilterSettings(settings.get(MILTERS), SmtpSettings.from(settings).maxMessageSize());
  }

  /// One milter.
  ///
  /// @param address where it listens
  /// @param mail which mail it sees
  /// @param ifDown what happens to mail if it cannot be asked
  /// @param patience how long an answer may take
  public record Milter(MilterAddress address, Mail mail, IfDown ifDown, Duration patience) {
    /// What it is called in logs.
    public String name() {
      return address.text();
    }

    String print() {
      return address.text()
          + (mail == Mail.BOTH ? "" : " " + mail.word())
          + (ifDown == IfDown.ACCEPT ? "" : " " + ifDown.word())
          + (patience.toSeconds() == DEFAULT_PATIENCE ? "" : " " + patience.toSeconds() + "s");
    }
  }

  /// Which mail a milter sees.
  public enum Mail {
    INBOUND,
    OUTBOUND,
    BOTH;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean covers(FilteredMessage.Direction direction) {
      return switch (this) {
        case INBOUND -> direction == FilteredMessage.Direction.INBOUND;
        case OUTBOUND -> direction == FilteredMessage.Direction.OUTBOUND;
        case BOTH -> true;
      };
    }
  }

  /// What happens to mail if a milter cannot be asked.
  public enum IfDown {
    ACCEPT,
    DEFER,
    REJECT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static SettingType<Milter> milter() {
    return SettingTypes.scalar(
        SAY.milter(),
        SAY.milterBounds(),
        text ->
            read(text)
                .<Reading<Milter>>map(Reading::good)
                .orElseGet(
                    () -> Reading.wrong(SAY.notMilter(text), "127.0.0.1:11332 inbound defer 20s")),
        Milter::print);
  }

  private static Optional<Milter> read(String text) {
    List<String> words = new ArrayList<>(List.of(text.trim().split(" +")));
    if (!(MilterAddress.parse(words.removeFirst())
        instanceof Parsed.Ok<MilterAddress>(MilterAddress address))) {
      return Optional.empty();
    }
    Mail mail = Mail.BOTH;
    IfDown ifDown = IfDown.ACCEPT;
    int seconds = DEFAULT_PATIENCE;
    for (String word : words) {
      switch (word) {
        case "inbound" -> mail = Mail.INBOUND;
        case "outbound" -> mail = Mail.OUTBOUND;
        case "both" -> mail = Mail.BOTH;
        case "accept" -> ifDown = IfDown.ACCEPT;
        case "defer" -> ifDown = IfDown.DEFER;
        case "reject" -> ifDown = IfDown.REJECT;
        default -> {
          if (!word.matches("[1-9][0-9]{0,2}s")) {
            return Optional.empty();
          }
          seconds = Integer.parseInt(word.substring(0, word.length() - 1));
        }
      }
    }
    return seconds > MAX_PATIENCE
        ? Optional.empty()
        : Optional.of(new Milter(address, mail, ifDown, Duration.ofSeconds(seconds)));
  }
}
