/// Tar archives, written and read.
///
/// [net.facteur.server.archive.TarWriter] writes what every tar of the world reads.
/// [net.facteur.server.archive.TarReader] reads only that: plain files and directories with names
/// that stay below the place where they are put. Whatever else an archive may hold, such as links,
/// devices or names that lead out, is refused, since an archive may come from anybody.
@NullMarked
package net.facteur.server.archive;

import org.jspecify.annotations.NullMarked;
