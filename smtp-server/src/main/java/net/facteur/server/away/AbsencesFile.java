package net.facteur.server.away;

import static net.facteur.server.away.AwayTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.files.EntryFile;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;

/// The file in which absences are kept, beside the users file: a line for each, and below it the
/// lines of its text, each behind a bar. Safe for many threads and processes.
///
///     away alice@example.org from=2026-12-20 end=2027-01-05 days=7
///     | I am back on 5 January.
///     left bob@example.org from=2026-12-01 end=2027-03-01 days=7 to=carol@example.org
///     | Bob has left. Write to carol@example.org.
public final class AbsencesFile {
  private static final String HEADER =
      "# Absences of Facteur, a line each with its text below, down to #end. `facteur away` writes"
          + " it; the server reads it again when it changes.";

  private final EntryFile file;

  public AbsencesFile(Path file) {
    this.file = new EntryFile(file, HEADER);
  }

  /// The one that belongs to a users file.
  public static AbsencesFile beside(Path users) {
    return new AbsencesFile(users.resolveSibling("absences"));
  }

  public Path path() {
    return file.path();
  }

  /// A line that cannot be read.
  ///
  /// @param number the first line is 1
  public record Damage(int number, Text why) {}

  /// @param absences in the order of the file
  /// @param cut the text ends before its end
  public record Content(Map<UserName, Absence> absences, List<Damage> damaged, boolean cut) {
    static final Content NOTHING = new Content(Map.of(), List.of(), false);

    public Content {
      absences = Collections.unmodifiableMap(new LinkedHashMap<>(absences));
      damaged = List.copyOf(damaged);
    }

    /// What stands for an address.
    public Optional<Absence> find(UserName user) {
      return Optional.ofNullable(absences.get(user));
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

  /// Reads the file; no file means nobody is away.
  ///
  /// @throws IOException where it cannot be read
  public Content read() throws IOException {
    EntryFile.Lines lines = file.read();
    return content(lines.all(), lines.cut());
  }

  private static Content content(List<String> lines, boolean cut) {
    Map<UserName, Absence> absences = new LinkedHashMap<>();
    List<Damage> damaged = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (EntryFile.Lines.isComment(line)) {
        continue;
      }
      int at = i;
      var text = new ArrayList<String>();
      while (i + 1 < lines.size() && lines.get(i + 1).startsWith("|")) {
        i++;
        text.add(lines.get(i).substring(lines.get(i).startsWith("| ") ? 2 : 1));
      }
      Optional<Absence> absence =
          Absence.text(String.join("\n", text)).flatMap(words -> parse(line, words));
      if (absence.isEmpty()) {
        damaged.add(new Damage(at + 1, SAY.damaged()));
      } else if (absences.putIfAbsent(absence.get().user(), absence.get()) != null) {
        damaged.add(new Damage(at + 1, SAY.repeated(absence.get().user().text())));
      }
    }
    return new Content(absences, damaged, cut);
  }

  private static Optional<Absence> parse(String line, String text) {
    String[] fields = line.strip().split(" +", -1);
    Optional<Absence.Kind> kind =
        switch (fields[0]) {
          case "away" -> Optional.of(Absence.Kind.AWAY);
          case "left" -> Optional.of(Absence.Kind.LEFT);
          default -> Optional.empty();
        };
    Optional<UserName> user = fields.length > 1 ? UserName.parse(fields[1]) : Optional.empty();
    Map<String, String> values = new HashMap<>();
    for (int i = 2; i < fields.length; i++) {
      int equals = fields[i].indexOf('=');
      if (equals < 1) {
        return Optional.empty();
      }
      values.put(fields[i].substring(0, equals), fields[i].substring(equals + 1));
    }
    Optional<LocalDate> from = date(values.get("from"));
    Optional<LocalDate> end = date(values.get("end"));
    Optional<Integer> days =
        Optional.of(values.getOrDefault("days", String.valueOf(Absence.USUAL_DAYS)))
            .filter(its -> its.matches("[0-9]{1,2}"))
            .map(Integer::parseInt)
            .filter(its -> its >= 1 && its <= Absence.MAX_DAYS);
    Optional<String> passOn = Optional.ofNullable(values.get("to"));
    boolean right =
        Set.of("from", "end", "days", "to").containsAll(values.keySet())
            && values.containsKey("end") == end.isPresent()
            && passOn.map(AddressEntry::isTarget).orElse(true)
            && (passOn.isEmpty() || kind.equals(Optional.of(Absence.Kind.LEFT)));
    return right && kind.isPresent() && user.isPresent() && from.isPresent() && days.isPresent()
        ? Optional.of(
            new Absence(user.get(), kind.get(), from.get(), end, days.get(), passOn, text))
        : Optional.empty();
  }

