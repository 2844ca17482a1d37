package net.facteur.server.setup;

import java.nio.file.Path;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What setup asks and says.
public interface SetupTexts {
  SetupTexts SAY = Texts.of(SetupTexts.class);

  // Questions

  Text askDomain();

  Text askHost();

  Text askUser();

  Text askZone(DomainName domain);

  Text askOther(String program);

  Text askTerms();

  Text askReports();

  Text yesWords();

  Text no();

  Text oneOf(String answer, String allowed);

  Text notUserOf(String address, DomainName domain);

  Text typeUser();

  Text commandNeedsProgram();

  Text commandNeedsProgramRemedy();

  Text updateNeedsKey();

  Text updateNeedsKeyRemedy();

  Text termsUnasked();

  Text termsUnaskedRemedy();

  Text dovecotIsHere();

  Text rspamdIsHere(Path settings);

  Text clamavIsHere(Path settings);

  // What stands in the way

  Text noSuchOwner(String user);

  Text makeOwner(String user);

  Text otherSettings(Path file, DomainName domain);

  Text otherSettingsRemedy(DomainName domain);

  Text halfWritten(Path path);

  Text moveAway(Path path);

  Text notDirectory(Path path);

  Text otherDirectory();

  Text notStoppable(String program);

  Text notStoppableRemedy();

  Text notStartable();

  Text notStartableRemedy();

  Text notRoot(Path file);

  Text notYours(Path directory);

  Text notRootRemedy();

  // What was done

  Text wouldDo(DomainName domain, Path file, DomainName host, UserName user);

  Text done(DomainName domain, Path file);

  Text already(DomainName domain, Path file);

  Text theSettings(Path path);

  Text theKeys(Path path);

  Text theTls(Path path);

  Text otherPorts(String program, int reception, int submission, int submissions);

  Text webServer(String program, Path directory);

  Text noAddress();

  Text next();

  Text signsByItself();

  Text firstUser(UserName user);

  Text pages();

  Text password(String password);

  Text started();

  Text notStarted(String said);

  Text seeStart();
}
