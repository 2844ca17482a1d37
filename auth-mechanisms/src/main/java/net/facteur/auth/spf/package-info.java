/// SPF: may this host send mail for this domain?
///
/// A domain publishes one TXT record such as `v=spf1 mx ip4:192.0.2.0/24 -all`. [SpfRecord] is that
/// record as types: directives (a qualifier and a mechanism) and modifiers. [SpfVerifier] asks the
/// DNS for it and walks its directives from left to right; the first mechanism that matches the
/// client's address decides, and its qualifier is the [SpfResult]. Some mechanisms lead to further
/// look-ups or records (`include:`, `redirect=`), and their names may hold macros such as `%{i}`
/// for the client's address ([MacroToken]). Ten such terms are the most one check may follow, so
/// that nobody's record can make us ask the DNS without end.
///
/// The answer, [SpfOutcome], says beside the result which term decided, what was wrong where
/// something was, and step by step how it came about.
@NullMarked
package net.facteur.auth.spf;

import org.jspecify.annotations.NullMarked;
