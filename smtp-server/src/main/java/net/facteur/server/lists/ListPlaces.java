package net.facteur.server.lists;

import java.util.List;
import java.util.Optional;
import net.facteur.queue.MailAddress;
import net.facteur.server.routing.ListBook;

/// Tells the router which addresses the lists have.
public record ListPlaces(Lists lists) implements ListBook {
  @Override
  public Optional<Place> place(MailAddress address) {
    return lists.find(address).map(this::place);
  }

  private Place place(ListAddress its) {
    String list = its.list().text();
    Optional<MailingList> known = lists.list(its.list()).map(ListContent::list);
    if (known.isEmpty() || lists.uncertain(its.list())) {
      return new Place.Unsure(list);
    }
    if (its.part() != ListPart.OWNER) {
      return new Place.OfList(list);
    }
    List<MailAddress> owners = known.get().owners();
    return new Place.OfPeople(
        owners.isEmpty()
            ? List.of(new MailAddress("postmaster", its.list().domain().text()))
            : owners);
  }
}
