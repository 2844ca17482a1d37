/// Numbers for Prometheus, at `/metrics`: off unless settings say where they are served.
///
/// [net.facteur.server.metrics.Metric] names each metric and the values that its labels may have;
/// nothing else does. [net.facteur.server.metrics.Measuring] puts a watch around the doors through
/// which mail goes: the queue, each way of a delivery, the filters, the signer, the resolver. If
/// nobody wants numbers, it leaves the doors as they are, so that they cost nothing.
///
/// The client library of Prometheus keeps the numbers and writes the formats.
@NullMarked
package net.facteur.server.metrics;

import org.jspecify.annotations.NullMarked;
