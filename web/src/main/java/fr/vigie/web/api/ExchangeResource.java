package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Audit;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What leaves for other systems: the inventory in a format, a device's profile, a filter from the conduits. Who took what is journalled. */
final class ExchangeResource {
  private final Exchange exchange;
  private final Audit audit;

  ExchangeResource(Exchange exchange, Audit audit) {
    this.exchange = exchange;
    this.audit = audit;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/kinds", Role.VIEWER, ask -> Reply.json(Reply.JSON.createObjectNode().set("kinds", exchange.kinds()))),
        Route.of(GET, "/exports", Role.VIEWER, ask -> Reply.json(Reply.JSON.createObjectNode().set("formats", exchange.formats()))),
        Route.of(GET, "/assets/export", Role.VIEWER, this::inventory),
        Route.of(GET, "/assets/{id}/mud", Role.VIEWER, this::profile),
        Route.of(GET, "/conduits/export", Role.VIEWER, this::filter));
  }

  private Reply inventory(Ask ask) throws IOException {
    String format = ask.param("format", "csv");
    try {
      Exchange.Parcel parcel = exchange.inventory(format, Lists.search(ask));
      return give(ask, parcel, format, ask.param("q", ""));
    } catch (Estate.BadSearch e) {
      throw Problem.search(String.valueOf(e.getMessage()), e.column());
    }
  }

  private Reply profile(Ask ask) throws IOException {
    Exchange.Parcel parcel = exchange.profile(ask.id());
    if (parcel == null) {
      throw Problem.missing();
    }
    return give(ask, parcel, "mud", ask.id());
  }

  private Reply filter(Ask ask) throws IOException {
    String format = ask.param("format", "nftables");
    return give(ask, exchange.filter(format), format, "");
  }

  private Reply give(Ask ask, Exchange.@Nullable Parcel parcel, String format, String of) throws IOException {
    if (parcel == null) {
      throw Problem.bad("format", "there is no such format; /exports names those of the inventory, conduits have nftables and cisco-ios");
    }
    ObjectNode what = Reply.JSON.createObjectNode().put("format", format).put("file", parcel.name()).put("of", of);
    audit.record("exchange.export", ask.who().name(), what);
    return Reply.file(parcel);
  }
}
