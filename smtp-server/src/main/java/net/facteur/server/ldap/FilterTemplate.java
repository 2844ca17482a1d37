package net.facteur.server.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.text.StrangerText;

/// A search filter with places for what is looked for, such as `(mail={address})`.
///
/// The filter is read before anything is put in, and values go into the tree that was read, never
/// into its text: whatever they hold, they remain values.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4515 RFC 4515: LDAP: String Representation of Search
///   Filters
public final class FilterTemplate {
  private static final LdapTexts SAY = LdapTexts.SAY;
  private static final int MAX_LENGTH = 1000;
  private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z]*)}");

  private final Filter read;
  private final String text;

  private FilterTemplate(Filter read, String text) {
    this.read = read;
    this.text = text;
  }

  /// A template of the program.
  static FilterTemplate of(String text) {
    try {
      return new FilterTemplate(Filter.create(text), text);
    } catch (LDAPException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /// The type of a setting.
  ///
  /// @param places those it may have; it needs at least one of them
  static SettingType<FilterTemplate> type(String... places) {
    Set<String> known = new TreeSet<>(List.of(places));
    String names = "{" + String.join("}, {", known) + "}";
    return SettingTypes.scalar(
        SAY.typeFilter(),
        SAY.boundsFilter(names),
        text -> {
          if (text.length() > MAX_LENGTH) {
            return Reading.wrong(SAY.filterLong(MAX_LENGTH));
          }
          try {
            var template = new FilterTemplate(Filter.create(text), text);
            Set<String> used = template.places();
            if (used.isEmpty() || !known.containsAll(used)) {
              return Reading.wrong(SAY.filterPlaces(names));
            }
            return Reading.good(template);
          } catch (LDAPException e) {
            return Reading.wrong(
                SAY.notFilter(StrangerText.of(String.valueOf(e.getMessage())).onTerminal()));
          }
        },
        template -> template.text);
  }

  private Set<String> places() {
    var found = new TreeSet<String>();
    Matcher m = PLACE.matcher(text);
    while (m.find()) {
      found.add(m.group(1));
    }
    return found;
  }

  /// The filter for one thing to look for.
  ///
  /// @param values by the name of their place
  Filter with(Map<String, String> values) {
    return filled(read, in -> filled(in, values));
  }

  /// The filter for any of these.
  ///
  /// @param each at least one
  Filter withAny(Collection<Map<String, String>> each) {
    List<Filter> filters = each.stream().map(this::with).distinct().toList();
    return filters.size() == 1 ? filters.getFirst() : Filter.createORFilter(filters);
  }

  private static String filled(String text, Map<String, String> values) {
    return PLACE
        .matcher(text)
        .replaceAll(m -> Matcher.quoteReplacement(values.getOrDefault(m.group(1), "")));
  }

  private static Filter filled(Filter filter, UnaryOperator<String> fill) {
    return switch (filter.getFilterType()) {
      case Filter.FILTER_TYPE_AND -> Filter.createANDFilter(all(filter, fill));
      case Filter.FILTER_TYPE_OR -> Filter.createORFilter(all(filter, fill));
      case Filter.FILTER_TYPE_NOT ->
          Filter.createNOTFilter(
              filled(Objects.requireNonNull(filter.getNOTComponent(), "NOT has one"), fill));
      case Filter.FILTER_TYPE_EQUALITY ->
          Filter.createEqualityFilter(attribute(filter), value(filter, fill));
      case Filter.FILTER_TYPE_GREATER_OR_EQUAL ->
          Filter.createGreaterOrEqualFilter(attribute(filter), value(filter, fill));
      case Filter.FILTER_TYPE_LESS_OR_EQUAL ->
          Filter.createLessOrEqualFilter(attribute(filter), value(filter, fill));
      case Filter.FILTER_TYPE_APPROXIMATE_MATCH ->
          Filter.createApproximateMatchFilter(attribute(filter), value(filter, fill));
      case Filter.FILTER_TYPE_EXTENSIBLE_MATCH ->
          Filter.createExtensibleMatchFilter(
              filter.getAttributeName(),
              filter.getMatchingRuleID(),
              filter.getDNAttributes(),
              value(filter, fill));
      case Filter.FILTER_TYPE_SUBSTRING -> substring(filter, fill);
      default -> filter; // presence has no value
    };
  }

  private static List<Filter> all(Filter filter, UnaryOperator<String> fill) {
    var parts = new ArrayList<Filter>();
    for (Filter part : filter.getComponents()) {
      parts.add(filled(part, fill));
    }
    return parts;
  }

  private static String attribute(Filter filter) {
    return Objects.requireNonNull(filter.getAttributeName(), "such filters have one");
  }

  private static String value(Filter filter, UnaryOperator<String> fill) {
    return fill.apply(Objects.requireNonNull(filter.getAssertionValue(), "such filters have one"));
  }

  private static Filter substring(Filter filter, UnaryOperator<String> fill) {
    String initial = filter.getSubInitialString();
    String last = filter.getSubFinalString();
    return Filter.createSubstringFilter(
        attribute(filter),
        initial == null ? null : fill.apply(initial),
        Arrays.stream(filter.getSubAnyStrings()).map(fill).toArray(String[]::new),
        last == null ? null : fill.apply(last));
  }

  /// As it was written.
  String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FilterTemplate that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
