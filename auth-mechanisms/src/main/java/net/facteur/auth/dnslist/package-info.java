/// Lists of addresses and domains that the DNS serves: block lists, allow lists, domain lists.
///
/// A list is a zone. An address is asked for as its reversed octets or nibbles below the name of
/// the list, a domain as itself. A record in 127.0.0.0/8 means that it is listed, and its last
/// octets say as what. Anything else is an answer of somebody else than the list, such as of
/// whoever bought its domain when it closed; and some codes mean that the list refuses to answer.
/// So a list counts only while its test points stand as they should ([ListStanding]).
///
/// @spec https://www.rfc-editor.org/rfc/rfc5782 RFC 5782: DNS Blacklists and Whitelists
@NullMarked
package net.facteur.auth.dnslist;

import org.jspecify.annotations.NullMarked;
