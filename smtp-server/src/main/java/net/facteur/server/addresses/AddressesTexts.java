package net.facteur.server.addresses;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is wrong in the file of addresses.
interface AddressesTexts {
  AddressesTexts SAY = Texts.of(AddressesTexts.class);

  Text damaged();

  Text repeated(String address);

  Text putOff(Path file, int line, Text why);

  Text cutOff(Path file, String command);
}
