package io.rdpg.plan.target.live;

import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.consul.ConsulReader;
import io.rdpg.plan.target.files.FilesReader;
import io.rdpg.plan.target.local.LocalTransport;
import io.rdpg.plan.target.local.NetworkTransport;
import io.rdpg.plan.target.postgres.PostgresReader;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.target.ssh.LoginQueue;
import io.rdpg.plan.target.ssh.SshTransport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one node and its servers over one transport. Nothing is contacted before it is needed. Safe
 * for use by many threads.
 */
final class NodeReader implements AutoCloseable {
  private final Transport transport;
  private final FilesReader files;
  private final PostgresReader postgres;
  private final ConsulReader consul;

  /**
   * @param logins shared by all nodes of a run
   */
  NodeReader(NodeAccess access, LoginQueue logins) {
    transport =
        switch (access.transport()) {
          case NodeAccess.Ssh ssh -> new SshTransport(access.node(), ssh, logins);
          case NodeAccess.Local _ -> new LocalTransport(access.node());
          case NodeAccess.NetworkOnly _ -> new NetworkTransport(access.node());
        };
    files = new FilesReader(transport);
    postgres = new PostgresReader(access.postgres(), transport, access.node());
    consul = new ConsulReader(access.consul(), transport, access.node());
  }

  Map<Read<?>, Observation> read(Collection<? extends Read<?>> reads, Cancellation cancellation) {
    Map<Read<?>, Observation> observations = new HashMap<>();
    List<Read<?>> ofFiles = new ArrayList<>();
    for (Read<?> read : reads) {
      switch (read) {
        case Read.Query query -> observations.put(read, postgres.query(query, cancellation));
        case Read.Key key -> observations.put(read, consul.key(key, cancellation));
        case Read.Registered asked ->
            observations.put(read, consul.registered(asked, cancellation));
        case Read.Service service -> observations.put(read, consul.service(service, cancellation));
        case Read.FileAt _, Read.Port _, Read.Http _, Read.Probe _, Read.Configuration _ ->
            ofFiles.add(read);
      }
    }
    if (!ofFiles.isEmpty()) {
      observations.putAll(files.read(ofFiles, cancellation));
    }
    return observations;
  }

  Transport transport() {
    return transport;
  }

  PostgresReader postgres() {
    return postgres;
  }

  @Override
  public void close() {
    postgres.close();
    consul.close();
    transport.close();
  }
}
