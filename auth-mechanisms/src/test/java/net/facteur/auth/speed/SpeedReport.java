package net.facteur.auth.speed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import net.facteur.auth.dkim.KeyType;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Prints the library's speed beside that of `openssl speed` on this machine.
///
/// What is compared runs in turn, A B A B A B A B A B, and the median of each five counts; the
/// ratio is that of each pair, and its median, so that a machine that is busy for a while weighs on
/// both. Times are those of the processor, as openssl measures them. Then every benchmark runs once
/// with what it allocates.
public final class SpeedReport {
  private static final int ROUNDS = 5;

  /// Seconds until the compiler has done its work, also on a machine that is not idle.
  private static final int WARM_UP = 8;

  private static final String[] JVM = {
    "-XX:+UseSerialGC",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow"
  };

  private SpeedReport() {}

  /// Takes `ratios` for the comparisons, `verify` for the last of them alone, `all` for the table
  /// of every benchmark, or `both`.
  public static void main(String[] args) throws Exception {
    System.out.println("library: " + Fixture.provider(KeyType.RSA).getName());
    switch (args.length == 0 ? "both" : args[0]) {
      case "verify" -> overhead();
      case "ratios" -> ratios();
      case "all" -> all();
      default -> {
        ratios();
        all();
      }
    }
  }

  @FunctionalInterface
  private interface Measure {
    double take() throws IOException, InterruptedException, RunnerException;
  }

  private static void ratios() throws IOException, InterruptedException, RunnerException {
    print("| compared | openssl or bare, five rounds | Facteur, five rounds | medians | bar |");
    print("|---|---|---|---|---|");
    share(
        "DKIM sign, RSA-2048, 4 KiB, signatures/s",
        () -> openssl("rsa2048", "+F2:", 3),
        () -> 1e6 / micros("Signing.message", "size=4096", "key=RSA_2048"),
        0.75);
    for (String kind : List.of("TEXT", "BASE64", "FLOWED")) {
      for (String form : List.of("SIMPLE", "RELAXED")) {
        share(
            "body hash, 1 MiB, " + lower(kind) + ", " + lower(form) + ", MB/s",
            () -> openssl("sha256", "+F:", 3) / 1e6,
            () ->
                (1 << 20) / micros("BodyHash.hash", "size=1048576", "form=" + form, "kind=" + kind),
            0.8);
      }
    }
    overhead();
  }

  private static void share(String what, Measure theirs, Measure ours, double bar)
      throws IOException, InterruptedException, RunnerException {
    var a = new double[ROUNDS];
    var b = new double[ROUNDS];
    var ratios = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      a[i] = theirs.take();
      b[i] = ours.take();
      ratios[i] = b[i] / a[i];
    }
    print(
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %.0f to %.0f: **%.2f** | >= %.2f |",
            what,
            list(a, 0),
            list(b, 0),
            median(b),
            median(a),
            median(ratios),
            bar));
  }

  /// The time that verifying takes beyond the bare operation with the public key.
  private static void overhead() throws IOException, InterruptedException {
    var bare = new double[ROUNDS];
    var whole = new double[ROUNDS];
    var beyond = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      double[] round = turns();
      bare[i] = round[0];
      whole[i] = round[1];
      beyond[i] = whole[i] - bare[i];
    }
    print(
        String.format(
            Locale.ROOT,
            "| DKIM verify, RSA-2048, 4 KiB, µs | %s | %s | %.1f - %.1f: **%.1f** | < 25 |",
            list(bare, 1),
            list(whole, 1),
            median(whole),
            median(bare),
            median(beyond)));
  }

  /// The bare operation and the whole verification in turn, in a process of their own.
  private static double[] turns() throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JVM));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Turns.class.getName()));
    String[] numbers = output(command).strip().split(" ", -1);
    return new double[] {Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1])};
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output;
    try (InputStream in = process.getInputStream()) {
      output = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
    process.waitFor();
    return output;
  }

  private static void all() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("net\\.facteur\\.auth\\.speed\\..*")
                    .jvmArgsAppend(JVM)
                    .forks(1)
                    .shouldFailOnError(true)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(2)
                    .measurementTime(TimeValue.seconds(1))
                    .addProfiler(GCProfiler.class)
                    .addProfiler(ProcessorTime.class)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    print("");
    print("| benchmark | µs | allocated octets |");
    print("|---|---|---|");
    for (RunResult result : results) {
      var params = new StringBuilder();
      for (String key : result.getParams().getParamsKeys()) {
        params.append(' ').append(lower(result.getParams().getParam(key)));
      }
      String name = result.getParams().getBenchmark();
      print(
          String.format(
              Locale.ROOT,
              "| %s%s | %.1f | %.0f |",
              name.substring("net.facteur.auth.speed.".length()),
              params,
              processorTime(result),
              result.getSecondaryResults().get("gc.alloc.rate.norm").getScore()));
    }
  }

  /// Microseconds of processor time that a benchmark takes, in a JVM of its own that is warm.
  private static double micros(String benchmark, String... params) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("net\\.facteur\\.auth\\.speed\\." + benchmark.replace(".", "\\.") + "$")
            .jvmArgsAppend(JVM)
            .forks(1)
            .shouldFailOnError(true)
            .warmupIterations(WARM_UP)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(2)
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(ProcessorTime.class)
            .verbosity(VerboseMode.SILENT);
    for (String param : params) {
      int equals = param.indexOf('=');
      options.param(param.substring(0, equals), param.substring(equals + 1));
    }
    return processorTime(new Runner(options.build()).runSingle());
  }

  private static double processorTime(RunResult result) {
    return result.getSecondaryResults().get(ProcessorTime.RESULT).getScore();
  }

  /// One number of `openssl speed -mr`, over one second of one process.
  private static double openssl(String algorithm, String line, int column)
      throws IOException, InterruptedException {
    String output =
        output(
            algorithm.startsWith("rsa")
                ? List.of("openssl", "speed", "-mr", "-seconds", "1", algorithm)
                : List.of(
                    "openssl",
                    "speed",
                    "-mr",
                    "-seconds",
                    "1",
                    "-bytes",
                    "16384",
                    "-evp",
                    algorithm));
    double value =
        output
            .lines()
            .filter(text -> text.startsWith(line))
            .mapToDouble(text -> Double.parseDouble(Arrays.asList(text.split(":", -1)).get(column)))
            .findFirst()
            .orElseThrow(() -> new IOException("openssl speed printed no line " + line));
    return value < 1 ? 1 / value : value; // some versions print seconds
  }

  private static String list(double[] values, int digits) {
    var out = new StringBuilder();
    for (double value : values) {
      out.append(out.isEmpty() ? "" : ", ")
          .append(String.format(Locale.ROOT, "%." + digits + "f", value));
    }
    return out.toString();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
