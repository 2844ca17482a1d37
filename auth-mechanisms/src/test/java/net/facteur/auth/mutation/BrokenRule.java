package net.facteur.auth.mutation;

import java.util.List;

/// One rule of an RFC, and how to break it.
///
/// @param rule what no longer holds
/// @param source the source file below `net/facteur/auth`
/// @param right the text that keeps the rule; it must stand there exactly once
/// @param wrong what takes its place
/// @param tests the test class below `net.facteur.auth` one of whose tests must turn red
record BrokenRule(String rule, String source, String right, String wrong, String tests) {

  static List<BrokenRule> all() {
    return List.of(
        new BrokenRule(
            "SPF asks for ten terms at most",
            "spf/LookupBudget.java",
            "terms > limits.terms()",
            "terms > limits.terms() + 1",
            "spf.SpfConformanceTest"),
        new BrokenRule(
            "SPF allows two look-ups without an answer",
            "spf/LookupBudget.java",
            "voids > limits.voidLookups()",
            "voids > limits.voidLookups() + 1",
            "spf.SpfConformanceTest"),
        new BrokenRule(
            "~ is softfail",
            "spf/Qualifier.java",
            "SpfResult.SOFTFAIL)",
            "SpfResult.FAIL)",
            "spf.SpfConformanceTest"),
        new BrokenRule(
            "an SPF domain with ten mail servers is one too many at eleven",
            "spf/MechanismTest.java",
            "hosts.size() > limits.mxNames()",
            "hosts.size() > limits.mxNames() + 1",
            "spf.SpfVerifierTest"),
        new BrokenRule(
            "the body must have the hash in bh=",
            "dkim/SignatureCheck.java",
            "MessageDigest.isEqual(body.hash(s.body()), s.bodyHashOctets())",
            "body.hash(s.body()).length > 0",
            "dkim.DkimVerifierTest"),
        new BrokenRule(
            "From must be signed",
            "dkim/SignatureCheck.java",
            "s.signs(\"From\"),",
            "true,",
            "dkim.DkimVerifierTest"),
        new BrokenRule(
            "i= lies within d=",
            "dkim/SignatureCheck.java",
            "s.auid().domain().isWithin(s.domain()),",
            "true,",
            "dkim.DkimVerifierTest"),
        new BrokenRule(
            "a revoked DKIM key verifies nothing",
            "dkim/DkimKeyRecord.java",
            "return publicKey.isEmpty();",
            "return false;",
            "dkim.DkimVerifierTest"),
        new BrokenRule(
            "the lowest of several fields is signed first",
            "dkim/FieldIndex.java",
            "named.get(named.size() - 1 - already)",
            "named.get(already)",
            "dkim.FieldIndexTest"),
        new BrokenRule(
            "the lowest of a few fields is signed first",
            "dkim/FieldIndex.java",
            "(taken[lowest] || !fields[lowest].is(name))",
            "!fields[lowest].is(name)",
            "dkim.DkimVerifierTest"),
        new BrokenRule(
            "relaxed bodies lose the white space at line ends",
            "dkim/RelaxedBody.java",
            "if (octets[after] == '\\r' && octets[after + 1] == '\\n') {",
            "if (octets[after] == 0) {",
            "dkim.BodyCanonicalizerTest"),
        new BrokenRule(
            "vector scanning finds every double space",
            "dkim/WhiteSpaceScan.java",
            "long x = (word ^ SPACES) | (next & NOT_AFTER_SPACE);",
            "long x = (word ^ SPACES) | next;",
            "dkim.BodyCanonicalizerTest"),
        new BrokenRule(
            "only the author domain's own signature satisfies ADSP",
            "adsp/AdspEvaluator.java",
            "signers.contains(domain)",
            "!signers.isEmpty()",
            "adsp.AdspEvaluatorTest"),
        new BrokenRule(
            "ADSP asks whether the domain exists",
            "adsp/AdspEvaluator.java",
            "outcome(AdspResult.NXDOMAIN, domain, \"does not exist\")",
            "published(domain, signed)",
            "adsp.AdspEvaluatorTest"),
        new BrokenRule(
            "strict alignment takes the author domain alone",
            "dmarc/AlignmentCheck.java",
            "if (mode == AlignmentMode.STRICT) {",
            "if (false) {",
            "dmarc.DmarcConformanceTest"),
        new BrokenRule(
            "psd=n ends the walk as the organizational domain",
            "dmarc/DnsTreeWalk.java",
            "record.psd() != PsdFlag.UNDECLARED",
            "record.psd() == PsdFlag.YES",
            "dmarc.DmarcConformanceTest"),
        new BrokenRule(
            "below psd=y the organizational domain has one label more",
            "dmarc/DnsTreeWalk.java",
            "published.domain().labelCount() + 1",
            "published.domain().labelCount()",
            "dmarc.DmarcConformanceTest"),
        new BrokenRule(
            "t=y lowers the DMARC policy",
            "dmarc/DmarcEvaluator.java",
            "record.testing() ? declared.oneLevelBelow() : declared",
            "declared",
            "dmarc.DmarcConformanceTest"),
        new BrokenRule(
            "an ARC chain has fifty sets at most",
            "arc/ArcFields.java",
            "in.number(2, ArcSet.MAX_SETS)",
            "in.number(2, ArcSet.MAX_SETS + 1)",
            "arc.ArcFieldsTest"),
        new BrokenRule(
            "after fifty ARC sets nobody seals",
            "arc/ArcSealer.java",
            "instance > ArcSet.MAX_SETS",
            "instance > ArcSet.MAX_SETS + 1",
            "arc.ArcSealerTest"),
        new BrokenRule(
            "every ARC seal is verified",
            "arc/ArcValidation.java",
            "if (!seal.good()) {",
            "if (false) {",
            "arc.ArcConformanceTest"),
        new BrokenRule(
            "ARC message signatures cover the body",
            "arc/ArcValidation.java",
            "!signature.hasBodyHash(body.hash(selection))",
            "false",
            "arc.ArcConformanceTest"),
        new BrokenRule(
            "SRS addresses end after their validity",
            "srs/SrsRewriter.java",
            "<= settings.validity().toDays()",
            "<= settings.validity().toDays() + 1",
            "srs.SrsRewriterTest"),
        new BrokenRule(
            "SRS addresses need their hash",
            "srs/SrsRewriter.java",
            "if (!hash.verify(parts[0], parts[1] + parts[2] + parts[3])) {",
            "if (false) {",
            "srs.SrsRewriterTest"),
        new BrokenRule(
            "quotes in Authentication-Results are escaped",
            "results/FieldWriter.java",
            "escaped(text, \"\\\"\\\\\")",
            "escaped(text, \"\\\\\")",
            "results.AuthenticationResultsTest"),
        new BrokenRule(
            "comments in Authentication-Results are closed by us alone",
            "results/FieldWriter.java",
            "escaped(comment, \"()\\\\\")",
            "escaped(comment, \"(\\\\\")",
            "results.AuthenticationResultsTest"),
        // The grammars.
        new BrokenRule(
            "a number ends at its largest value",
            "syntax/Scanner.java",
            "value > (max - digit) / 10",
            "value > max / 10",
            "syntax.ScannerTest"),
        new BrokenRule(
            "a number has so many digits at most",
            "syntax/Scanner.java",
            "offset - from >= maxDigits",
            "offset - from > maxDigits",
            "syntax.ScannerTest"),
        new BrokenRule(
            "a fold is followed by white space",
            "syntax/Scanner.java",
            "peek(1) == '\\n' && Ascii.isWsp(peek(2))",
            "peek(1) == '\\n'",
            "syntax.ScannerTest"),
        new BrokenRule(
            "a word beyond the end of the piece is not there",
            "syntax/Scanner.java",
            "end - offset < word.length() || !text.startsWith(word, offset)",
            "!text.startsWith(word, offset)",
            "syntax.ScannerTest"),
        new BrokenRule(
            "no tag stands twice",
            "syntax/TagList.java",
            "if (!seen.add(tag.name())) {",
            "if (!seen.add(tag.name()) && false) {",
            "syntax.TagListTest"),
        new BrokenRule(
            "no tag has a semicolon in its value",
            "syntax/Scanner.java",
            "c > ' ' && c != ';'",
            "c > ' '",
            "syntax.TagListTest"),
        new BrokenRule(
            "a list has so many tags at most",
            "syntax/TagList.java",
            "if (tags.size() == MAX_TAGS) {",
            "if (tags.size() == MAX_TAGS + 1) {",
            "syntax.TagListTest"),
        new BrokenRule(
            "nothing stands behind all",
            "spf/SpfRecordParser.java",
            "in.atEnd() ? Parsed.ok(new Mechanism.All())",
            "true ? Parsed.ok(new Mechanism.All())",
            "spf.SpfConformanceTest"),
        new BrokenRule(
            "redirect and exp stand once",
            "spf/SpfRecordParser.java",
            "return again ? Parsed",
            "return again && start < 0 ? Parsed",
            "spf.SpfConformanceTest"),
        new BrokenRule(
            "prefix lengths have no leading zeros",
            "spf/SpfRecordParser.java",
            "(zero && to - from > 1)",
            "(zero && to - from > 9)",
            "spf.SpfConformanceTest"),
        new BrokenRule(
            "v=DKIM1 stands first",
            "dkim/DkimKeyRecord.java",
            "!v.equals(tags.tags().getFirst()) || ",
            "",
            "TransportRecordsTest"),
        new BrokenRule(
            "x= is later than t=",
            "dkim/SignatureParser.java",
            "x.getAsLong() <= t.getAsLong()",
            "x.getAsLong() < t.getAsLong()",
            "dkim.DkimGrammarTest"),
        new BrokenRule(
            "a policy in force names a mail host",
            "mtasts/MtaStsPolicyText.java",
            "mx.isEmpty() && mode != Mode.NONE",
            "mx.isEmpty() && mode == Mode.ENFORCE && end < 0",
            "mtasts.MtaStsConformanceTest"),
        new BrokenRule(
            "of a field that stands twice in a policy the first counts",
            "mtasts/MtaStsPolicyText.java",
            "fields.putIfAbsent(name, value);",
            "fields.put(name, value);",
            "mtasts.MtaStsConformanceTest"),
        new BrokenRule(
            "an MTA-STS id has 32 characters at most",
            "mtasts/MtaStsRecord.java",
            "text.length() <= MAX_ID",
            "text.length() <= MAX_ID + 1",
            "TransportRecordsTest"),
        new BrokenRule(
            "exclamation marks in report addresses are encoded",
            "tlsrpt/TlsRptRecord.java",
            "Ascii.isVisible(c) && c != '!'",
            "Ascii.isVisible(c)",
            "TransportRecordsTest"),
        new BrokenRule(
            "a record begins with its version and a semicolon",
            "syntax/VersionedFields.java",
            "    in.skipWsp();\n    return in.take(';');",
            "    return true;",
            "TransportRecordsTest"));
  }
}
