package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.ContentHash;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegisterWatchTest {
  private static final String YAML =
      "{name: w, type: service, service: s, handler: [/bin/h, s], config_dir: /etc/consul.d}";
  private static final String CONTENT =
      """
      {
        "watches" : [ {
          "type" : "service",
          "service" : "s",
          "handler_type" : "script",
          "args" : [ "/bin/h", "s" ]
        } ]
      }
      """;
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void the_file_is_written_in_consuls_notation_and_the_agent_reloaded() {
    Diff.Change change = (Diff.Change) diff(YAML, new Observation.NoFile(), state(null, null));
    assertThat(change.effects())
        .extracting(Effect::kind)
        .containsExactly(Effect.Kind.FILE_WRITE, Effect.Kind.SERVICE_RELOAD);
    assertThat(change.effects().getFirst())
        .isEqualTo(
            new Effect.WriteFile(
                "/etc/consul.d/w.json", Text.plain(CONTENT), null, null, 0640, List.of()));
    Effect.Reload reload = (Effect.Reload) change.effects().getLast();
    assertThat(reload.stamp())
        .satisfies(stamp -> {
          assertThat(stamp).isNotNull();
          assertThat(java.util.Objects.requireNonNull(stamp).path())
              .isEqualTo("/etc/consul.d/.w.loaded");
          assertThat(stamp.hash()).isEqualTo(ContentHash.of(Text.plain(CONTENT)));
        });
  }

  @Test
  void a_written_file_is_not_enough_the_agent_must_have_loaded_it() {
    assertThat(diff(YAML, file(), state("hash", NOW))).isInstanceOf(Diff.InSync.class);
    assertThat(reloads(state(null, null))).isTrue();
    assertThat(reloads(state("other", NOW))).isTrue();
    assertThat(reloads(state("hash", NOW.minusSeconds(1)))).isTrue();
  }

  @Test
  void a_directory_that_is_missing_is_refused() {
    assertThat(
            ((Diff.Refused)
                    diff(YAML, new Observation.NoDirectory("/etc/consul.d"), state(null, null)))
                .message())
        .isEqualTo(
            "directory /etc/consul.d doesn't exist, so /etc/consul.d/w.json can't be written");
  }

  @Test
  void a_url_gets_the_change_as_a_post() {
    Diff.Change change =
        (Diff.Change)
            diff(
                "{name: w, type: nodes, handler: 'http://h/', config_dir: /c}",
                new Observation.NoFile(),
                state(null, null));
    assertThat(change.detail()).contains("\"handler_type\" : \"http\"", "\"path\" : \"http://h/\"");
  }

  @Test
  void a_name_names_a_file() {
    assertThatThrownBy(() ->
            diff(
                "{name: ../w, type: nodes, handler: h, config_dir: /c}",
                new Observation.NoFile(),
                state(null, null)))
        .hasMessageContaining("it names a file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type: checks, state: failing | 'state' can't be 'failing'",
        "type: key, key: /k | 'key' must be a key",
        "type: keyprefix, prefix: '' | 'prefix' must be a key",
        "type: service, service: s, passingonly: perhaps | 'passingonly' must be true or false",
      })
  void a_watch_that_consul_would_not_take_is_told(String what, String message) {
    assertThatThrownBy(() ->
            diff(
                "{name: w, %s, handler: h, config_dir: /c}".formatted(what),
                new Observation.NoFile(),
                state(null, null)))
        .hasMessageContaining(message);
  }

  private static boolean reloads(Observation state) {
    return diff(YAML, file(), state) instanceof Diff.Change change
        && change.effects().size() == 1
        && change.effects().getFirst() instanceof Effect.Reload;
  }

  private static Observation file() {
    return new Observation.File(Text.plain(CONTENT), "consul", "consul", 0640);
  }

  private static Observation state(@Nullable String stamp, @Nullable Instant stamped) {
    return new Observation.ConfigurationState(List.of(), "hash", NOW, stamp, stamped, null, null);
  }

  private static Diff diff(String yaml, Observation... observations) {
    return StepArguments.diff(new RegisterWatch(), yaml, observations);
  }
}
