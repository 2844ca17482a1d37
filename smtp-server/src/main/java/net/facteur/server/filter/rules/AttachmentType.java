package net.facteur.server.filter.rules;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Ascii;

/// A type of attachment that is not taken.
public sealed interface AttachmentType {
  /// Names that end so.
  ///
  /// @param suffix without a dot, in lower case
  record Extension(String suffix) implements AttachmentType {
    @Override
    public String toString() {
      return suffix;
    }
  }

  /// Parts that say so of themselves.
  ///
  /// @param type `type/subtype` in lower case, or `type/*`
  record Media(String type) implements AttachmentType {
    @Override
    public String toString() {
      return type;
    }
  }

  /// Names of programs and scripts that Windows runs at a click, and of what starts them.
  record Programs() implements AttachmentType {
    private static final List<String> SUFFIXES =
        List.of(
            "ade",
            "adp",
            "app",
            "appx",
            "appxbundle",
            "bat",
            "chm",
            "cmd",
            "com",
            "cpl",
            "dll",
            "exe",
            "gadget",
            "hta",
            "ins",
            "isp",
            "jar",
            "js",
            "jse",
            "lnk",
            "mde",
            "msc",
            "msi",
            "msix",
            "msp",
            "mst",
            "pif",
            "ps1",
            "reg",
            "scf",
            "scr",
            "sct",
            "shb",
            "shs",
            "sys",
            "vb",
            "vbe",
            "vbs",
            "vxd",
            "ws",
            "wsc",
            "wsf",
            "wsh",
            "xll");

    @Override
    public String toString() {
      return WORD;
    }
  }

  /// The word for [Programs].
  String WORD = "programs";

  /// True for a part with this name.
  ///
  /// @param suffix behind the last dot, in lower case
  default boolean names(String suffix) {
    return switch (this) {
      case Extension(String own) -> own.equals(suffix);
      case Programs _ -> Programs.SUFFIXES.contains(suffix);
      case Media _ -> false;
    };
  }

  /// True for a part of this type.
  ///
  /// @param media in lower case
  default boolean is(String media) {
    return switch (this) {
      case Extension _, Programs _ -> false;
      case Media(String own) ->
          own.endsWith("/*")
              ? media.startsWith(own.substring(0, own.length() - 1))
              : own.equals(media);
    };
  }

  /// Reads `exe`, `.exe`, `application/x-msdownload`, `video/*` or `programs`.
  static Optional<AttachmentType> parse(String text) {
    String lower = Ascii.lower(text.startsWith(".") ? text.substring(1) : text);
    if (lower.equals(WORD) && !text.startsWith(".")) {
      return Optional.of(new Programs());
    }
    return Forms.MEDIA.matcher(lower).matches()
        ? Optional.of(new Media(lower))
        : Forms.SUFFIX.matcher(lower).matches()
            ? Optional.of(new Extension(lower))
            : Optional.empty();
  }

  /// How they are written.
  final class Forms {
    private static final Pattern SUFFIX = Pattern.compile("[a-z0-9_+-]{1,20}");
    private static final Pattern MEDIA =
        Pattern.compile("[a-z0-9!#$&^_.+-]{1,60}/(\\*|[a-z0-9!#$&^_.+-]{1,100})");

    private Forms() {}
  }
}
