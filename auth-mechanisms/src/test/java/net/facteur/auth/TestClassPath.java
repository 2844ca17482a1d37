package net.facteur.auth;

import java.io.File;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The class path that the tests run with, for compilers and processes that they start.
public final class TestClassPath {
  private TestClassPath() {}

  /// Surefire may run tests from a jar that only names the class path; consoles load it by URL.
  public static String get() {
    String plain =
        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
            .orElseGet(() -> System.getProperty("java.class.path"));
    return Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader
        ? urls(loader) + File.pathSeparator + plain
        : plain;
  }

  private static String urls(URLClassLoader loader) {
    return Arrays.stream(loader.getURLs())
        .map(url -> Path.of(url.getPath()).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
