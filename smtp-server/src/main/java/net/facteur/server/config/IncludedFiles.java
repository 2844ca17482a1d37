package net.facteur.server.config;

import static net.facteur.server.config.ConfigTexts.SAY;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;

/// Reads a settings file and the files that its `include` lines name: regular files only, never a
/// URL, within [SourceBounds]. One object per reading.
final class IncludedFiles
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  /// Files that include files.
  private static final int MAX_DEPTH = 16;

  /// Missing files that are told of.
  private static final int MAX_MISSING = 50;

  private final SourceBounds bounds = new SourceBounds();

  /// The files being read, the innermost last.
  private final Deque<SourceFile> open = new ArrayDeque<>();

  private final List<Mistake> missing = new ArrayList<>();
  private @Nullable SourceFile first;

  /// Ends a reading: what is wrong cannot be told by the values.
  static final class RefusedException extends ConfigException {
    private static final long serialVersionUID = 1;

    /// Not sent anywhere, so never serialized.
    private final transient Mistake mistake;

    RefusedException(Mistake mistake) {
      super(mistake.what().in(Language.ENGLISH));
      this.mistake = mistake;
    }

    Mistake mistake() {
      return mistake;
    }
  }

  /// The settings of a file.
  ///
  /// @throws ConfigException where they cannot be had
  ConfigObject read(Path file) {
    return read(new Asked(file, Optional.empty()), source -> first = source);
  }

  /// A file that is to be read.
  ///
  /// @param line the one that includes it; empty for the settings file itself
  private record Asked(Path file, Optional<Origin> line) {
    RefusedException refused(Text what, Text remedy) {
      return new RefusedException(
          new Mistake(
              line.orElseGet(() -> new Origin.InFile(file, 0)),
              line.isPresent() ? SAY.included(file, what) : what,
              remedy));
    }
  }

  private ConfigObject read(Asked asked, Consumer<SourceFile> keep) {
    Path file = asked.file();
    if (open.size() >= MAX_DEPTH) {
      throw asked.refused(
          open.stream().anyMatch(source -> source.file().equals(file))
              ? SAY.circle()
              : SAY.deep(MAX_DEPTH),
          SAY.removeInclude());
    }
    byte[] octets = octets(asked);
    String text = new String(octets, StandardCharsets.UTF_8);
    check(text, octets.length, file);
    var source = new SourceFile(file, text);
    keep.accept(source);
    open.addLast(source);
    try {
      // by its name, so that each value knows its file and line
      return ConfigFactory.parseFile(file.toFile(), options()).root();
    } finally {
      open.removeLast();
    }
  }

  /// The settings of a text that stands in for a file.
  ConfigObject read(String text, Path file) {
    check(text, text.length(), file);
    var source = new SourceFile(file, text);
    first = source;
    open.addLast(source);
    return ConfigFactory.parseString(text, options()).root();
  }

  /// What is wrong with `include` lines that name files that are not there.
  List<Mistake> missing() {
    return List.copyOf(missing);
  }

  /// The settings file itself; empty where it was not read.
  Optional<SourceFile> source() {
    return Optional.ofNullable(first);
  }

  private void check(String text, int length, Path file) {
    bounds
        .add(text, length, file)
        .ifPresent(
            mistake -> {
              throw new RefusedException(mistake);
            });
  }

  /// What the kernel makes up while it is read: regular by its kind, and may have no end either.
  private static boolean isOfTheKernel(Path file) throws IOException {
    Path real = file.toRealPath();
    return real.startsWith("/proc") || real.startsWith("/sys");
  }

  private static byte[] octets(Asked asked) {
    Path file = asked.file();
    try {
      if (Files.isDirectory(file)) {
        throw asked.refused(SAY.directory(), SAY.nameFileIn("ls " + file));
      }
      if (Files.exists(file) && (!Files.isRegularFile(file) || isOfTheKernel(file))) {
        // a device or a pipe may have no end
        throw asked.refused(SAY.irregular(), SAY.nameSettings());
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(SourceBounds.MAX_OCTETS + 1);
      }
    } catch (AccessDeniedException e) {
      throw denied(asked);
    } catch (IOException e) {
      throw asked.refused(
          Files.exists(file) ? SAY.unreadable() : SAY.noFile(), SAY.nameYours(file));
    }
  }

  /// Names the directory that is closed, or else the file.
  private static RefusedException denied(Asked asked) {
    Path file = asked.file();
    String user = System.getProperty("user.name", "?");
    Path way = file.toAbsolutePath().getRoot();
    for (Path step : file.toAbsolutePath().normalize()) {
      if (!Files.isExecutable(way)) {
        return asked.refused(
            SAY.unreachable(user, way), remedy(way, SAY.ifServer(user, "chmod o+x " + way)));
      }
      way = way.resolve(step);
    }
    return asked.refused(
        SAY.forbidden(user), remedy(file, SAY.ifServer(user, "chown " + user + " " + file)));
  }

  /// How the command is typed by somebody who gets in, where that is known; then how it is opened.
  private static Text remedy(Path closed, Text opening) {
    try {
      String owner = Files.getOwner(closed).getName();
      String become = owner.equals("root") ? "sudo " : "sudo -u " + owner + " ";
      return Text.lines(List.of(SAY.typeAs(become + "facteur check"), opening));
    } catch (IOException | UnsupportedOperationException _) {
      return opening;
    }
  }

  private ConfigParseOptions options() {
    return ConfigParseOptions.defaults()
        .setAllowMissing(false)
        .setSyntax(ConfigSyntax.CONF)
        .setIncluder(this);
  }

  private RefusedException notAFile(String what) {
    return new RefusedException(
        new Mistake(
            new Origin.InFile(open.getLast().file(), 0), SAY.noFileHere(what), SAY.typeInclude()));
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (what.contains("://")) {
      throw notAFile("\"" + what + "\"");
    }
    return included(what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return included(what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw notAFile("url(\"" + what + "\")");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw notAFile("classpath(\"" + what + "\")");
  }

  /// A file that is missing is a mistake, though the library would go on without its settings.
  private ConfigObject included(String what) {
    SourceFile from = open.getLast();
    var line = new Origin.InFile(from.file(), from.lineOf(what));
    Path named = Optional.ofNullable(from.file().getParent()).orElse(Path.of("")).resolve(what);
    Path ending = named.resolveSibling(named.getFileName() + ".conf");
    Path file = Files.notExists(named) && Files.exists(ending) ? ending : named;
    if (!Files.notExists(file)) {
      return read(new Asked(file, Optional.of(line)), source -> from.included().put(what, source));
    }
    if (missing.size() < MAX_MISSING) {
      missing.add(new Mistake(line, SAY.missing(what, named), SAY.writeFile()));
    }
    return ConfigFactory.empty().root();
  }
}
