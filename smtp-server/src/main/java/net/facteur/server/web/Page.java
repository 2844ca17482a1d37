package net.facteur.server.web;

import java.util.List;
import net.facteur.server.language.Text;

/// What one page says; [Layout] puts it between what all pages have.
///
/// @param title its heading, and what the window is called
/// @param navigation where else the reader may go
/// @param content below the heading
public record Page(Text title, List<Link> navigation, List<Html> content) {
  public Page {
    navigation = List.copyOf(navigation);
    content = List.copyOf(content);
  }

  public static Page of(Text title, Html... content) {
    return new Page(title, List.of(), List.of(content));
  }

  /// The same with ways to other pages.
  public Page with(List<Link> links) {
    return new Page(title, links, content);
  }
}
