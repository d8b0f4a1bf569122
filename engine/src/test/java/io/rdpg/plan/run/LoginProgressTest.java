package io.rdpg.plan.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.target.LoginTurns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoginProgressTest {
  private int waiting;

  @Test
  void reports_while_nodes_wait_and_once_when_none_does_any_longer() {
    LoginTurns logins =
        new LoginTurns() {
          @Override
          public int waiting() {
            return waiting;
          }

          @Override
          public Duration waited(String node) {
            return Duration.ZERO;
          }

          @Override
          public Duration waitedByAny() {
            return Duration.ZERO;
          }
        };
    List<InternalEvent> events = new ArrayList<>();
    LoginProgress progress = new LoginProgress(logins, 300, events::add);

    progress.report();
    waiting = 12;
    progress.report();
    waiting = 0;
    progress.report();
    progress.report();

    assertThat(events)
        .containsExactly(new Event.LoginsWaiting(12, 300), new Event.LoginsWaiting(0, 300));
  }
}
