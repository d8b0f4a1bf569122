package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsulServiceTest {
  private static final String YAML =
      "{name: s, address: a, port: 1, tags: [t], check: {tcp: 'a:1', interval: 10s}}";
  private static final Observation.Registration REGISTRATION =
      new Observation.Registration(
          "s",
          "s",
          "a",
          1,
          List.of("t"),
          new Observation.Check("tcp", List.of("a:1"), "10s", null));

  @Test
  void the_agents_registration_is_kept_equal() {
    assertThat(diff(YAML, new Observation.NoRegistration()))
        .extracting(diff -> ((Diff.Change) diff).effects())
        .isEqualTo(List.of(new Effect.Register(REGISTRATION)));
    assertThat(diff(YAML, new Observation.Existing(REGISTRATION))).isInstanceOf(Diff.InSync.class);
    assertThat(diff("{name: s, port: 2}", new Observation.Existing(REGISTRATION)))
        .extracting(diff -> ((Diff.Change) diff).because())
        .isEqualTo("the agent's registration differs");
    assertThat(diff(YAML, new Observation.Existing(REGISTRATION, false)))
        .as("what the catalog isn't told of")
        .extracting(diff -> ((Diff.Change) diff).effects())
        .isEqualTo(List.of(new Effect.Register(REGISTRATION)));
    assertThat(diff(YAML, new Observation.LeftBehind(REGISTRATION)))
        .extracting(diff -> ((Diff.Change) diff).effects())
        .isEqualTo(List.of(new Effect.Register(REGISTRATION)));
  }

  @Test
  void what_differs_is_shown_old_and_new() {
    Observation.Registration other =
        new Observation.Registration(
            "s",
            "s",
            "a",
            2,
            List.of(),
            new Observation.Check("http", List.of("http://u:secret@a/"), "10s", "5s"));
    assertThat(diff(YAML, new Observation.Existing(other)))
        .extracting(diff -> ((Diff.Change) diff).detail())
        .isEqualTo(
            """
            - port: 2
            + port: 1
            + tags: [t]
            - check: {http: http://***@a/, interval: 10s, timeout: 5s}
            + check: {tcp: a:1, interval: 10s}\
            """);
  }

  @Test
  void an_absent_one_is_taken_out() {
    String yaml = "{id: i, name: s, absent: true}";
    assertThat(diff(yaml, new Observation.NoRegistration())).isInstanceOf(Diff.InSync.class);
    for (Observation.RegistrationState there :
        List.of(new Observation.Existing(REGISTRATION), new Observation.LeftBehind(REGISTRATION))) {
      assertThat(diff(yaml, there))
          .extracting(diff -> ((Diff.Change) diff).effects())
          .isEqualTo(List.of(new Effect.Deregister("i", "s")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{tpc: 'a:1', interval: 1s} | unknown key 'tpc'",
        "{tcp: 'a:1', http: 'http://a/', interval: 1s} | exactly one of",
        "{interval: 1s} | exactly one of",
        "{tcp: 'a:1'} | 'interval' is missing",
        "{tcp: 'a:1', interval: 0s} | 'interval' must be at least 1s",
        "{tcp: 'a:1', interval: 999ms} | 'interval' must be at least 1s",
        "{tcp: 'a:1', interval: 1s, timeout: 0s} | 'timeout' must be more than 0s",
        "{ttl: 0s} | 'ttl' must be more than 0s",
        "{ttl: 9999999h} | 'ttl' must be a duration",
        "{ttl: 30s, interval: 10s} | 'interval' has no meaning beside ttl",
        "{ttl: 30s, timeout: 10s} | 'timeout' has no meaning beside ttl",
        "{script: [], interval: 10s} | 'script' names no command",
        "{script: ['', x], interval: 10s} | 'script' names no command",
      })
  void a_check_that_consul_would_not_take_is_told(String check, String message) {
    assertThatThrownBy(
            () -> diff("{name: s, check: " + check + "}", new Observation.NoRegistration()))
        .hasMessageContaining(message);
  }

  @Test
  void a_ttl_check_has_no_interval() {
    assertThat(diff("{name: s, check: {ttl: 30s}}", new Observation.NoRegistration()))
        .isInstanceOf(Diff.Change.class);
  }

  @Test
  void a_port_is_one() {
    assertThatThrownBy(() -> diff("{name: s, port: 70000}", new Observation.NoRegistration()))
        .hasMessageContaining("must be a port from 1 to 65535, not 70000");
  }

  private static Diff diff(String yaml, Observation observation) {
    return StepArguments.diff(new ConsulService(), yaml, observation);
  }
}
