package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Query;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The way of documents into an index. */
final class IntakeTest {
  private static final int MOST = 500;

  private final Index index;
  private final Intake intake;

  IntakeTest() throws IOException {
    index = Index.inMemory(Indexes.contactFields());
    intake = new Intake(index, new AtomicLong(), MOST);
  }

  @AfterEach
  void close() throws IOException {
    index.close();
  }

  private static ObjectNode document(int value) {
    return JsonNodeFactory.instance.objectNode().put("from", "d" + value).put("value", value);
  }

  private int value(String id) throws IOException {
    return Objects.requireNonNull(intake.find(id)).path("value").asInt();
  }

  private long found() throws Exception {
    return index.search(new Query.All(), "", 0, 0, List.of()).total();
  }

  @Test
  @Timeout(60)
  void whoBringsAlsoWaitsForWhatAnotherThreadIsBringing() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    intake.lay("a", () -> {
      begun.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return document(1);
    });
    Thread first = Thread.ofPlatform().start(this::bring);
    begun.await();
    Thread second = Thread.ofPlatform().start(this::bring);
    while (second.getState() != Thread.State.BLOCKED && second.getState() != Thread.State.TERMINATED) {
      Thread.onSpinWait();
    }
    assertThat(second.isAlive()).as("a commit says that all of it is there").isTrue();
    go.countDown();
    second.join();
    first.join();
    intake.show();
    assertThat(found()).isOne();
  }

  private void bring() {
    try {
      intake.bring();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDocumentIsThereFromTheMomentItIsLaidDownAndFoundBySearchesOnceItIsShown() throws Exception {
    intake.lay("a", document(1));
    assertThat(value("a")).isEqualTo(1);
    intake.bring();
    assertThat(value("a")).isEqualTo(1);
    assertThat(found()).isZero();
    intake.lay("a", document(2));
    assertThat(value("a")).as("the last counts").isEqualTo(2);
    intake.show();
    assertThat(found()).isOne();
    assertThat(value("a")).isEqualTo(2);
  }

  @Test
  void whatIsDeletedIsGoneAtOnceAndWhatWaitedOfItIsNotBrought() throws Exception {
    intake.lay("a", document(1));
    intake.show();
    intake.lay("a", document(2));
    intake.delete("a");
    assertThat(intake.find("a")).isNull();
    intake.show();
    assertThat(intake.find("a")).isNull();
    assertThat(found()).isZero();
    intake.lay("a", document(3));
    assertThat(value("a")).as("it may come back").isEqualTo(3);
  }

  @Test
  void whatIsPutTakesThePlaceOfWhatWaits() throws Exception {
    intake.lay("a", document(1));
    intake.put("a", document(2));
    intake.show();
    assertThat(value("a")).isEqualTo(2);
  }

  @Test
  void ofWhatIsLaidDownManyTimesOneDocumentIsMade() throws Exception {
    AtomicInteger made = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      int value = i;
      intake.lay("a", () -> {
        made.incrementAndGet();
        return document(value);
      });
    }
    intake.show();
    assertThat(made).hasValue(1);
    assertThat(value("a")).isEqualTo(999);
  }

  @Test
  void whoLaysDownMoreThanThereIsRoomForBringsItAndNothingIsLost() throws Exception {
    for (int i = 0; i < MOST + 10; i++) {
      intake.lay("d" + i, document(i));
    }
    assertThat(value("d3")).isEqualTo(3);
    intake.show();
    assertThat(found()).isEqualTo(MOST + 10);
    assertThat(intake.lost()).isZero();
  }

  @Test
  void whatAnIndexDoesNotTakeWaitsOnAndWhatFindsNoRoomThenIsCounted() throws Exception {
    boolean[] full = {true};
    for (int i = 0; i < MOST; i++) {
      int value = i;
      intake.lay("d" + i, () -> {
        if (full[0]) {
          throw new UncheckedIOException(new IOException("no space left"));
        }
        return document(value);
      });
    }
    assertThatThrownBy(() -> intake.lay("more", document(1))).isInstanceOf(UncheckedIOException.class);
    assertThat(intake.lost()).isOne();
    full[0] = false;
    intake.lay("more", document(7));
    intake.show();
    assertThat(found()).isEqualTo(MOST + 1);
    assertThat(value("more")).isEqualTo(7);
  }
}
