package io.rdpg.plan.lab;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Plural;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.system.Mutex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The real servers of a local inventory: OpenSSH, PostgreSQL and Consul on every node, pgbouncer
 * and haproxy on service nodes. They outlive this program. What runs is known from the records in
 * the lab's home alone; a process that the lab didn't start is never touched.
 */
public final class Lab {
  private static final int HASH_CHARACTERS = 8;
  private static final int LONGEST_STEM = 20;

  private final LabSpec spec;
  private final LabHome home;

  public Lab(LabSpec spec) {
    this.spec = spec;
    this.home = new LabHome(spec.home());
  }

  /**
   * The home of an inventory's lab: always the same for the same file, and where the user that
   * PostgreSQL runs as can reach it, which a directory beside the inventory may not be.
   */
  public static Path defaultHome(Path inventoryFile) {
    Path file = inventoryFile.toAbsolutePath().normalize();
    Path base =
        LabUser.isRoot(System.getProperty("user.name"))
            ? Path.of("/var/lib")
            : LabCache.userDirectory("XDG_STATE_HOME", ".local/state");
    String name = String.valueOf(file.getFileName());
    String stem = name.replaceFirst("\\.[^.]*$", "").replaceAll("[^A-Za-z0-9_-]", "-");
    return base.resolve("rdpg-plan")
        .resolve("lab")
        .resolve(
            stem.substring(0, Math.min(LONGEST_STEM, stem.length()))
                + "-"
                + sha256(file.toString()).substring(0, HASH_CHARACTERS));
  }

  /**
   * Starts the servers that aren't running, but for nodes that were stopped alone, and returns when
   * all of them answer. Quick when all are running.
   *
   * @param progress receives what is being done, one sentence at a time; from several threads
   * @return the servers that were started, such as {@code sc1 postgres}; empty when all were
   *     running
   * @throws Failure when the lab is invalid, a program is missing, a port is in use, or a server
   *     doesn't start; servers that were started by then keep running, and the next call continues
   *     from there
   */
  public List<String> up(Consumer<String> progress) {
    LabSpecCheck.check(spec);
    try (LabLock _ = LabLock.take(home, progress)) {
      List<Place> missing =
          places().filter(place -> !isStopped(place.node()) && !isUp(place)).toList();
      return missing.isEmpty() ? List.of() : start(missing, progress);
    }
  }

  /**
   * Ends all servers and keeps their data.
   *
   * @return the servers that were ended
   * @throws Failure when a process can't be ended
   */
  public List<String> stop(Consumer<String> progress) {
    if (!Files.exists(home.lock())) {
      return List.of();
    }
    try (LabLock _ = LabLock.take(home, progress)) {
      return stopAll(progress);
    }
  }

  /**
   * Ends the servers of nodes and keeps their data, as if these machines were lost: {@link #up}
   * leaves them so until they are {@link #release released}.
   *
   * @param nodes their names
   * @return the servers that were ended
   * @throws Failure when the lab has no such node, or a process can't be ended; then nothing is
   *     ended, or the next call continues from there
   */
  public List<String> stop(List<String> nodes, Consumer<String> progress) {
    List<LabNode> stopped = nodes.stream().map(this::node).toList();
    try (LabLock _ = LabLock.take(home, progress)) {
      for (LabNode node : stopped) {
        LabDirectories.make(home.node(node));
        LabDirectories.write(home.stopped(node), "", "rw-r--r--", null);
      }
      return stopAll(
          record -> stopped.stream().anyMatch(node -> record.startsWith(home.node(node))),
          progress);
    }
  }

  /**
   * Lets {@link #up} start nodes again that were stopped alone.
   *
   * @param nodes their names; empty for all
   * @throws Failure when the lab has no such node
   */
  public void release(List<String> nodes, Consumer<String> progress) {
    List<LabNode> released =
        nodes.isEmpty() ? spec.nodes() : nodes.stream().map(this::node).toList();
    if (Files.exists(home.lock())) {
      try (LabLock _ = LabLock.take(home, progress)) {
        released.forEach(node -> LabDirectories.delete(home.stopped(node)));
      }
    }
  }

