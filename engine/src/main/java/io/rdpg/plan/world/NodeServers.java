package io.rdpg.plan.world;

import io.rdpg.plan.model.Access;
import io.rdpg.plan.run.Cancellation;
import io.rdpg.plan.run.Locks;
import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.world.consul.ConsulAgent;
import io.rdpg.plan.world.files.NodeFiles;
import io.rdpg.plan.world.local.LocalReach;
import io.rdpg.plan.world.local.NetworkReach;
import io.rdpg.plan.world.postgres.PostgresServer;
import io.rdpg.plan.world.reach.Reach;
import io.rdpg.plan.world.ssh.SshReach;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One node with its servers, all over one way to it. Nothing is contacted before it is needed. Safe
 * for use by many threads.
 */
final class NodeServers implements AutoCloseable {
  private final Reach reach;
  private final NodeFiles files;
  private final PostgresServer postgres;
  private final ConsulAgent consul;
  private final Locks locks;

  /**
   * @param run the run's id, which locks say of their holder
   */
  NodeServers(Access access, String run) {
    reach =
        switch (access.transport()) {
          case Access.Ssh ssh -> new SshReach(access.node(), ssh);
          case Access.Local _ -> new LocalReach(access.node());
          case Access.NetworkOnly _ -> new NetworkReach(access.node());
        };
    files = new NodeFiles(reach);
    postgres = new PostgresServer(access.postgres(), reach, access.node());
    consul = new ConsulAgent(access.consul(), reach, access.node());
    locks = consul.locks(run);
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

  void perform(Effect effect, Locks.@Nullable Held lock, Cancellation cancellation) {
    switch (effect) {
      case Effect.WriteFile write -> files.write(write, cancellation);
      case Effect.RunCommand command -> files.run(command, cancellation);
      case Effect.RunSql sql -> postgres.run(sql, cancellation);
      case Effect.PutKey put -> consul.put(put, lock, cancellation);
      case Effect.DeleteKey delete -> consul.delete(delete, lock, cancellation);
      case Effect.Register register -> consul.register(register, cancellation);
      case Effect.Deregister gone -> consul.deregister(gone, cancellation);
      case Effect.Reload reload -> reload(reload, cancellation);
    }
  }

  /** PostgreSQL and Consul are told by their own protocols, everything else through the shell. */
  private void reload(Effect.Reload reload, Cancellation cancellation) {
    Runnable told =
        switch (reload.how()) {
          case Effect.How.Sql sql ->
              () ->
                  postgres.run(
                      new Effect.RunSql(sql.database(), sql.sql(), List.of(), true, Set.of()),
                      cancellation);
          case Effect.How.ConsulAgent _ -> () -> consul.reload(cancellation);
          case Effect.How.Signal _, Effect.How.Systemd _, Effect.How.Command _ -> () -> {};
        };
    files.reload(reload, told, cancellation);
  }

  Locks locks() {
    return locks;
  }

  @Override
  public void close() {
    postgres.close();
    consul.close();
    reach.close();
  }
}
