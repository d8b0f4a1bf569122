package io.rdpg.plan.target.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.shell.TransportContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("tool")
class LocalTransportIT extends TransportContract {
  @Override
  protected Transport open() {
    return new LocalTransport("here", NodeAccess.Become.USUAL);
  }

  @Test
  void becomes_other_users_of_this_machine() {
    assumeTrue(System.getProperty("user.name").equals("root"), "su asks others for a password");
    NodeAccess.Become su = new NodeAccess.Become(NodeAccess.Become.Method.SU, null);
    try (Transport transport = new LocalTransport("here", su)) {
      for (String user : new String[] {"nobody", "root"}) {
        assertThat(
                transport
                    .as(user)
                    .run(new Transport.Script("id -un"), new Cancellation())
                    .out()
                    .strip())
            .isEqualTo(user);
      }
    }
  }
}