  private static Optional<LocalDate> date(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(LocalDate::parse);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /// What identifies an absence as somebody has seen it; empty for none.
  public static String version(Optional<Absence> absence) {
    return absence.map(Absence::stamp).orElse("");
  }

  /// What becomes of a change.
  public enum Outcome {
    /// It is on disk.
    DONE,
    /// There was nothing to take away.
    UNKNOWN,
    /// Somebody else changed it since it was seen; nothing was changed.
    OVERTAKEN
  }

  /// Puts an absence there, in place of what stood for the address. On return it is on disk.
  ///
  /// @param seen as [#version] has it, where somebody changes what was shown to them
  /// @throws IOException also where the file is cut off: written again, it would look whole
  public Outcome put(Absence absence, Optional<String> seen) throws IOException {
    return change(absence.user(), Optional.of(absence), seen);
  }

  /// Takes away what stands for an address.
  public Outcome remove(UserName user, Optional<String> seen) throws IOException {
    return change(user, Optional.empty(), seen);
  }

  /// Carries along what stands for a user who gets another name, and where others pass mail on to
  /// the user.
  ///
  /// @throws IOException also where the file is cut off: written again, it would look whole
  public Outcome rename(UserName user, UserName to) throws IOException {
    return file.change(
        cutOff(path()),
        lines -> {
          List<String> after = lines;
          for (Absence absence : content(lines, false).absences().values()) {
            Absence renamed = absence.renamed(user, to);
            if (!renamed.equals(absence)) {
              after = with(after, absence.user(), Optional.empty());
              after = with(after, renamed.user(), Optional.of(renamed));
            }
          }
          return after.equals(lines)
              ? EntryFile.Changed.not(Outcome.UNKNOWN)
              : new EntryFile.Changed<>(Optional.of(after), Outcome.DONE);
        });
  }

  private Outcome change(UserName user, Optional<Absence> fresh, Optional<String> seen)
      throws IOException {
    return file.change(
        cutOff(path()),
        lines -> {
          Optional<Absence> before = content(lines, false).find(user);
          if (seen.filter(its -> !its.equals(version(before))).isPresent()) {
            return EntryFile.Changed.not(Outcome.OVERTAKEN);
          }
          if (before.isEmpty() && fresh.isEmpty()) {
            return EntryFile.Changed.not(Outcome.UNKNOWN);
          }
          return new EntryFile.Changed<>(Optional.of(with(lines, user, fresh)), Outcome.DONE);
        });
  }

  private static List<String> with(List<String> lines, UserName user, Optional<Absence> fresh) {
    var after = new ArrayList<String>();
    boolean its = false;
    for (String line : lines) {
      if (!line.startsWith("|")) {
        String[] fields = line.split(" +", -1);
        its =
            (fields[0].equals("away") || fields[0].equals("left"))
                && fields.length > 1
                && UserName.parse(fields[1]).filter(user::equals).isPresent();
      }
      if (!its) {
        after.add(line);
      }
    }
    fresh.ifPresent(absence -> after.addAll(absence.lines()));
    return after;
  }
}
