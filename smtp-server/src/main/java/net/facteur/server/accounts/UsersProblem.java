package net.facteur.server.accounts;

import static net.facteur.server.accounts.AccountsTexts.SAY;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.server.language.Text;

/// One thing that is wrong in the users file, in words for an administrator.
public sealed interface UsersProblem {
  /// Where; the first line is 1.
  int line();

  /// The line of a user is damaged.
  ///
  /// @param why where more can be said than that
  record Damaged(int line, UserName name, Optional<Text> why) implements UsersProblem {}

  /// More lines name the same user.
  ///
  /// @param others the lines before
  record Repeated(int line, UserName name, List<Integer> others) implements UsersProblem {
    public Repeated {
      others = List.copyOf(others);
    }
  }

  /// Nobody can say whose line this is.
  record Nobodys(int line) implements UsersProblem {}

  /// The file ends in the middle.
  ///
  /// @param line the last one
  record Cut(int line) implements UsersProblem {}

  /// @param damaged the lines that name this user
  static UsersProblem of(UserName name, List<UsersFile.DamagedLine> damaged) {
    int last = damaged.getLast().number();
    return damaged.size() == 1
        ? new Damaged(last, name, damaged.getLast().why())
        : new Repeated(
            last,
            name,
            damaged.stream()
                .limit(damaged.size() - 1L)
                .map(UsersFile.DamagedLine::number)
                .toList());
  }

  static UsersProblem nobodys(int line) {
    return new Nobodys(line);
  }

  /// @param last the number of the last line
  static UsersProblem cut(int last) {
    return new Cut(last);
  }

  /// What is wrong and what comes of it: words that go on after the place, without a full stop.
  default Text what() {
    return switch (this) {
      case Damaged(int _, UserName name, Optional<Text> why) ->
          why.map(reason -> SAY.damagedLineSince(name, reason))
              .orElseGet(() -> SAY.damagedLine(name));
      case Repeated(int _, UserName name, List<Integer> others) ->
          SAY.repeatedLine(
              name, others.stream().map(String::valueOf).collect(Collectors.joining(", ")));
      case Nobodys _ -> SAY.nobodysLine();
      case Cut _ -> SAY.cutOff();
    };
  }

  /// What to type about this file, in sentences.
  default Text remedy(Path file) {
    return switch (this) {
      case Damaged(int _, UserName name, Optional<Text> _) -> SAY.mendLine(name);
      case Repeated(int _, UserName name, List<Integer> _) -> SAY.takeOthersOut(name);
      case Nobodys _ -> SAY.mendOrTakeOut();
      case Cut _ -> SAY.putBackCopy("printf '\\n#end\\n' >> " + file);
    };
  }

  /// All of it in one line.
  default Text in(Path file) {
    return SAY.usersProblem(file, line(), what(), remedy(file));
  }
}
