package net.facteur.server.accounts;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is wrong in the users file, and what mends it; why a password is none.
interface AccountsTexts {
  AccountsTexts SAY = Texts.of(AccountsTexts.class);

  Text damagedLine(UserName name);

  Text damagedLineSince(UserName name, Text reason);

  Text fieldWithoutValue(int number);

  Text wrongField(String field);

  Text unknownField(int number);

  Text repeatedLine(UserName name, String others);

  Text nobodysLine();

  Text cutOff();

  Text mendLine(UserName name);

  Text takeOthersOut(UserName name);

  Text mendOrTakeOut();

  Text putBackCopy(String command);

  Text usersProblem(Path file, int line, Text what, Text remedy);

  Text noUsersFile(Path file);

  Text largeUsersFile(Path file, long mebibytes);

  Text emptyUsersFile(Path file);

  Text usersFileNotMine(Path file, String user);

  Text usersFileOfServer(Path file, String user, String owner);

  Text passwordTooShort(int count);

  Text passwordUnusable();

  Text passwordCommon();

  Text passwordNamed();
}
