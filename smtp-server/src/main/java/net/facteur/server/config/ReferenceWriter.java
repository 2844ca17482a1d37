package net.facteur.server.config;

import java.util.ArrayList;
import java.util.List;
import net.facteur.server.language.Language;

/// Writes `conf/mail.conf`: every setting with its text, bounds and default, commented out.
public final class ReferenceWriter {
  private static final int WIDTH = 98;

  private ReferenceWriter() {}

  /// The whole file.
  public static String write(Schema schema) {
    var out = new StringBuilder();
    comment(
        out,
        "Facteur: every setting, with its default. Generated from the settings table by `facteur"
            + " config reference`; each setting is commented out and shows its default, or an"
            + " example where it has none. Take the # away from what you want to change, or begin"
            + " with conf/mail-minimal.conf, which has the few lines that a server needs. Check"
            + " with `facteur check`; ask about a setting with `facteur explain KEY`.");
    comment(
        out,
        "The syntax is HOCON: name = value, blocks in { }, lists in [ ], comments after #. Texts"
            + " with signs such as @ : * stand in double quotes, so do names with dots:"
            + " domains.\"example.org\".");
    for (Section section : schema.sections()) {
      out.append('\n').append("## ").append(section.title()).append("\n");
      comment(out, section.doc());
      for (Setting<?> setting : section.settings()) {
        out.append('\n');
        comment(out, setting.text());
        comment(
            out,
            "Type: "
                + setting.type().name().in(Language.ENGLISH)
                + "; "
                + setting.type().bounds().in(Language.ENGLISH)
                + ".");
        if (setting.defaultValue().isEmpty()) {
          comment(out, "Default: " + setting.defaultText() + ". Example:");
        } else if (!setting.example().equals(setting.defaultText())) {
          comment(out, "Example: " + setting.example());
        }
        out.append('#').append(line(setting)).append('\n');
      }
    }
    return out.toString();
  }

  /// `key = value` with the default or, where there is none, the example.
  static String line(Setting<?> setting) {
    String value = setting.defaultValue().isPresent() ? setting.defaultText() : setting.example();
    return setting.name().replace(Setting.ANY, "\"" + setting.chosen() + "\"") + " = " + value;
  }

  private static void comment(StringBuilder out, String text) {
    for (String line : wrap(text, WIDTH - 2)) {
      out.append("# ").append(line).append('\n');
    }
  }

  static List<String> wrap(String text, int width) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() > 0 && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
