package net.facteur.server.roles;

import static net.facteur.server.roles.RolesTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.EntryFile;
import net.facteur.server.language.Text;

/// The file in which roles are kept, beside the users file. Lines and comments of other roles stay
/// as they are when a command changes one. Safe for many threads and processes.
public final class RolesFile {
  private static final String HEADER =
      "# Roles of Facteur, one a line with a line for each term below, down to #end. `facteur role`"
          + " writes it; the server reads it again when it changes.";

  private final EntryFile file;

  public RolesFile(Path file) {
    this.file = new EntryFile(file, HEADER);
  }

  /// The one that belongs to a users file.
  public static RolesFile beside(Path users) {
    return new RolesFile(users.resolveSibling("roles"));
  }

  public Path path() {
    return file.path();
  }

  /// A line that cannot be read, or is of no role.
  ///
  /// @param number the first line is 1
  public record Damage(int number, Text why) {}

  /// @param roles in the order of the file
  /// @param cut the text ends before its end
  public record Content(Map<UserName, Role> roles, List<Damage> damaged, boolean cut) {
    static final Content NOTHING = new Content(Map.of(), List.of(), false);

    public Content {
      roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
      damaged = List.copyOf(damaged);
    }

    /// True where an address that is not found may stand in it all the same.
    public boolean uncertain() {
      return cut || !damaged.isEmpty();
    }

    /// Those that were not taken away.
    public List<Role> present() {
      return roles.values().stream().filter(role -> role.removed().isEmpty()).toList();
    }

    /// The role of an address; empty also where it was taken away.
    public Optional<Role> find(UserName address) {
      return Optional.ofNullable(roles.get(address)).filter(role -> role.removed().isEmpty());
    }

    /// What is wrong, in words for an administrator.
    public List<Text> problems(Path file) {
      var problems = new ArrayList<Text>();
      for (Damage damage : damaged) {
        problems.add(SAY.putOff(file, damage.number(), damage.why()));
      }
      if (cut) {
        problems.add(cutOff(file));
      }
      return problems;
    }
  }

  private static Text cutOff(Path file) {
    return SAY.cutOff(file, "printf '\\n#end\\n' >> " + file);
  }

  /// Reads the file; no file means no roles.
  ///
  /// @throws IOException where it cannot be read
  public Content read() throws IOException {
    EntryFile.Lines lines = file.read();
    return content(lines.all(), lines.cut());
  }

  private static Content content(List<String> lines, boolean cut) {
    Map<UserName, RoleLine.Head> heads = new LinkedHashMap<>();
    Map<UserName, List<Term>> terms = new LinkedHashMap<>();
    List<Damage> damaged = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (EntryFile.Lines.isComment(lines.get(i))) {
        continue;
      }
      Optional<RoleLine> line = RoleLine.parse(lines.get(i));
      if (line.isEmpty()) {
        damaged.add(new Damage(i + 1, SAY.damaged()));
        continue;
      }
      switch (line.get()) {
        case RoleLine.Head head -> {
          if (heads.putIfAbsent(head.address(), head) != null) {
            damaged.add(new Damage(i + 1, SAY.repeated(head.address().text())));
          }
        }
        case RoleLine.Of(UserName address, Term term) -> {
          List<Term> its = terms.computeIfAbsent(address, _ -> new ArrayList<>());
          if (!heads.containsKey(address)) {
            damaged.add(new Damage(i + 1, SAY.noRole(address.text())));
          } else if (its.size() >= Role.MAX_TERMS) {
            damaged.add(new Damage(i + 1, SAY.manyTerms(address.text(), Role.MAX_TERMS)));
          } else {
            its.add(term);
          }
        }
      }
    }
    Map<UserName, Role> roles = new LinkedHashMap<>();
    heads.forEach(
        (address, head) ->
            roles.put(
                address,
                new Role(
                    address, head.kind(), head.removed(), terms.getOrDefault(address, List.of()))));
    return new Content(roles, damaged, cut);
  }

  /// What identifies a role as somebody has seen it, so that a change of something else is noticed;
  /// empty for none.
  public static String version(Optional<Role> role) {
    return role.map(its -> Integer.toHexString(RoleLine.of(its).hashCode())).orElse("");
  }

  /// Makes a change. On return it is on disk.
  ///
  /// @param seen as [#version] has it, where somebody changes what was shown to them
  /// @throws IOException also where the file is cut off: written again, it would look whole
  public RoleChange.Outcome apply(RoleChange change, LocalDate today, Optional<String> seen)
      throws IOException {
    return file.change(
        cutOff(path()),
        lines -> {
          Content content = content(lines, false);
          if (seen.filter(its -> !its.equals(version(content.find(change.address()))))
              .isPresent()) {
            return EntryFile.Changed.not(RoleChange.Outcome.OVERTAKEN);
          }
          RoleChange.Made made =
              change.of(Optional.ofNullable(content.roles().get(change.address())), today);
          return made.role()
              .map(role -> new EntryFile.Changed<>(Optional.of(with(lines, role)), made.outcome()))
              .orElseGet(() -> EntryFile.Changed.not(made.outcome()));
        });
  }

  /// Carries a holder along who gets another address. What is over stays as it was.
  ///
  /// @return true where somebody held, holds or is to hold a role by the old address, and it is on
  ///   disk now
  /// @throws IOException also where the file is cut off: written again, it would look whole
  public boolean rename(UserName holder, UserName to, LocalDate today) throws IOException {
    return file.change(
        cutOff(path()),
        lines -> {
          List<String> after = lines;
          for (Role role : content(lines, false).present()) {
            Role renamed = role.renamed(holder.text(), to.text(), today);
            if (!renamed.equals(role)) {
              after = with(after, renamed);
            }
          }
          return after.equals(lines)
              ? EntryFile.Changed.not(false)
              : new EntryFile.Changed<>(Optional.of(after), true);
        });
  }

  /// The lines of a role take the place of those that were there.
  private static List<String> with(List<String> lines, Role role) {
    var after = new ArrayList<String>();
    boolean placed = false;
    for (String line : lines) {
      boolean its =
          !EntryFile.Lines.isComment(line)
              && RoleLine.parse(line).filter(of -> of.address().equals(role.address())).isPresent();
      if (!its) {
        after.add(line);
      } else if (!placed) {
        after.addAll(RoleLine.of(role));
        placed = true;
      }
    }
    if (!placed) {
      after.addAll(RoleLine.of(role));
    }
    return after;
  }
}
