package net.facteur.server.explanations;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.language.Language;

/// An entry of the table: how a refusal is recognised, and what is said of it.
///
/// @param line where it begins in its file, from 1
/// @param id names it: lower-case letters, digits and hyphens
/// @param providers whose refusals these are; none where anybody may say so
/// @param codes of which one has to fit; none where any does
/// @param texts of which one has to fit; none where any does
/// @param cause why mail was refused
/// @param about whom it is about
/// @param words what is said, by language; at least one
/// @param url the provider's own page or form
/// @param samples replies that it explains
public record Explanation(
    int line,
    String id,
    List<String> providers,
    List<CodePattern> codes,
    List<TextPattern> texts,
    Cause cause,
    About about,
    Map<Language, Words> words,
    Optional<String> url,
    List<String> samples) {
  public Explanation {
    providers = List.copyOf(providers);
    codes = List.copyOf(codes);
    texts = List.copyOf(texts);
    words = Map.copyOf(words);
    samples = List.copyOf(samples);
  }

  /// What is said in one language.
  ///
  /// @param title in a few words, without a full stop
  /// @param why what it means
  /// @param remedy what to do
  public record Words(String title, String why, String remedy) {}

  /// The words in a language, or in another where there are none in that.
  public Words in(Language language) {
    Words its = words.get(language);
    if (its != null) {
      return its;
    }
    Words english = words.get(Language.ENGLISH);
    return english != null ? english : words.values().iterator().next();
  }

  boolean fits(SaidReply reply) {
    return (codes.isEmpty() || codes.stream().anyMatch(code -> code.fits(reply)))
        && (texts.isEmpty() || texts.stream().anyMatch(text -> text.fits(reply.text())));
  }

  /// True where it can be told from a text alone, whoever says it: gateways and forwarders quote
  /// the big ones.
  boolean isQuotedIn(SaidReply reply) {
    return texts.stream().anyMatch(text -> text.isTelling() && text.fits(reply.text()));
  }
}
