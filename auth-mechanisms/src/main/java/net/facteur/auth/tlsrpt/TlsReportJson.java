package net.facteur.auth.tlsrpt;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.tlsrpt.TlsReport.FailureDetails;
import net.facteur.auth.tlsrpt.TlsReport.PolicyResult;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reports as JSON.
///
/// Reading is tolerant where reporters are known to differ (`mx-host` and `policy-string` as one
/// string, counts as strings, dates without `Z`, missing details), and bounded: 10 MiB, 16 levels,
/// 500,000 tokens, 1,000 policies with 10,000 failures in all.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-4.4 RFC 8460, section 4.4: JSON Report
///   Schema
public final class TlsReportJson {
  /// The most octets of a report without compression.
  public static final int MAX_OCTETS = 10 << 20;

  private static final int MAX_POLICIES = 1_000;
  private static final int MAX_DETAILS = 10_000;
  private static final int MAX_STRINGS = 1_000;
  private static final long MAX_COUNT = 1_000_000_000_000L;
  private static final int MAX_DIGITS = 18;

  /// The end of the year 9999.
  private static final Instant LATEST = Instant.ofEpochSecond(253_402_300_799L);

  /// RFC 3339 and what reporters write in its place: without the offset, with a space before the
  /// time, without seconds, with an offset of two or four digits.
  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[' '][XXX][XX][X]")
          .toFormatter(Locale.ROOT);

  private final JsonMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(MAX_OCTETS)
                          .maxNestingDepth(16)
                          .maxTokenCount(500_000)
                          .maxStringLength(64 << 10)
                          .maxNameLength(1_000)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .build();

