package io.rdpg.plan.target.live;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Locks;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.target.ServerMessages;
import io.rdpg.plan.target.consul.ConsulEffects;
import io.rdpg.plan.target.files.FilesEffects;
import io.rdpg.plan.target.files.ServiceProtocol;
import io.rdpg.plan.target.postgres.SqlEffects;
import io.rdpg.plan.target.postgres.SqlReader;
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
  private final SqlReader reader;
  private final ConsulEffects consul;
  private final Locks locks;

  /**
   * @param logins what a wait for a lock is not to count
   * @param run the run's id, which locks store as their holder
   * @param reader of the same node, whose transport is shared; must be closed later
   */
  NodeEffects(NodeAccess access, LoginTurns logins, String run, NodeReader reader) {
    transport = reader.transport();
    this.reader = reader.sql();
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
    ServiceProtocol protocol =
        switch (reload.how()) {
          case Effect.How.Sql how -> new PostgresProtocol(how, messages, cancellation);
          case Effect.How.ConsulAgent _ -> () -> consul.reload(cancellation);
          case Effect.How.Signal _, Effect.How.Systemd _, Effect.How.Command _ -> () -> {};
        };
    files.reload(reload, protocol, cancellation);
  }

  /** PostgreSQL, which is asked by SQL too. */
  private final class PostgresProtocol implements ServiceProtocol {
    private final Effect.How.Sql how;
    private final ServerMessages messages;
    private final Cancellation cancellation;

    PostgresProtocol(Effect.How.Sql how, ServerMessages messages, Cancellation cancellation) {
      this.how = how;
      this.messages = messages;
      this.cancellation = cancellation;
    }

    @Override
    public void reload() {
      sql.run(
          new Effect.RunSql(how.database(), how.sql(), List.of(), true, Set.of()),
          messages,
          cancellation);
    }

    @Override
    public Observation.Rows query(Read.Query query) {
      return reader.query(query, cancellation);
    }
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
