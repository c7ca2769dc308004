package fr.vigie.sensor.protocol.bacnet;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.flow.Tape;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Verb;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Lists are reported from what their first walk noted, or, where that is not all, from a second walk: nobody can tell which. */
class NotesTest {
  private static byte[] bvlc(String npdu) {
    byte[] inner = HexFormat.of().parseHex(npdu);
    return Frames.join(Frames.hex("810a"), Frames.u16(4 + inner.length), inner);
  }

  /** ReadPropertyMultiple of present value and status flags of so many analogue inputs, and the answer with a value of 21 for each. */
  private static Tape poll(int objects, String end) {
    StringBuilder asked = new StringBuilder("01040245010e");
    StringBuilder told = new StringBuilder("010030010e");
    for (int i = 0; i < objects; i++) {
      String object = "0c" + HexFormat.of().toHexDigits(i + 1);
      asked.append(object).append("1e0955096f1f");
      told.append(object).append("1e29554e4441a800004f296f4e8204004f1f");
    }
    return new Tape().frame(Frames.udpFrame(10, 47808, 11, 47808, bvlc(asked.toString()))).pass(0.01)
        .frame(Frames.udpFrame(11, 47808, 10, 47808, bvlc(told + end))).play(SensorOptions.standard());
  }

  private static long values(Tape tape) {
    return tape.all(Reading.class).stream().mapToLong(Reading::count).sum();
  }

  @Test
  void everyValueOfAListIsCountedHoweverLongItIs() {
    for (int objects : new int[] {1, 42, 43, 63, 64, 65, 128, 129, 200}) {
      Tape tape = poll(objects, "");
      assertThat(values(tape)).as("%d objects", objects).isEqualTo(objects);
      assertThat(tape.all(Reading.class)).allMatch(r -> r.last() == 21 && r.good());
    }
  }

  @Test
  void everyObjectThatIsReadCountsOnceWhateverItsProperties() {
    for (int objects : new int[] {1, 64, 65, 200}) {
      // told at the first, and then in steps that grow by half: 1, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200
      long told = poll(objects, "").all(Act.class).stream().filter(a -> a.verb() == Verb.READ && a.point() != null).mapToLong(Act::count).sum();
      assertThat(told).as("%d objects", objects).isEqualTo(objects == 200 ? 201 : objects == 1 ? 2 : 61);
    }
  }

  @Test
  void aListThatEndsTooSoonReportsNothing() {
    assertThat(values(poll(10, "0c"))).isZero();
    assertThat(values(poll(200, "0c"))).isZero();
  }
}