  private LabNode node(String name) {
    return spec.nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            Failure.of(
                Code.UNKNOWN_NODE,
                "the lab has no node '" + name + "'",
                "its nodes: "
                    + spec.nodes().stream().map(LabNode::name).collect(Collectors.joining(", "))));
  }

  private boolean isStopped(LabNode node) {
    return Files.exists(home.stopped(node));
  }

  /**
   * Ends all servers and deletes the lab's home.
   *
   * @return the servers that were ended
   * @throws Failure when a process can't be ended; then nothing is deleted
   */
  public List<String> down(Consumer<String> progress) {
    if (!Files.exists(home.lock())) {
      return List.of();
    }
    try (LabLock lock = LabLock.take(home, progress)) {
      List<String> stopped = stopAll(progress);
      lock.deleteHome();
      return stopped;
    }
  }

  /**
   * Ends a node's server in good order; {@link #up} starts it again.
   *
   * @param server such as {@code postgres}
   * @throws Failure when it can't be ended
   */
  public void stop(String node, String server) {
    Place place = place(node, server);
    try (LabLock _ = LabLock.take(home, _ -> {})) {
      running(place)
          .ifPresent(process ->
              ServerStarter.stop(process, place.kind(), place.node().name() + " " + server));
    }
  }

  /**
   * Cuts the SSH connections with a node: kills the processes of its sshd that serve them, with all
   * that was started in them. The sshd itself goes on.
   */
  public void cutConnections(String node) {
    running(place(node, ServerKind.SSH.word()))
        .flatMap(process -> ProcessHandle.of(process.pid()))
        .ifPresent(sshd -> sshd.descendants().forEach(ProcessHandle::destroyForcibly));
  }

  private Place place(String node, String server) {
    return places()
        .filter(place -> place.node().name().equals(node) && place.kind().word().equals(server))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(node + " has no server " + server));
  }

  /** What runs now, as its records say; no server is asked. */
  public LabStatus status() {
    LabPasswords secrets = new LabPasswords(home.secrets());
    String login = System.getProperty("user.name");
    return new LabStatus(
        spec.nodes().stream()
            .map(node ->
                new LabStatus.NodeStatus(
                    node.name(),
                    node.cluster(),
                    node.address(),
                    node.servers().stream()
                        .filter(kind -> !isUp(new Place(node, kind)))
                        .map(ServerKind::word)
                        .toList(),
                    isStopped(node),
                    urls(node, secrets, login)))
            .toList());
  }

  /** Whether any of its servers runs. */
  public boolean runs() {
    return places().anyMatch(place -> running(place).isPresent());
  }

  /** A server that there is to be. */
  private record Place(LabNode node, ServerKind kind) {}

  private Stream<Place> places() {
    return spec.nodes().stream()
        .flatMap(node -> node.servers().stream().map(kind -> new Place(node, kind)));
  }

  private Optional<ServerProcess> running(Place place) {
    return ServerProcess.recorded(record(place)).filter(ServerProcess::alive);
  }

  private Path record(Place place) {
    return home.processRecord(place.node(), place.kind());
  }

  private boolean isUp(Place place) {
    return running(place).filter(ServerProcess::ready).isPresent();
  }

  private List<String> start(List<Place> missing, Consumer<String> progress) {
    LabContext site = site(progress);
    List<LabServer> servers = missing.stream().map(place -> server(site, place)).toList();
    List<Place> dead = missing.stream().filter(place -> running(place).isEmpty()).toList();
    PortsInUse.requireFree(
        dead.stream().map(place -> server(site, place)).toList(),
        dead.stream().anyMatch(place -> Files.exists(record(place))));
    requireEntry(site);
    LabDirectories.delete(home.removed());
    progress.accept("starting " + Plural.of(servers.size(), "server") + " in " + home.root());
    spec.nodes().forEach(node -> LabDirectories.make(home.node(node)));
    var _ = LabAccess.make(spec);
    ServerStarter supervisor = new ServerStarter(site);
    Mutex telling = new Mutex();
    AtomicInteger up = new AtomicInteger();
    ParallelTasks.run(
        servers.stream()
            .<Runnable>map(server ->
                () -> {
                  supervisor.start(server);
                  try (var _ = telling.hold()) {
                    String count = up.incrementAndGet() + " of " + servers.size();
                    progress.accept(count + " up: " + server.title());
                  }
                })
            .toList());
    return servers.stream().map(LabServer::title).toList();
  }

  private LabContext site(Consumer<String> progress) {
    LabUser user = LabUser.detect();
    RequiredPrograms tools = RequiredPrograms.locate(progress);
    PostgresPrograms postgres = PostgresPrograms.locate(spec.postgres(), tools, progress);
    return new LabContext(spec, user, tools, postgres, ConsulPackage.locate(progress));
  }

  private void requireEntry(LabContext site) {
    try {
      new ShortCommand(UserSwitch.command(site, List.of("test", "-x", home.root().toString())))
          .run();
    } catch (Failure _) {
      throw Failure.of(
          Code.LAB_FAILED,
          "user " + site.user().name() + ", which runs the servers, can't enter " + home.root(),
          "give the lab a home whose parent directories every user can enter: `lab: {home: ...}`");
    }
  }

  private static LabServer server(LabContext site, Place place) {
    LabNode node = place.node();
    return switch (place.kind()) {
      case SSH -> new SshServer(site, node);
      case POSTGRES -> new PostgresServer(site, node);
      case CONSUL -> new ConsulAgent(site, node);
      case PGBOUNCER -> new PgbouncerServer(site, node);
      case HAPROXY -> new HaproxyServer(site, node);
    };
  }

  /** By the records and not by the inventory, which may have lost nodes since. */
  private List<String> stopAll(Consumer<String> progress) {
    return stopAll(_ -> true, progress);
  }

  /**
   * Ends some servers.
   *
   * @param which of the records
   */
  private List<String> stopAll(Predicate<Path> which, Consumer<String> progress) {
    List<String> stopped = new ArrayList<>();
    List<Runnable> work = new ArrayList<>();
    for (ServerKind kind : ServerKind.values()) {
      for (Path record : records(kind).stream().filter(which).toList()) {
        String title = home.root().relativize(record).getName(0) + " " + kind.word();
        ServerProcess.recorded(record)
            .filter(ServerProcess::alive)
            .ifPresent(process -> {
              stopped.add(title);
              work.add(() -> ServerStarter.stop(process, kind, title));
            });
      }
    }
    if (!stopped.isEmpty()) {
      progress.accept("stopping " + Plural.of(stopped.size(), "server"));
      ParallelTasks.run(work);
    }
    return List.copyOf(stopped);
  }

  private List<Path> records(ServerKind kind) {
    try (Stream<Path> nodes = Files.list(home.root())) {
      return nodes
          .map(node -> node.resolve("run").resolve(kind.word()))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw LabDirectories.failed(home.root(), e);
    }
  }

  private static LabStatus.Urls urls(LabNode node, LabPasswords secrets, String login) {
    LabNode.Ports ports = node.ports();
    String address = node.address();
    boolean service = node.role() == LabNode.Role.SERVICE;
    Optional<Text> superuser = secrets.read(LabPasswords.POSTGRES);
    Optional<Text> rdpg = secrets.read(LabPasswords.RDPG);
    return new LabStatus.Urls(
        postgresUrl("postgres", superuser, address, ports.postgres(), "postgres"),
        service ? postgresUrl("rdpg", rdpg, address, ports.pgbouncer(), "rdpg") : null,
        service ? postgresUrl("rdpg", rdpg, address, ports.haproxy(), "rdpg") : null,
        Text.plain("http://" + address + ":" + ports.consul()),
        Text.plain("ssh://" + login + "@" + address + ":" + ports.ssh()));
  }

  /** A connection URI (PostgreSQL manual, libpq, 32.1.1.2); the lab's passwords need no escapes. */
  private static Text postgresUrl(
      String user, Optional<Text> password, String address, int port, String database) {
    String secret = password.map(text -> ":" + text.marked()).orElse("");
    return Text.marked(
        "postgresql://" + user + secret + "@" + address + ":" + port + "/" + database);
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
