package net.facteur.server.config;

import static net.facteur.server.config.ConfigTexts.SAY;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.language.Text;

/// The general types: numbers, times, sizes, words, paths, lists and maps.
public final class SettingTypes {
  private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,18})\\s*([A-Za-z]*)");
  private static final Pattern BARE =
      Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*|0|[1-9][0-9]{0,8}[A-Za-z]*");
  private static final Set<String> WORDS = Set.of("true", "false", "null", "yes", "no", "include");

  private SettingTypes() {}

  /// A type written as one word or number.
  ///
  /// @param reader gets the text without quotes
  /// @param printer gives the text without quotes
  public static <T> SettingType<T> scalar(
      Text name, Text bounds, Function<String, Reading<T>> reader, Function<T, String> printer) {
    return new SettingType<>() {
      @Override
      public Text name() {
        return name;
      }

      @Override
      public Text bounds() {
        return bounds;
      }

      @Override
      public Reading<T> read(ConfigValue value) {
        return switch (value.valueType()) {
          case STRING, NUMBER, BOOLEAN -> reader.apply(String.valueOf(value.unwrapped()));
          case LIST -> Reading.wrong(SAY.isList(name));
          case OBJECT -> Reading.wrong(SAY.isBlock(name));
          case NULL -> Reading.wrong(SAY.isNull(name));
        };
      }

      @Override
      public String print(T value) {
        return quoted(printer.apply(value));
      }
    };
  }

  /// A text in quotes where the file format needs them.
  public static String quoted(String text) {
    return BARE.matcher(text).matches() && !WORDS.contains(text) && !text.contains("//")
        ? text
        : ConfigUtil.quoteString(text);
  }

  /// Seconds, minutes, hours, days.
  public static SettingType<Duration> duration(Duration min, Duration max) {
    Text bounds = SAY.range(print(min), print(max));
    return scalar(
        SAY.duration(),
        bounds,
        text -> {
          Matcher m = QUANTITY.matcher(text);
          long unit = m.matches() ? millis(m.group(2)) : 0;
          if (unit == 0) {
            boolean bare = m.matches() && m.group(2).isEmpty();
            return Reading.wrong(
                SAY.notDuration(text),
                bare && fits(m.group(1), 1000, min, max) ? m.group(1) + "s" : "");
          }
          return fits(m.group(1), unit, min, max)
              ? Reading.good(Duration.ofMillis(Long.parseLong(m.group(1)) * unit))
              : Reading.wrong(SAY.beyond(text, bounds));
        },
        SettingTypes::print);
  }

  private static boolean fits(String number, long unit, Duration min, Duration max) {
    long n = Long.parseLong(number);
    return n <= max.toMillis() / unit && n * unit >= min.toMillis();
  }

  private static long millis(String unit) {
    return switch (unit) {
      case "ms", "millis", "milliseconds" -> 1;
      case "s", "second", "seconds" -> 1000;
      case "m", "minute", "minutes" -> 60_000;
      case "h", "hour", "hours" -> 3_600_000;
      case "d", "day", "days" -> 86_400_000;
      default -> 0;
    };
  }

  private static String print(Duration d) {
    long ms = d.toMillis();
    if (ms == 0) {
      return "0s";
    }
    Map<Long, String> units =
        new TreeMap<>(Map.of(86_400_000L, "d", 3_600_000L, "h", 60_000L, "m"));
    units.put(1000L, "s");
    units.put(1L, "ms");
    return units.entrySet().stream()
        .sorted(Map.Entry.<Long, String>comparingByKey().reversed())
        .filter(unit -> ms % unit.getKey() == 0)
        .map(unit -> ms / unit.getKey() + unit.getValue())
        .findFirst()
        .orElseThrow();
  }

  /// Octets, in powers of 1024.
  public static SettingType<Long> size(long min, long max) {
    Text bounds = SAY.range(printSize(min), printSize(max));
    return scalar(
        SAY.size(),
        bounds,
        text -> {
          Matcher m = QUANTITY.matcher(text);
          long unit = m.matches() ? octets(m.group(2)) : 0;
          if (unit == 0) {
            return Reading.wrong(
                SAY.notSize(text), m.matches() ? inBinaryUnits(m.group(1), m.group(2)) : "");
          }
          long n = Long.parseLong(m.group(1));
          return n <= max / unit && n * unit >= min
              ? Reading.good(n * unit)
              : Reading.wrong(SAY.beyond(text, bounds));
        },
        SettingTypes::printSize);
  }

  private static String inBinaryUnits(String number, String unit) {
    return switch (unit.toUpperCase(Locale.ROOT)) {
      case "" -> number + "B";
      case "K", "KB" -> number + "KiB";
      case "M", "MB" -> number + "MiB";
      case "G", "GB" -> number + "GiB";
      default -> "";
    };
  }

  private static long octets(String unit) {
    return switch (unit) {
      case "B" -> 1;
      case "KiB" -> 1L << 10;
      case "MiB" -> 1L << 20;
      case "GiB" -> 1L << 30;
      default -> 0;
    };
  }

  private static String printSize(long n) {
    if (n > 0 && n % (1L << 30) == 0) {
      return (n >> 30) + "GiB";
    }
    if (n > 0 && n % (1L << 20) == 0) {
      return (n >> 20) + "MiB";
    }
    return n > 0 && n % 1024 == 0 ? (n >> 10) + "KiB" : n + "B";
  }

  /// A whole number.
  public static SettingType<Integer> integer(int min, int max) {
    Text bounds = SAY.range(grouped(min), grouped(max));
    return scalar(
        SAY.number(),
        bounds,
        text -> {
          if (!text.matches("-?[0-9]{1,10}")) {
            return Reading.wrong(SAY.notNumber(text));
          }
          long n = Long.parseLong(text);
          return n >= min && n <= max
              ? Reading.good((int) n)
              : Reading.wrong(SAY.beyond(text, bounds));
        },
        String::valueOf);
  }

  private static String grouped(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /// `true` or `false`.
  public static SettingType<Boolean> bool() {
    SettingType<Boolean> words =
        scalar(
            SAY.flag(),
            SAY.trueOrFalse(),
            text ->
                switch (text) {
                  case "true", "on", "yes" -> Reading.good(true);
                  case "false", "off", "no" -> Reading.good(false);
                  default -> Reading.wrong(SAY.notAllowed(text, SAY.trueOrFalse()));
                },
            String::valueOf);
    return printing(words, String::valueOf);
  }

  private static <T> SettingType<T> printing(SettingType<T> type, Function<T, String> printer) {
    return new SettingType<>() {
      @Override
      public Text name() {
        return type.name();
      }

      @Override
      public Text bounds() {
        return type.bounds();
      }

      @Override
      public Reading<T> read(ConfigValue value) {
        return type.read(value);
      }

      @Override
      public String print(T value) {
        return printer.apply(value);
      }
    };
  }

  /// Free text on one line.
  public static SettingType<String> text(int maxLength) {
    Text bounds = SAY.characters(maxLength);
    return scalar(
        SAY.text(),
        bounds,
        text ->
            text.isEmpty() || text.length() > maxLength || text.chars().anyMatch(c -> c < ' ')
                ? Reading.wrong(SAY.notText(bounds))
                : Reading.good(text),
        text -> text);
  }

  /// A file or directory, not yet resolved.
  public static SettingType<Path> path() {
    return scalar(
        SAY.path(),
        SAY.fileOrDirectory(),
        text -> {
          if (text.isEmpty()) {
            return Reading.wrong(SAY.emptyPath());
          }
          try {
            return Reading.good(Path.of(text));
          } catch (InvalidPathException e) {
            return Reading.wrong(SAY.notPath());
          }
        },
        Path::toString);
  }

  /// One of the names of an enum, in lower case with hyphens.
  public static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
    return choice(List.of(type.getEnumConstants()));
  }

  /// One of some names of an enum.
  public static <E extends Enum<E>> SettingType<E> choice(List<E> allowed) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E constant : allowed) {
      words.put(word(constant), constant);
    }
    Text bounds = SAY.oneOf(String.join(", ", words.keySet()));
    return scalar(
        SAY.choice(),
        bounds,
        text -> {
          E constant = words.get(text);
          return constant != null
              ? Reading.good(constant)
              : Reading.wrong(
                  SAY.notAllowed(text, bounds), Nearest.to(text, words.keySet()).orElse(""));
        },
        SettingTypes::word);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// One of some words.
  public static SettingType<String> oneOf(String... words) {
    List<String> allowed = List.of(words);
    Text bounds = SAY.oneOf(String.join(", ", allowed));
    return scalar(
        SAY.choice(),
        bounds,
        text ->
            allowed.contains(text)
                ? Reading.good(text)
                : Reading.wrong(SAY.notAllowed(text, bounds), Nearest.to(text, allowed).orElse("")),
        text -> text);
  }

  /// A list. One value without brackets is taken as a list of one.
  public static <T> SettingType<List<T>> list(SettingType<T> element, int max) {
    return list(element, 0, max);
  }

  /// A list of at least one.
  public static <T> SettingType<List<T>> some(SettingType<T> element, int max) {
    return list(element, 1, max);
  }

  private static <T> SettingType<List<T>> list(SettingType<T> element, int min, int max) {
    return new SettingType<>() {
      @Override
      public Text name() {
        return SAY.listOf(element.name());
      }

      @Override
      public Text bounds() {
        return min == 0
            ? SAY.entries(max, element.bounds())
            : SAY.someEntries(min, max, element.bounds());
      }

      @Override
      public Reading<List<T>> read(ConfigValue value) {
        List<ConfigValue> items = value instanceof ConfigList list ? list : List.of(value);
        if (items.size() > max) {
          return Reading.wrong(SAY.tooMany(items.size(), max));
        }
        if (items.size() < min) {
          return Reading.wrong(SAY.emptyList());
        }
        var values = new ArrayList<T>();
        var faults = new ArrayList<Reading.Fault>();
        for (int i = 0; i < items.size(); i++) {
          ConfigValue item = items.get(i);
          int number = i + 1;
          switch (element.read(item)) {
            case Reading.Good<T>(T good) -> values.add(good);
            case Reading.Wrong<T>(List<Reading.Fault> its) ->
                its.forEach(
                    f ->
                        faults.add(
                            f.within(
                                what -> SAY.entry(number, what),
                                right -> "[" + right + "]",
                                item)));
          }
        }
        return faults.isEmpty() ? Reading.good(List.copyOf(values)) : new Reading.Wrong<>(faults);
      }

      @Override
      public String print(List<T> value) {
        return value.stream().map(element::print).collect(Collectors.joining(", ", "[", "]"));
      }
    };
  }

  /// A block whose names the administrator chooses.
  public static <K, V> SettingType<Map<K, V>> map(
      SettingType<K> key, SettingType<V> value, int max) {
    return new SettingType<>() {
      @Override
      public Text name() {
        return SAY.mapOf(key.name(), value.name());
      }

      @Override
      public Text bounds() {
        return SAY.mapEntries(max, value.name(), value.bounds());
      }

      @Override
      public Reading<Map<K, V>> read(ConfigValue config) {
        if (!(config instanceof ConfigObject block)) {
          return Reading.wrong(SAY.notMap(), "{ }");
        }
        if (block.size() > max) {
          return Reading.wrong(SAY.tooMany(block.size(), max));
        }
        Map<K, V> values = new LinkedHashMap<>();
        var faults = new ArrayList<Reading.Fault>();
        for (var entry : new TreeMap<>(block).entrySet()) {
          String name = entry.getKey();
          Reading<K> k = key.read(com.typesafe.config.ConfigValueFactory.fromAnyRef(name));
          Reading<V> v = value.read(entry.getValue());
          if (k instanceof Reading.Wrong<K>(List<Reading.Fault> its)) {
            its.forEach(f -> faults.add(f.within(SAY::nameThat, _ -> "", entry.getValue())));
          }
          if (v instanceof Reading.Wrong<V>(List<Reading.Fault> its)) {
            its.forEach(
                f ->
                    faults.add(
                        f.within(
                            what -> SAY.valueOf(name, what),
                            right -> "{ " + ConfigUtil.quoteString(name) + " = " + right + " }",
                            entry.getValue())));
          }
          if (k instanceof Reading.Good<K>(K goodKey)
              && v instanceof Reading.Good<V>(V goodValue)) {
            values.put(goodKey, goodValue);
          }
        }
        return faults.isEmpty()
            ? Reading.good(java.util.Collections.unmodifiableMap(values))
            : new Reading.Wrong<>(faults);
      }

      @Override
      public String print(Map<K, V> map) {
        return map.entrySet().stream()
            .map(e -> key.print(e.getKey()) + " = " + value.print(e.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
      }
    };
  }
}
