package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.syntax.Parsed;

/// A master file as people have it: key records of opendkim-genkey, whose names are relative to a
/// domain that stands in a comment, and zones whose domain the name server's settings name.
final class MasterText {
  /// What opendkim-genkey writes behind its record.
  private static final Pattern KEY_OF =
      Pattern.compile(";[ -]*DKIM key (\\S{1,63}) for (\\S{1,254})\\s*$");

  /// A name at the beginning of a line that only a domain behind it makes whole.
  private static final Pattern RELATIVE =
      Pattern.compile("^(@|(?:[^\\s;.]+\\.)*_[^\\s;.]+)(?=\\s)");

  private MasterText() {}

  /// @param origin what relative names belong to, where it is told
  static Parsed<ZoneResolver> parse(String text, Optional<DomainName> origin) {
    if (origin.isPresent()) {
      return ZoneResolver.parseMaster(text, origin.get());
    }
    List<String> lines = named(text.lines().toList());
    for (int i = 0; i < lines.size() && !lines.get(i).startsWith("$ORIGIN"); i++) {
      Matcher relative = RELATIVE.matcher(lines.get(i));
      if (relative.find()) {
        return Parsed.malformed(
            0,
            "$ORIGIN, or --origin with the domain, since line "
                + (i + 1)
                + " has the relative name "
                + relative.group());
      }
    }
    return ZoneResolver.parseMaster(String.join("\n", lines) + "\n", DomainName.ROOT);
  }

  /// The same lines, with the domain of the comment behind the name of its record.
  private static List<String> named(List<String> lines) {
    var out = new ArrayList<>(lines);
    int owner = -1;
    for (int i = 0; i < out.size(); i++) {
      if (out.get(i).startsWith("$ORIGIN")) {
        return out;
      }
      if (RELATIVE.matcher(out.get(i)).find()) {
        owner = i;
      }
      Matcher comment = KEY_OF.matcher(out.get(i));
      if (owner >= 0 && comment.find()) {
        String name = comment.group(1) + "._domainkey";
        String line = out.get(owner);
        Optional<DomainName> domain = DomainName.parse(comment.group(2)).toOptional();
        if (line.startsWith(name) && domain.isPresent()) {
          out.set(owner, name + "." + domain.get() + "." + line.substring(name.length()));
        }
        owner = -1;
      }
    }
    return out;
  }
}
