/// What a running server looks after by itself, at a pace of its own, and sooner where somebody
/// else changed something.
@NullMarked
package net.facteur.server.upkeep;

import org.jspecify.annotations.NullMarked;
