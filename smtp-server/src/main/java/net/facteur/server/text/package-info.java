/// Text that strangers chose, and the ways in which it may be shown.
@NullMarked
package net.facteur.server.text;

import org.jspecify.annotations.NullMarked;
