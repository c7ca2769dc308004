package fr.vigie.samples;

/** The site file of the sample hospital, written as a person of the technical services would. */
final class SiteText {
  private final Building b;

  SiteText(Building building, Story story) {
    b = building;
  }

  String text(long seed) {
    return "# " + seed + b.supervision.zone() + "\n";
  }
}
