package io.rdpg.plan.target.local;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.shell.TransportContract;
import org.junit.jupiter.api.Tag;

@Tag("tool")
class LocalTransportIT extends TransportContract {
  @Override
  protected Transport open() {
    return new LocalTransport("here", NodeAccess.Become.USUAL);
  }
}
