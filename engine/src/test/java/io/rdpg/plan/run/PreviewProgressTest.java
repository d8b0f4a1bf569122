package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.testing.RunFixture;
import io.rdpg.plan.testing.TestDeadlines;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a preview tells while it only looks. */
class PreviewProgressTest {
  @TempDir Path directory;

  @Test
  void a_preview_that_takes_longer_tells_where_it_is_before_it_tells_of_any_step() {
    RunFixture stage = new RunFixture(directory).on("n1", "n2");
    CountDownLatch told = new CountDownLatch(2);
    stage.told(event -> {
      if (event instanceof Event.ReadingState) {
        told.countDown();
      }
    });
    stage.target.beforeLook((node, _, _) -> {
      if (node.equals("n2")) {
        await(told);
      }
    });
    RunFixture.Played played = stage.preview("  - name: key\n    consul_kv: {key: k, value: v}\n");
    List<Event.ReadingState> looking = played.of(Event.ReadingState.class);
    assertThat(looking).hasSizeGreaterThanOrEqualTo(2);
    Event.ReadingState last = looking.get(1);
    assertThat(last.nodes()).isEqualTo(2);
    assertThat(last.at())
        .extracting(Event.At::node, Event.At::id)
        .containsExactly(tuple("n2", "key"));
    assertThat(last.elapsed()).isGreaterThan(looking.getFirst().elapsed());
    assertThat(played.events().indexOf(looking.getLast()))
        .isLessThan(played.events().indexOf(played.of(Event.StepStarted.class).getFirst()));
  }

  @Test
  void what_takes_no_time_is_not_told() throws InterruptedException {
    EventBuffer kept = new EventBuffer();
    Thread over = Thread.ofVirtual().unstarted(() -> {});
    over.start();
    over.join();
    new PreviewProgress(
            List.of(kept),
            List.of(over),
            event -> {
              throw new AssertionError(event);
            })
        .toItsEnd();
    assertThat(kept.at()).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(TestDeadlines.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
