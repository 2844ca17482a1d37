package net.facteur.server.accounts;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// One thing that is wrong in the users file, in words for an administrator.
///
/// @param line where; the first line is 1
/// @param what what is wrong and what comes of it: words that go on after the place, without a full
///   stop
/// @param remedy what to type, in sentences; `FILE` stands for the path of the users file
public record UsersProblem(int line, String what, String remedy) {
  /// @param damaged the lines that name this user
  static UsersProblem of(UserName name, List<UsersFile.DamagedLine> damaged) {
    String anew = ", or type: facteur user remove " + name + ", then: facteur user add " + name;
    int last = damaged.getLast().number();
    if (damaged.size() == 1) {
      return new UsersProblem(
          last,
          "the line of "
              + name
              + " is damaged; this user cannot log in, and mail for it is put off (451)",
          "Mend the line" + anew);
    }
    String others =
        damaged.stream()
            .limit(damaged.size() - 1L)
            .map(line -> String.valueOf(line.number()))
            .collect(Collectors.joining(", "));
    return new UsersProblem(
        last,
        "this line and line "
            + others
            + " name the same user, "
            + name
            + "; mail for it is taken, but it cannot log in until one line is left",
        "Take out what does not hold" + anew);
  }

  static UsersProblem nobodys(int line) {
    return new UsersProblem(
        line,
        "the line is damaged, and nobody can say whose it is; mail for unknown users is put off"
            + " (451)",
        "Mend the line or take it out.");
  }

  /// @param last the number of the last line
  public static UsersProblem cut(int last) {
    return new UsersProblem(
        last,
        "the file is cut off in this line or behind it, and nobody can say who followed; mail for"
            + " unknown users is put off (451), and no user can be changed",
        "Put back a copy. Only if you see that nobody is missing and the last line is whole, type:"
            + " printf '\\n#end\\n' >> FILE");
  }

  /// All of it in one line.
  public String in(Path file) {
    return file + ", line " + line + ": " + what + ". " + remedy(file);
  }

  /// What to type about this file.
  public String remedy(Path file) {
    return remedy.replace("FILE", file.toString());
  }
}