  /// The report on one line, UTF-8.
  public byte[] print(TlsReport report) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("organization-name", report.organization());
    Map<String, Object> range = new LinkedHashMap<>();
    range.put("start-datetime", date(report.start()));
    range.put("end-datetime", date(report.end()));
    all.put("date-range", range);
    all.put("contact-info", report.contact());
    all.put("report-id", report.id());
    all.put("policies", report.policies().stream().map(TlsReportJson::policy).toList());
    return json.writeValueAsString(all).getBytes(StandardCharsets.UTF_8);
  }

  /// RFC 3339, whole seconds, `Z`.
  private static String date(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Map<String, Object> policy(PolicyResult result) {
    Map<String, Object> policy = new LinkedHashMap<>();
    policy.put("policy-type", result.type());
    if (!result.strings().isEmpty()) {
      policy.put("policy-string", result.strings());
    }
    policy.put("policy-domain", result.domain());
    if (!result.mxHosts().isEmpty()) {
      policy.put("mx-host", result.mxHosts());
    }
    Map<String, Object> summary = new LinkedHashMap<>();
    putCount(summary, "total-successful-session-count", result.successes());
    putCount(summary, "total-failure-session-count", result.failures());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("policy", policy);
    all.put("summary", summary);
    if (!result.details().isEmpty()) {
      all.put("failure-details", result.details().stream().map(TlsReportJson::failure).toList());
    }
    return all;
  }

  private static Map<String, Object> failure(FailureDetails details) {
    Map<String, Object> failure = new LinkedHashMap<>();
    failure.put("result-type", details.type());
    putText(failure, "sending-mta-ip", details.sendingIp());
    putText(failure, "receiving-mx-hostname", details.receivingHost());
    putText(failure, "receiving-mx-helo", details.receivingHelo());
    putText(failure, "receiving-ip", details.receivingIp());
    putCount(failure, "failed-session-count", details.count());
    putText(failure, "additional-information", details.additionalInformation());
    putText(failure, "failure-reason-code", details.reasonCode());
    return failure;
  }

  private static void putCount(Map<String, Object> fields, String name, OptionalLong value) {
    value.ifPresent(count -> fields.put(name, count));
  }

  private static void putText(Map<String, Object> fields, String name, String value) {
    if (!value.isEmpty()) {
      fields.put(name, value);
    }
  }

  /// Reads a report.
  ///
  /// @return malformed with the octet that Jackson complains about, or 0
  public Parsed<TlsReport> parse(byte[] octets) {
    if (octets.length > MAX_OCTETS) {
      return Parsed.malformed(MAX_OCTETS, "a report of at most 10 MiB");
    }
    try {
      return report(json.readTree(octets));
    } catch (JacksonException e) {
      long offset = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
      return Parsed.malformed(Math.clamp(offset, 0, octets.length), "JSON within the limits");
    }
  }

  private static Parsed<TlsReport> report(JsonNode root) {
    JsonNode policies = root.path("policies");
    if (!root.isObject() || !policies.isArray() || policies.size() > MAX_POLICIES) {
      return Parsed.malformed(0, "an object with policies, at most " + MAX_POLICIES);
    }
    Instant start;
    Instant end;
    try {
      JsonNode range = root.path("date-range");
      start = moment(text(range, "start-datetime"));
      end = moment(text(range, "end-datetime"));
      if (start.isAfter(LATEST) || end.isAfter(LATEST) || start.isBefore(Instant.EPOCH)) {
        throw new DateTimeException("no time of a report");
      }
    } catch (DateTimeException e) {
      return Parsed.malformed(0, "a date-range of two RFC 3339 dates");
    }
    var results = new ArrayList<PolicyResult>();
    int details = 0;
    for (JsonNode policy : policies) {
      details += policy.path("failure-details").size();
      if (details > MAX_DETAILS) {
        return Parsed.malformed(0, "at most " + MAX_DETAILS + " failure-details");
      }
      results.add(result(policy));
    }
    return Parsed.ok(
        new TlsReport(
            text(root, "organization-name"),
            start,
            end,
            text(root, "contact-info"),
            text(root, "report-id"),
            results));
  }

  /// A date without an offset is in UTC, as reports are.
  private static Instant moment(String text) {
    return switch (DATE.parseBest(Ascii.trim(text), OffsetDateTime::from, LocalDateTime::from)) {
      case OffsetDateTime date -> date.toInstant();
      case LocalDateTime date -> date.toInstant(ZoneOffset.UTC);
      case TemporalAccessor other -> throw new DateTimeException("no date: " + other);
    };
  }

  private static PolicyResult result(JsonNode node) {
    JsonNode policy = node.path("policy");
    JsonNode summary = node.path("summary");
    var details = new ArrayList<FailureDetails>();
    for (JsonNode failure : node.path("failure-details")) {
      details.add(
          new FailureDetails(
              text(failure, "result-type"),
              text(failure, "sending-mta-ip"),
              text(failure, "receiving-mx-hostname"),
              text(failure, "receiving-mx-helo"),
              text(failure, "receiving-ip"),
              count(failure, "failed-session-count"),
              text(failure, "additional-information"),
              text(failure, "failure-reason-code")));
    }
    return new PolicyResult(
        text(policy, "policy-type"),
        strings(policy.path("policy-string")),
        text(policy, "policy-domain"),
        strings(policy.path("mx-host")),
        count(summary, "total-successful-session-count"),
        count(summary, "total-failure-session-count"),
        details);
  }

  private static List<String> strings(JsonNode node) {
    return node.isString()
        ? List.of(node.asString())
        : node.valueStream()
            .limit(MAX_STRINGS)
            .filter(JsonNode::isString)
            .map(JsonNode::asString)
            .toList();
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).isString() ? node.path(name).asString() : "";
  }

  /// A number of 0 or more, also as a text. Anything else is no number that could be added up:
  /// neither a negative one nor a fraction, and none beyond a million times a million.
  private static OptionalLong count(JsonNode node, String name) {
    JsonNode value = node.path(name);
    OptionalLong count = OptionalLong.empty();
    if (value.isString()) {
      count = digits(Ascii.trim(value.asString()));
    } else if (value.isNumber() && value.canConvertToLong() && value.canConvertToExactIntegral()) {
      count = OptionalLong.of(value.asLong());
    }
    return count.isPresent() && count.getAsLong() >= 0 && count.getAsLong() <= MAX_COUNT
        ? count
        : OptionalLong.empty();
  }

  private static OptionalLong digits(String text) {
    if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(Ascii::isDigit)) {
      return OptionalLong.empty();
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      value = value * 10 + (text.charAt(i) - '0');
    }
    return OptionalLong.of(value);
  }
}
