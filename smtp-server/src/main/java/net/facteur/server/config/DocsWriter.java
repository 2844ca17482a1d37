package net.facteur.server.config;

import net.facteur.server.language.Language;

/// Writes `docs/configuration.md` from the rows.
public final class DocsWriter {
  private DocsWriter() {}

  /// The whole page.
  public static String write(Schema schema) {
    var out = new StringBuilder();
    out.append(
        """
        # Configuration

        <!-- Generated from the settings table: `./facteur config docs`. -->

        Facteur reads one file, `conf/mail.conf` by default or what `-c FILE` names, in
        [HOCON](https://github.com/lightbend/config/blob/main/HOCON.md): `name = value`, blocks in
        `{ }`, lists in `[ ]`, comments after `#`. Texts with signs such as `@`, `:` or `*` stand in
        double quotes, and so do names with dots: `domains."example.org"`. `limits.recipients = 500`
        and `limits { recipients = 500 }` say the same. `include "other.conf"` reads another file,
        from the directory of the one that has the line, and a file that is missing is a mistake;
        `${?NAME}` takes a value from the environment.

        `facteur check` reports every mistake at once, with line and remedy. `facteur explain KEY`
        shows a value, where it comes from, and the text below. `facteur reload` makes a running
        server read the file again; a file with mistakes changes nothing.

        Durations are written `500ms`, `30s`, `5m`, `4h`, `5d`; sizes `512B`, `256KiB`, `50MiB`,
        `1GiB`. A name that stands as `*` here is chosen by you.
        """);
    for (Section section : schema.sections()) {
      out.append("\n## ").append(section.title()).append("\n\n").append(section.doc()).append('\n');
      for (Setting<?> setting : section.settings()) {
        write(out, setting);
      }
    }
    return out.toString();
  }

  private static void write(StringBuilder out, Setting<?> setting) {
    out.append("\n### `").append(setting.name()).append("`\n\n").append(setting.text());
    out.append("\n\n- Type: ").append(setting.type().name().in(Language.ENGLISH)).append("; ");
    out.append(setting.type().bounds().in(Language.ENGLISH));
    String value =
        setting.defaultValue().isPresent()
            ? "`" + setting.defaultText() + "`"
            : setting.defaultText();
    out.append("\n- Default: ").append(value);
    if (!setting.example().equals(setting.defaultText())) {
      out.append("\n- Example: `").append(setting.key().getLast()).append(" = ");
      out.append(setting.example()).append('`');
    }
    out.append("\n- Since: ").append(setting.since()).append('\n');
  }
}
