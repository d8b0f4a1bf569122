package io.rdpg.plan.target.live;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.consul.ConsulEffects;
import io.rdpg.plan.target.files.FilesEffects;
import io.rdpg.plan.target.postgres.SqlEffects;
import io.rdpg.plan.target.shell.Transport;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Performs effects on one node and its servers, and takes its locks. Nothing is contacted before it
 * is needed. Safe for use by many threads.
 */
final class NodeEffects implements AutoCloseable {
  private final Transport transport;
  private final SqlEffects sql;
  private final ConsulEffects consul;
  private final Locks locks;

  /**
   * @param logins what a wait for a lock is not to count
   * @param run the run's id, which locks store as their holder
   * @param reader of the same node, whose transport is shared; must be closed later
   */
  NodeEffects(NodeAccess access, LoginTurns logins, String run, NodeReader reader) {
    transport = reader.transport();
    sql = new SqlEffects(access.postgres(), reader.transport(), access.node(), reader.sql());
    consul = new ConsulEffects(access.consul(), reader.transport(), access.node());
    locks = consul.locks(run, logins);
  }

  /**
   * False when a compare-and-set met another value.
   *
   * @param user as whom it is done in the node's shell; null for the one who logs in
   */
  boolean perform(
      @Nullable String user,
      Effect effect,
      Locks.@Nullable Held lock,
      ServerMessages messages,
      Cancellation cancellation) {
    FilesEffects files = new FilesEffects(transport.as(user));
    return switch (effect) {
      case Effect.PutKey put -> consul.put(put, lock, cancellation);
      case Effect.DeleteKey delete -> consul.delete(delete, lock, cancellation);
      case Effect.WriteFile write -> done(() -> files.write(write, cancellation));
      case Effect.RunCommand command -> done(() -> files.run(command, cancellation));
      case Effect.RunSql statements -> done(() -> sql.run(statements, messages, cancellation));
      case Effect.Register register -> done(() -> consul.register(register, cancellation));
      case Effect.Deregister gone -> done(() -> consul.deregister(gone, cancellation));
      case Effect.ForgetMember gone -> done(() -> consul.forget(gone, cancellation));
      case Effect.Reload reload -> done(() -> reload(files, reload, messages, cancellation));
    };
  }

  private static boolean done(Runnable work) {
    work.run();
    return true;
  }

  /** PostgreSQL and Consul are reloaded by their own protocols, everything else by the shell. */
  private void reload(
      FilesEffects files,
      Effect.Reload reload,
      ServerMessages messages,
      Cancellation cancellation) {
    Runnable reloadByProtocol =
        switch (reload.how()) {
          case Effect.How.Sql how ->
              () ->
                  sql.run(
                      new Effect.RunSql(how.database(), how.sql(), List.of(), true, Set.of()),
                      messages,
                      cancellation);
          case Effect.How.ConsulAgent _ -> () -> consul.reload(cancellation);
          case Effect.How.Signal _, Effect.How.Systemd _, Effect.How.Command _ -> () -> {};
        };
    files.reload(reload, reloadByProtocol, cancellation);
  }

  Locks locks() {
    return locks;
  }

  @Override
  public void close() {
    sql.close();
    consul.close();
  }
}
