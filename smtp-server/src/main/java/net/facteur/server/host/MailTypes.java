package net.facteur.server.host;

import static net.facteur.server.host.HostTexts.SAY;

import com.typesafe.config.ConfigValueFactory;
import java.util.Optional;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;

/// The types of mail addresses in settings.
public final class MailTypes {
  private static final Pattern LOCAL_PART =
      Pattern.compile("[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+(\\.[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+)*");

  private MailTypes() {}

  /// A mail address without angle brackets.
  public static SettingType<MailAddress> address() {
    return SettingTypes.scalar(
        SAY.address(),
        SAY.addressBounds(),
        text -> {
          int at = text.lastIndexOf('@');
          Optional<DomainName> domain =
              at < 1
                  ? Optional.empty()
                  : DomainName.parse(text.substring(at + 1))
                      .toOptional()
                      .filter(DomainName::isHostName);
          return domain.isPresent() && isLocalPart(text.substring(0, at))
              ? Reading.good(new MailAddress(text.substring(0, at), domain.get().text()))
              : Reading.wrong(SAY.notAddress(text));
        },
        MailAddress::text);
  }

  private static boolean isLocalPart(String text) {
    return text.length() <= 64 && LOCAL_PART.matcher(text).matches();
  }

  /// An address, or the part before the `@` alone, as a table of routes takes it.
  public static SettingType<String> addressOrName() {
    SettingType<MailAddress> address = address();
    return SettingTypes.scalar(
        SAY.address(),
        SAY.addressOrNameBounds(),
        text ->
            text.contains("@")
                ? switch (address.read(ConfigValueFactory.fromAnyRef(text))) {
                  case Reading.Good<MailAddress>(MailAddress good) -> Reading.good(good.text());
                  case Reading.Wrong<MailAddress> wrong -> wrong.as();
                }
                : isLocalPart(text) ? Reading.good(text) : Reading.wrong(SAY.notAddress(text)),
        text -> text);
  }
}
