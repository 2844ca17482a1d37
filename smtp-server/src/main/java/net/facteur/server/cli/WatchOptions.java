package net.facteur.server.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.RecordWatch;
import net.facteur.server.keys.ZonePlan;
import net.facteur.server.language.Language;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// How long one looks at name servers, and how often.
final class WatchOptions {
  @Option(names = "--every", paramLabel = "DURATION", converter = Time.class, defaultValue = "10s")
  private Duration every = Duration.ofSeconds(10);

  @Option(names = "--at-most", paramLabel = "DURATION", converter = Time.class, defaultValue = "1d")
  private Duration atMost = Duration.ofDays(1);

  boolean watch(Workplace workplace, Settings settings, List<ZonePlan> plans) throws IOException {
    var authorities =
        KeyWiring.authorities(KeySettings.from(settings), workplace.resolver(settings));
    return new DnsWatch(workplace, plans, new RecordWatch(authorities)).run(every, atMost);
  }

  /// A duration as settings write it.
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return switch (SettingTypes.duration(Duration.ofSeconds(1), Duration.ofDays(30))
          .read(com.typesafe.config.ConfigValueFactory.fromAnyRef(text))) {
        case Reading.Good<Duration>(Duration good) -> good;
        case Reading.Wrong<Duration>(List<Reading.Fault> faults) ->
            throw new picocli.CommandLine.TypeConversionException(
                faults.getFirst().what().in(Language.ENGLISH));
      };
    }
  }
}
