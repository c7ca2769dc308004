package fr.vigie.inventory.asset;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * The certainty that is stated against the share that is right, as a picture: a point for each tenth that has any, its bar the interval of 95 %
 * by Wilson, its number how many conclusions it stands for. On the diagonal what is stated holds; below it, too much is stated.
 */
final class CalibrationPlot {
  private static final int SIZE = 560;
  private static final int LEFT = 70;
  private static final int TOP = 92;
  private static final int MARGIN = 30;
  private static final int FOOT = 60;
  private static final List<Color> COLOURS = List.of(new Color(0x1f5fa8), new Color(0xb3541e), new Color(0x2e7d4f));

  private record Series(String name, Calibration calibration) {}

  private final List<Series> all = new ArrayList<>();

  CalibrationPlot add(String name, Calibration calibration) {
    all.add(new Series(name, calibration));
    return this;
  }

  void write(Path file) throws IOException {
    BufferedImage image = new BufferedImage(LEFT + SIZE + MARGIN, TOP + SIZE + FOOT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    frame(g);
    for (int i = 0; i < all.size(); i++) {
      series(g, all.get(i), COLOURS.get(i % COLOURS.size()), i);
    }
    g.dispose();
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private static void frame(Graphics2D g) {
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    for (int i = 0; i <= 10; i++) {
      g.setColor(new Color(0xe2e2e2));
      g.draw(new Line2D.Double(x(i / 10.0), y(0), x(i / 10.0), y(1)));
      g.draw(new Line2D.Double(x(0), y(i / 10.0), x(1), y(i / 10.0)));
      g.setColor(Color.DARK_GRAY);
      if (i % 2 == 0) {
        centred(g, 10 * i + " %", x(i / 10.0), y(0) + 20);
        String left = 10 * i + " %";
        g.drawString(left, (float) (x(0) - 8 - g.getFontMetrics().stringWidth(left)), (float) (y(i / 10.0) + 5));
      }
    }
    g.setColor(Color.GRAY);
    g.setStroke(new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {6, 5}, 0));
    g.draw(new Line2D.Double(x(0), y(0), x(1), y(1)));
    g.setStroke(new BasicStroke(1.5f));
    g.setColor(Color.DARK_GRAY);
    centred(g, "certainty stated", x(0.5), y(0) + 44);
    g.drawString("right", LEFT - 50, TOP - 14);
  }

  private static void series(Graphics2D g, Series s, Color colour, int at) {
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    g.setColor(colour);
    double aside = (at - 0.5) * 6; // bars of two series at one place stand side by side
    double before = Double.NaN;
    double beforeY = 0;
    for (double[] p : s.calibration.points()) {
      double[] interval = Calibration.interval(p[1], p[2]);
      double px = x(p[0]) + aside;
      g.setStroke(new BasicStroke(1.2f));
      g.draw(new Line2D.Double(px, y(interval[0]), px, y(interval[1])));
      if (!Double.isNaN(before)) {
        g.draw(new Line2D.Double(before, beforeY, px, y(p[1])));
      }
      double r = 4 + Math.min(8, Math.sqrt(p[2]));
      g.fill(new Ellipse2D.Double(px - r, y(p[1]) - r, 2 * r, 2 * r));
      centred(g, String.format(Locale.ROOT, "%.0f", p[2]), px, y(p[1]) - r - (at == 0 ? 6 : -2 * r - 18));
      before = px;
      beforeY = y(p[1]);
    }
    g.fill(new Ellipse2D.Double(LEFT + 40, 18 + 22.0 * at, 10, 10));
    g.drawString(String.format(Locale.ROOT, "%s: %d of %d right, overconfidence %.3f", s.name, s.calibration.right(), s.calibration.size(),
        s.calibration.overconfidence()), LEFT + 58, 28 + 22 * at);
  }

  private static void centred(Graphics2D g, String text, double x, double y) {
    g.drawString(text, (float) (x - g.getFontMetrics().stringWidth(text) / 2.0), (float) y);
  }

  private static double x(double share) {
    return LEFT + share * SIZE;
  }

  private static double y(double share) {
    return TOP + (1 - share) * SIZE;
  }
}
