/// Addresses that commands and pages change: aliases, forwards, addresses that are refused or
/// thrown away, and domains that have the addresses of another.
///
/// They stand in one text file beside the users file, a line each ([AddressesFile]), which people
/// may edit and keep under version control. [AddressStore] watches it and answers the router from
/// memory. What the settings say of an address goes before what stands here. A line that cannot be
/// read makes no address unknown: mail for addresses that are not found is put off until somebody
/// mends it.
@NullMarked
package net.facteur.server.addresses;

import org.jspecify.annotations.NullMarked;
