package net.facteur.server.demo;

import net.facteur.server.cli.AddedCommand;
import net.facteur.server.cli.Workplace;

/// Adds `facteur demo` to the program.
public final class AddedDemo implements AddedCommand {
  @Override
  public Object in(Workplace workplace) {
    return new DemoCommand(workplace.colours(), workplace.program(), workplace::language);
  }
}
