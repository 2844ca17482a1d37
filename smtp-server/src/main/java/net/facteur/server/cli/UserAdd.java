package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.Restriction;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "add")
final class UserAdd extends UserEditing {
  @Parameters(paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Mixin private final PasswordOption password = new PasswordOption();

  @Option(names = "--scram")
  private boolean scram;

  @Option(names = "--send-as", split = ",", paramLabel = "ADDRESS")
  private List<String> sendAs = List.of();

  @Option(names = "--send-only")
  private boolean sendOnly;

  @Option(names = "--quota", paramLabel = "SIZE")
  private @Nullable String quota;

  @Option(names = "--contact", paramLabel = "ADDRESS")
  private @Nullable String contact;

  UserAdd(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UserName name = newName(user);
    Settings settings = settings();
    if (!settings.names("domains").contains(name.domain().text())) {
      throw foreign(name.domain(), settings);
    }
    Optional<Long> limit = quota == null ? Optional.empty() : UserQuota.octets(quota);
    Optional<UserName> outside = contact == null ? Optional.empty() : Optional.of(name(contact));
    List<String> addresses = UserSendAs.checked(sendAs);
    UsersFile.Content content = changeable();
    if (content.find(name).isPresent()) {
      throw exists(name);
    }
    notOfList(name);
    if (content.repeats(name)) {
      throw refused(content.problemOf(name).orElseThrow());
    }
    String text = password.read(workplace);
    User fresh =
        new User(
                name,
                Optional.of(hash(text)),
                scram ? Optional.of(keys(text)) : Optional.empty(),
                addresses)
            .with(Restriction.SEND_ONLY, sendOnly)
            .withQuota(limit)
            .withContact(outside);
    apply(new UserChange.Add(fresh));
    password.show(workplace, text);
    ok(SAY.userAdded(name.text()));
    return Facteur.OK;
  }

  /// What is said of a user of a domain that is not ours.
  static CommandFailedException foreign(DomainName domain, Settings settings) {
    return new CommandFailedException(
        SAY.userForeign(domain.text()),
        SAY.userForeignAdd(settings.file(), "domains { \"" + domain + "\" {} }"));
  }
}
