package io.rdpg.plan.world.live;

import io.rdpg.plan.model.Access;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.Cancellation;
import io.rdpg.plan.world.consul.ConsulSight;
import io.rdpg.plan.world.files.FilesSight;
import io.rdpg.plan.world.local.LocalReach;
import io.rdpg.plan.world.local.NetworkReach;
import io.rdpg.plan.world.postgres.PostgresSight;
import io.rdpg.plan.world.reach.Reach;
import io.rdpg.plan.world.ssh.SshReach;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sees one node with its servers, all over one way to it. Nothing is contacted before it is needed.
 * Safe for use by many threads.
 */
final class NodeSight implements AutoCloseable {
  private final Reach reach;
  private final FilesSight files;
  private final PostgresSight postgres;
  private final ConsulSight consul;

  NodeSight(Access access) {
    reach =
        switch (access.transport()) {
          case Access.Ssh ssh -> new SshReach(access.node(), ssh);
          case Access.Local _ -> new LocalReach(access.node());
          case Access.NetworkOnly _ -> new NetworkReach(access.node());
        };
    files = new FilesSight(reach);
    postgres = new PostgresSight(access.postgres(), reach, access.node());
    consul = new ConsulSight(access.consul(), reach, access.node());
  }

  Map<Look<?>, Answer> look(Collection<? extends Look<?>> looks, Cancellation cancellation) {
    Map<Look<?>, Answer> answers = new HashMap<>();
    List<Look<?>> ofFiles = new ArrayList<>();
    for (Look<?> look : looks) {
      switch (look) {
        case Look.Query query -> answers.put(look, postgres.query(query, cancellation));
        case Look.Key key -> answers.put(look, consul.key(key, cancellation));
        case Look.Registered asked -> answers.put(look, consul.registered(asked, cancellation));
        case Look.Service service -> answers.put(look, consul.service(service, cancellation));
        case Look.FileAt _, Look.Port _, Look.Http _, Look.Probe _, Look.Configuration _ ->
            ofFiles.add(look);
      }
    }
    if (!ofFiles.isEmpty()) {
      answers.putAll(files.look(ofFiles, cancellation));
    }
    return answers;
  }

  Reach reach() {
    return reach;
  }

  PostgresSight postgres() {
    return postgres;
  }

  @Override
  public void close() {
    postgres.close();
    consul.close();
    reach.close();
  }
}
