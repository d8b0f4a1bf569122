package io.rdpg.plan.target.live;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Server;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import io.rdpg.plan.target.StepAnswers;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.target.consul.ConsulReader;
import io.rdpg.plan.target.files.FilesAhead;
import io.rdpg.plan.target.files.FilesReader;
import io.rdpg.plan.target.local.LocalTransport;
import io.rdpg.plan.target.local.NetworkTransport;
import io.rdpg.plan.target.postgres.SqlReader;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.ssh.SshClient;
import io.rdpg.plan.target.ssh.SshTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one node and its servers over one transport. Nothing is contacted before it is needed. Safe
 * for use by many threads.
 */
final class NodeReader implements AutoCloseable {
  /** How many requests one Consul agent gets at once. */
  private static final int MOST_REQUESTS = 8;

  private final Transport transport;
  private final SqlReader sql;
  private final ConsulReader consul;

  /**
   * @param ssh shared by all nodes of a run
   */
  NodeReader(NodeAccess access, SshClient ssh) {
    transport =
        switch (access.transport()) {
          case NodeAccess.Ssh to -> new SshTransport(access.node(), to, access.become(), ssh);
          case NodeAccess.Local _ -> new LocalTransport(access.node(), access.become());
          case NodeAccess.NetworkOnly _ -> new NetworkTransport(access.node());
        };
    sql = new SqlReader(access.postgres(), transport, access.node());
    consul = new ConsulReader(access.consul(), transport, access.node());
  }

  /**
   * Performs reads.
   *
   * @param user as whom the node's shell is asked; null for the one who logs in
   */
  Map<Read<?>, Observation> read(
      @Nullable String user, Collection<? extends Read<?>> reads, Cancellation cancellation) {
    Map<Read<?>, Observation> observations = new HashMap<>();
    List<Read<?>> ofFiles = new ArrayList<>();
    for (Read<?> read : reads) {
      byServer(read, cancellation)
          .ifPresentOrElse(
              observation -> observations.put(read, observation), () -> ofFiles.add(read));
    }
    if (!ofFiles.isEmpty()) {
      observations.putAll(new FilesReader(transport.as(user)).read(ofFiles, cancellation));
    }
    return observations;
  }

  /** Asks PostgreSQL or Consul; empty when neither knows. */
  private Optional<Observation> byServer(Read<?> read, Cancellation cancellation) {
    return switch (read) {
      case Read.Query query -> Optional.of(sql.query(query, cancellation));
      case Read.Key key -> Optional.of(consul.key(key, cancellation));
      case Read.Registered asked -> Optional.of(consul.registered(asked, cancellation));
      case Read.Service service -> Optional.of(consul.service(service, cancellation));
      case Read.Member member -> Optional.of(consul.member(member, cancellation));
      case Read.Locks locks -> Optional.of(consul.locks(locks, cancellation));
      case Read.FileAt _,
          Read.Placing _,
          Read.Port _,
          Read.Http _,
          Read.Probe _,
          Read.Configuration _ ->
          Optional.empty();
    };
  }

  /** Performs the reads of several steps, see {@link StateReader#readAhead}. */
  void readAhead(List<StepReads> steps, StepReads.Replies replies, Cancellation cancellation) {
    StepAnswers answers = new StepAnswers(steps, replies);
    List<Read<?>> first = steps.getFirst().reads();
    List<Read<?>> endpoints =
        first.stream()
            .filter(read -> read instanceof Read.Port || read instanceof Read.Http)
            .toList();
    new FilesReader(transport)
        .read(endpoints, cancellation)
        .forEach((read, observation) -> answers.of(0, read, observation));
    try (ParallelReads parallel = new ParallelReads()) {
      for (FilesAhead shell : FilesAhead.ofEachUser(answers)) {
        parallel.start(
            shell.isOfFirst(), () -> shell.read(transport.as(shell.user()), cancellation));
      }
      parallel.start(
          first.stream().anyMatch(Read.Query.class::isInstance),
          () -> queries(answers, cancellation));
      Semaphore atOnce = new Semaphore(MOST_REQUESTS);
      distinct(answers)
          .filter(read -> read.answeredBy() == Server.CONSUL)
          .forEach(read ->
              parallel.start(
                  first.contains(read),
                  () -> {
                    atOnce.acquireUninterruptibly();
                    try {
                      byServer(read, cancellation)
                          .ifPresent(observation -> answers.ofAll(read, observation));
                    } finally {
                      atOnce.release();
                    }
                  }));
    }
    conditions(answers, cancellation);
  }

  /**
   * Asks for authors' conditions as long as every step before one is seen in sync, or stands before
   * it in the same script.
   */
  private void conditions(StepAnswers answers, Cancellation cancellation) {
    for (ConditionsAhead group = ConditionsAhead.next(answers);
        !group.isEmpty();
        group = ConditionsAhead.next(answers)) {
      try {
        if (!group.ask(sql.postgres(), answers, cancellation)) {
          return;
        }
      } catch (Failure failure) {
        return; // their steps ask again
      }
    }
  }

  /** Waits for a change, see {@link StateReader#awaitChange}. */
  void awaitChange(
      Collection<? extends Read<?>> reads,
      Duration pause,
      Duration longest,
      Cancellation cancellation) {
    if (reads.size() == 1 && consul.tellsOf(reads.iterator().next())) {
      consul.awaitChange(reads.iterator().next(), longest, cancellation);
    } else {
      cancellation.pause(pause);
    }
  }

  /** One after another: the first step's, then those of others that no author wrote. */
  private void queries(StepAnswers answers, Cancellation cancellation) {
    List<Read<?>> first = answers.steps().getFirst().reads();
    distinct(answers)
        .filter(Read.Query.class::isInstance)
        .map(Read.Query.class::cast)
        .filter(query -> first.contains(query) || !query.byAuthor())
        .forEach(query -> {
          try {
            Observation observation = sql.query(query, cancellation);
            if (query.byAuthor()) {
              answers.of(0, query, observation);
            } else {
              answers.ofAll(query, observation);
            }
          } catch (Failure failure) {
            if (first.contains(query)) {
              throw failure;
            } // else its step asks again
          }
        });
  }

  private static Stream<Read<?>> distinct(StepAnswers answers) {
    return answers.steps().stream().<Read<?>>flatMap(step -> step.reads().stream()).distinct();
  }

  Transport transport() {
    return transport;
  }

  ConsulReader consul() {
    return consul;
  }

  SqlReader sql() {
    return sql;
  }

  @Override
  public void close() {
    sql.close();
    consul.close();
    transport.close();
  }
}
