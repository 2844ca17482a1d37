package net.facteur.server.config;

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
      super(mistake.what());
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
    return read(file, source -> first = source);
  }

  private ConfigObject read(Path file, Consumer<SourceFile> keep) {
    if (open.size() >= MAX_DEPTH) {
      throw refused(
          file,
          open.stream().anyMatch(source -> source.file().equals(file))
              ? "is included by files that include each other"
              : "is included through " + MAX_DEPTH + " other files, which is the most",
          "Remove its include.");
    }
    byte[] octets = octets(file);
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

  /// Files that `include` lines name and that are not there: legal, and hardly meant.
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

  private byte[] octets(Path file) {
    try {
      if (Files.exists(file) && (!Files.isRegularFile(file) || isOfTheKernel(file))) {
        // a device or a pipe may have no end
        throw refused(file, "is no regular file", "Name a file with settings.");
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(SourceBounds.MAX_OCTETS + 1);
      }
    } catch (AccessDeniedException e) {
      throw denied(file);
    } catch (IOException e) {
      throw refused(
          file,
          Files.exists(file) ? "cannot be read" : "there is no such file",
          "Name your settings file with -c FILE, or copy conf/mail-minimal.conf to "
              + file
              + " and edit it.");
    }
  }

  /// Names the directory that is closed, or else the file.
  private static RefusedException denied(Path file) {
    String user = System.getProperty("user.name", "this user");
    Path way = file.toAbsolutePath().getRoot();
    for (Path step : file.toAbsolutePath().normalize()) {
      if (!Files.isExecutable(way)) {
        return refused(
            file,
            "cannot be reached by " + user + ": " + way + " is closed",
            "Type as root: chmod o+x " + way);
      }
      way = way.resolve(step);
    }
    return refused(
        file,
        "cannot be read by " + user,
        "Type as root: chown " + user + " " + file + "   (or become the user who owns it)");
  }

  private ConfigParseOptions options() {
    return ConfigParseOptions.defaults()
        .setAllowMissing(false)
        .setSyntax(ConfigSyntax.CONF)
        .setIncluder(this);
  }

  private static RefusedException refused(Path file, String what, String remedy) {
    return new RefusedException(new Mistake(new Origin.InFile(file, 0), what, remedy));
  }

  private RefusedException notAFile(String what) {
    return refused(
        open.getLast().file(),
        "include " + what + " names no file of this machine",
        "Type: include \"more.conf\"   (a file, from the directory of this one)");
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
    return included(context, what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return included(context, what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw notAFile("url(\"" + what + "\")");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw notAFile("classpath(\"" + what + "\")");
  }

  /// A file that is missing is no mistake, unless it is `required(...)`.
  private ConfigObject included(ConfigIncludeContext context, String what) {
    SourceFile from = open.getLast();
    Path named = Optional.ofNullable(from.file().getParent()).orElse(Path.of("")).resolve(what);
    Path file = Files.exists(named) ? named : named.resolveSibling(named.getFileName() + ".conf");
    if (Files.exists(file) || !context.parseOptions().getAllowMissing()) {
      return read(file, source -> from.included().put(what, source));
    }
    if (missing.size() < MAX_MISSING) {
      missing.add(
          new Mistake(
              new Origin.InFile(from.file(), from.lineOf(what)),
              "include \"" + what + "\" brings nothing: there is no file " + named,
              "Write the file, or take the line out."));
    }
    return ConfigFactory.empty().root();
  }
}
