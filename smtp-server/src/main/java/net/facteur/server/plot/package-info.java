/// Small plots of what was counted: for pages as SVG, for a terminal as lines of characters.
///
/// A plot is a value: [net.facteur.server.plot.BarChart], [net.facteur.server.plot.LineChart],
/// [net.facteur.server.plot.Sparkline] or [net.facteur.server.plot.TimeLine], with the words that
/// it is shown under, in the language of its reader. [net.facteur.server.plot.SvgPlot] and
/// [net.facteur.server.plot.TerminalPlot] draw it; both are pure functions.
///
/// A drawing has to be read without its colours, by somebody who hears it read aloud, and on light
/// and dark ground: what fails is outlined and what passes is filled, each bar says its numbers,
/// and everything has the colour of the text around it unless the style sheet of the page says
/// more.
@NullMarked
package net.facteur.server.plot;

import org.jspecify.annotations.NullMarked;
