package io.rdpg.plan.target.consul;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.testing.DirectTransport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Consul 1.11 says and the Consul that labs use can't say yet. */
@Tag("server")
class FilteredByAclsIT {
  @Test
  void an_answer_from_which_acls_left_something_out_is_no_answer() throws IOException {
    try (StandInAgent newer =
            StandInAgent.start(
                Map.of(
                    "/", StandInAgent.Answer.filtered("[]"),
                    "/v1/kv/", StandInAgent.Answer.filtered(KEY_THAT_IS_NO_LOCK)));
        ConsulReader reader = new ConsulReader(newer.access(), new DirectTransport(), "n1")) {
      for (Runnable list :
          List.<Runnable>of(
              () -> reader.service(new Read.Service("svc"), new Cancellation()),
              () -> reader.locks(new Read.Locks("rdpg/"), new Cancellation()))) {
        assertThat(diagnosticOf(list::run).code()).isEqualTo(Code.CONSUL_REFUSED);
      }
    }
  }

  private static final String KEY_THAT_IS_NO_LOCK =
      """
      [{"Key": "rdpg/a", "Value": "eA==", "Flags": 0, "LockIndex": 0, "CreateIndex": 1,
        "ModifyIndex": 1}]
      """;
}
