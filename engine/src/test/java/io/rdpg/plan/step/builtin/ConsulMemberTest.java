package io.rdpg.plan.step.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsulMemberTest {
  private static final Read.Member LOST = new Read.Member("lost");

  private static Diff diff(Observation.MemberState state) {
    return new ConsulMember().diff(LOST, new Observations(Map.of(LOST, state)));
  }

  @Test
  void is_in_sync_when_consul_knows_no_such_node() {
    assertThat(diff(new Observation.NoMember())).isInstanceOf(Diff.InSync.class);
  }

  @Test
  void forgets_a_node_that_has_failed() {
    assertThat(diff(new Observation.Member(false, "10.0.0.1")))
        .isInstanceOfSatisfying(
            Diff.Change.class,
            change ->
                assertThat(change.effects()).containsExactly(new Effect.ForgetMember("lost")));
  }

  @Test
  void refuses_a_node_whose_agent_is_alive() {
    assertThat(diff(new Observation.Member(true, "10.0.0.1")))
        .isInstanceOfSatisfying(
            Diff.Refused.class,
            refused ->
                assertThat(refused.message()).contains("the Consul agent of 'lost' is alive"));
  }
}
