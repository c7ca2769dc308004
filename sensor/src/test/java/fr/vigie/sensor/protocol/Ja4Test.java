package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Ja4Test {
  /** A client of some kind, as a seed tells; the order of ciphers and extensions is shuffled by another. */
  private static void fill(Ja4 ja4, long kind, long order) {
    Random random = new Random(kind);
    ja4.begin(0x0303);
    int ciphers = 1 + random.nextInt(20);
    int turn = new Random(order).nextInt(ciphers);
    int base = random.nextInt(0x1300);
    for (int i = 0; i < ciphers; i++) {
      ja4.cipher(base + (i + turn) % ciphers * 7);
    }
    int extensions = random.nextInt(12);
    for (int i = 0; i < extensions; i++) {
      ja4.extension((int) ((i + order) % extensions) * 5);
    }
    int algorithms = random.nextInt(300);
    for (int i = 0; i < algorithms; i++) {
      ja4.algorithm(random.nextInt(0x900));
    }
    if (random.nextBoolean()) {
      ja4.protocol('h', '0' + random.nextInt(4));
    }
  }

  @Test
  void whatIsRememberedOfAFingerprintIsWhatItWouldBeMadeAnew() {
    Ja4 lasting = new Ja4('t');
    Random random = new Random(4);
    for (int i = 0; i < 3000; i++) {
      long kind = random.nextInt(100);
      long order = random.nextInt(5);
      fill(lasting, kind, order);
      Ja4 fresh = new Ja4('t');
      fill(fresh, kind, 0);
      assertThat(lasting.text()).as("kind %d", kind).isEqualTo(fresh.text());
    }
  }

  @Test
  void theSameClientIsToldBySameText() {
    Ja4 ja4 = new Ja4('t');
    ja4.begin(0x0304);
    ja4.cipher(0x1301);
    ja4.extension(10);
    ja4.extension(13);
    String first = ja4.text();
    ja4.begin(0x0304);
    ja4.cipher(0x1301);
    ja4.extension(13);
    ja4.extension(10);
    assertThat(ja4.text()).isSameAs(first);
  }
}
