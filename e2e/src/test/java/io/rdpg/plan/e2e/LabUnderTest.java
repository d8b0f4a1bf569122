package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.cli.InProcessCommands;
import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import io.rdpg.plan.testing.TestFiles;
import io.rdpg.plan.trial.TrialConsul;
import io.rdpg.plan.trial.TrialNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A lab of the test's own, worked on with the real commands: {@code inventories/lab.yml} at random
 * loopback addresses, with the usual ports, in a directory of its own.
 *
 * <p>Nothing of it outlives the test: the lab is removed by {@link #close}, and by a process that
 * waits for the end of this one when this one is killed.
 */
final class LabUnderTest implements AutoCloseable {
  static final int POSTGRES = 7432;
  static final int PGBOUNCER = 6432;
  static final int HAPROXY = 5432;
  static final int CONSUL = 8500;

  static final Path CHECKOUT = Path.of(System.getProperty("rdpg.checkout", ".."));
  static final Path LAUNCHER = CHECKOUT.resolve("rdpg-plan").toAbsolutePath().normalize();

  /** For programs that run what was built last, also as {@code $RDPG_PLAN}. */
  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "RDPG_PLAN",
          LAUNCHER.toString(),
          "RDPG_PLAN_BUILD",
          "never",
          "JAVA_HOME",
          System.getProperty("java.home"));

  private static final Pattern HOST = Pattern.compile("(?m)^ {8}(\\w+): \\{ansible_host: (\\S+)}");

  private final Path directory;
  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final List<Running> commands = new CopyOnWriteArrayList<>();
  private final Process remover;
  private String asked;

  private LabUnderTest(Path directory, String inventory) throws IOException {
    this.directory = directory;
    Files.writeString(inventory(), inventory);
    Matcher host = HOST.matcher(inventory);
    while (host.find()) {
      addresses.put(host.group(1), host.group(2));
    }
    asked = nodes().getFirst();
    remover = remover();
  }

  /** Three managers mc1, mc2, mc3 and two service nodes sc1, sc2; all their servers run. */
  static LabUnderTest start() {
    return start("18.6.0");
  }

  /** The same with this version of PostgreSQL, three numbers. */
  static LabUnderTest start(String postgres) {
    return up(inventory(postgres));
  }

  /** Only sc1 and sc2. */
  static LabUnderTest serviceCluster() {
    return up(inventory("18.6.0").replaceFirst("(?s)\n    rdpgmc:\n.*?(?=\n    rdpgsc1:\n)", ""));
  }

  /** Only mc1, mc2 and mc3. */
  static LabUnderTest managerCluster() {
    return up(inventory("18.6.0").replaceFirst("(?s)\n    rdpgsc1:\n.*", "\n"));
  }

  /** One service cluster of sc1, sc2 and sc3: everything that a cluster can have, and no more. */
  static LabUnderTest threeServiceNodes() {
    return threeServiceNodes("18.6.0");
  }

  /** The same with this version of PostgreSQL, three numbers. */
  static LabUnderTest threeServiceNodes(String postgres) {
    return up(threeServiceNodesOf(inventory(postgres)));
  }

  private static String threeServiceNodesOf(String inventory) {
    return inventory
        .replaceFirst("(?s)\n    rdpgmc:\n.*?(?=\n    rdpgsc1:\n)", "")
        .replaceFirst("(?m)^( {8})sc2(: \\{ansible_host: 127.*)22}", "$1sc2$222}\n$1sc3$223}");
  }

  /** The same, replicating by another driver on a PostgreSQL that can do it. */
  static LabUnderTest threeServiceNodes(String driver, LabSettings.Postgres postgres) {
    return up(
        threeServiceNodesOf(inventory(postgres.yaml()))
            .replace("    replication: native ", "    replication: " + driver + " "));
  }

  /** One node that replicates with nobody: a cluster service postgresql. */
  static LabUnderTest plainNode() {
    return up(
        inventory("18.6.0")
            .replaceFirst("(?s)\n    rdpgmc:\n.*?(?=\n    rdpgsc1:\n)", "")
            .replaceFirst("(?m)^ {8}sc2: .*\n", "")
            .replace("cluster_service: pgbdr ", "cluster_service: postgresql "));
  }

  private static String inventory(String postgres) {
    String network = "127." + random() + "." + random() + ".";
    return TestFiles.read(CHECKOUT.resolve("inventories/lab.yml"))
        .replaceFirst(
            "(?m)^    lab: true$",
            Matcher.quoteReplacement(
                "    lab: {home: lab, postgres: " + postgres + ", fsync: false}"))
        .replace("127.0.0.", network);
  }

  private static LabUnderTest up(String inventory) {
    try {
      Path directory = Files.createTempDirectory("rdpg-e2e-");
      // The servers' user has to get through it.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      LabUnderTest lab = new LabUnderTest(directory, inventory);
      CommandResult up = lab.run("lab", "up");
      if (up.exit() != 0) {
        lab.close();
        throw new AssertionError("the lab doesn't start: " + up);
      }
      return lab;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The inventory of machines that happen to be those of a lab: nobody starts their servers.
   *
   * @param home where they keep everything
   * @param user whom their servers run as
   */
  static String asRealMachines(String inventory, Path home, String user) {
    return inventory
        .replaceFirst(
            "(?m)^    lab: .*$",
            "    home: %s\n    user: %2$s\n    os_group: %2$s\n    login: %3$s"
                .formatted(home, user, System.getProperty("user.name")))
        .replaceAll("\\blab\\.(home|user|login)\\b", "$1")
        .replaceAll("\\blab\\.group\\b", "os_group"); // plans register something as `group`
  }

  private static int random() {
    return ThreadLocalRandom.current().nextInt(1, 251);
  }

  // --- the command ---

  /**
   * Runs {@code rdpg-plan ARGUMENTS -i INVENTORY} to its end, in {@link #directory}; without the
   * inventory where a sealed preview names it. In this JVM, which has run much of it before: most
   * of what the command costs as a process is a JVM's start. What is about processes {@link
   * #start}s one; so do the lab's own commands, whose servers are nobody's children then.
   *
   * @param arguments such as {@code "apply", "bootstrap", "-o", "json"}
   */
  CommandResult run(String... arguments) {
    return arguments[0].equals("lab") ? start(arguments).await() : runHere(arguments);
  }

  private CommandResult runHere(String... arguments) {
    List<String> command = command(arguments);
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putAll(environment());
    Path home = Objects.requireNonNull(LAUNCHER.getParent());
    InProcessCommands here = new InProcessCommands();
    FutureTask<Integer> run =
        new FutureTask<>(
            () -> here.run(directory, home, environment, command.subList(1, command.size())));
    Thread.ofPlatform().daemon().name("rdpg-plan").start(run);
    try {
      int exit = run.get(TestDeadlines.LONG.toSeconds(), TimeUnit.SECONDS);
      return new CommandResult(exit, here.out(), here.err());
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError(command + " didn't end\n" + here.out() + here.err(), e);
    }
  }

  /** Runs {@code rdpg-plan FIRST MORE -i INVENTORY} to its end. */
  CommandResult run(List<String> first, String... more) {
    return run(Stream.concat(first.stream(), Stream.of(more)).toArray(String[]::new));
  }

  /** Starts {@code rdpg-plan ARGUMENTS -i INVENTORY}; it ends with the lab at the latest. */
  Running start(String... arguments) {
    List<String> command = command(arguments);
    Running running = Running.start(directory, directory, environment(), minding(command));
    commands.add(running);
    return running;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("RDPG_PLAN_SEAL_KEY_FILE", directory.resolve("seal.key").toString());
    environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
    return environment;
  }

  /** Whoever starts a suite in the background may have it ignore interrupts. */
  private static List<String> minding(List<String> command) {
    return Stream.concat(Stream.of("env", "--default-signal=INT"), command.stream()).toList();
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(LAUNCHER.toString());
    command.addAll(List.of(arguments));
    if (!command.contains("-i") && !command.contains("--sealed")) {
      command.addAll(List.of("-i", inventory().toString()));
    }
    return command;
  }

  /**
   * Has pgbouncer's clients wait for a run that was killed and for the next one, however slow the
   * machine is; from the next bootstrap on.
   */
  void letClientsWait() {
    TestFiles.write(
        inventory(),
        TestFiles.read(inventory())
            .replace(
                "        pgbouncer_port:",
                "        pgbouncer_query_wait_timeout: 7200\n        pgbouncer_port:"));
  }

  // --- what it is ---

  /** Where commands run; their journals are in {@code state/rdpg-plan/runs}. */
  Path directory() {
    return directory;
  }

  /** Where the servers keep everything: {@code NODE/SERVER}, {@code secrets/NAME}. */
  Path home() {
    return directory.resolve("lab");
  }

  Path inventory() {
    return directory.resolve("lab.yml");
  }

  /** All nodes' names, in inventory order. */
  List<String> nodes() {
    return List.copyOf(addresses.keySet());
  }

  /** The nodes of a cluster, in the order of their ordinals. */
  List<String> nodes(String cluster) {
    String prefix = cluster.equals("rdpgmc") ? "mc" : "sc";
    return nodes().stream().filter(node -> node.startsWith(prefix)).toList();
  }

  String address(String node) {
    return Optional.ofNullable(addresses.get(node)).orElseThrow();
  }

  /** The node that has this address. */
  String nodeAt(String address) {
    return nodes().stream().filter(node -> address(node).equals(address)).findFirst().orElseThrow();
  }

  /** A file's or directory's path in a node's own directory. */
  Path file(String node, String path) {
    return home().resolve(node).resolve(path);
  }

  /** One of the lab's passwords: {@code postgres}, {@code rdpg}, {@code health}, ... */
  String secret(String name) {
    return TestFiles.read(home().resolve("secrets").resolve(name)).strip();
  }

  // --- its servers ---

  /** What a node's PostgreSQL answers to the superuser: see {@link TrialNode#rows}. */
  List<String> sql(String node, String database, String query) {
    try (Connection connection = connect(node, database)) {
      return TrialNode.rows(connection, query);
    } catch (SQLException e) {
      throw new AssertionError(node + ": " + query, e);
    }
  }

  /** A connection to a node's PostgreSQL as the superuser. */
  Connection connect(String node, String database) throws SQLException {
    return connect(node, POSTGRES, database, "postgres", secret("postgres"));
  }

  /** A connection to one of a node's ports, through which PostgreSQL is reached. */
  Connection connect(String node, int port, String database, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s?connectTimeout=%4$d&socketTimeout=%4$d"
            .formatted(address(node), port, database, TestDeadlines.SOON.toSeconds()),
        user,
        password);
  }

  /** A key's value in Consul; empty when there is no such key. */
  Optional<String> kv(String key) {
    return agent(asked).kv(key);
  }

  /** All keys under {@code rdpg/} with their values, sorted. */
  Map<String, String> keys() {
    return agent(asked).keys("rdpg/");
  }

  /** The instances of a service in Consul's catalogue, as {@code node address:port}, sorted. */
  List<String> services(String name) {
    List<String> instances = new ArrayList<>();
    consul("/v1/catalog/service/" + URLEncoder.encode(name, StandardCharsets.UTF_8))
        .forEach(entry ->
            instances.add(
                "%s %s:%s"
                    .formatted(
                        entry.path("Node").asText(),
                        entry.path("ServiceAddress").asText(),
                        entry.path("ServicePort").asText())));
    return instances.stream().sorted().toList();
  }

  /** Has tables of database rdpg that were made since carried between these nodes. */
  void carryNewTables(List<String> nodes) {
    for (String node : nodes) {
      sql(node, "rdpg", "SELECT subname FROM pg_subscription")
          .forEach(name ->
              sql(
                  node,
                  "rdpg",
                  "ALTER SUBSCRIPTION " + name + " REFRESH PUBLICATION WITH (copy_data = false)"));
    }
  }

  /** Kills one of a node's servers, such as {@code postgres}, and waits for its end. */
  void kill(String node, String server) {
    String record = TestFiles.read(file(node, "run").resolve(server));
    long pid = Long.parseLong(record.substring(0, record.indexOf(' ')));
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    Eventually.holds("the killed " + server + " has ended", () -> !process.isAlive());
  }

  /** Deletes one of a node's directories with all that is in it; {@code "."} for its own. */
  void wipe(String node, String path) {
    TestFiles.delete(file(node, path).normalize());
  }

  /** Kills all servers of a node, and waits until Consul's gossip takes its machine for failed. */
  void killMachine(String lost) {
    for (String server : List.of("haproxy", "pgbouncer", "postgres", "consul", "ssh")) {
      kill(lost, server);
    }
    String other = nodes().stream().filter(node -> !node.equals(lost)).findFirst().orElseThrow();
    Eventually.holds(
        "Consul has noticed that " + lost + " failed",
        TestDeadlines.LONG,
        () ->
            consul(other, "/v1/health/node/" + lost + "?consistent")
                .valueStream()
                .filter(check -> check.path("CheckID").asText().equals("serfHealth"))
                .anyMatch(check -> check.path("Status").asText().equals("critical")));
  }

  /** From now on this node's agent is asked, and not the first node's. */
  void askConsulOf(String node) {
    asked = node;
  }

  /** GET from {@link #askConsulOf one} agent; a missing node when it answers 404. */
  JsonNode consul(String path) {
    return consul(asked, path);
  }

  /** GET from a node's agent; a missing node when it answers 404. */
  JsonNode consul(String node, String path) {
    return agent(node).get(path);
  }

  /** The index that Consul gives with this answer: it moves when what is answered was written. */
  long consulIndex(String path) {
    return agent(nodes().getFirst())
        .ask("GET", path, "")
        .headers()
        .firstValueAsLong("X-Consul-Index")
        .orElseThrow();
  }

  /** PUT to a node's agent; a missing node when its answer is empty. */
  JsonNode consulPut(String node, String path, String body) {
    return agent(node).put(path, body);
  }

  /** DELETE of the first node's agent. */
  void consulDelete(String path) {
    agent(nodes().getFirst()).ask("DELETE", path, "");
  }

  /** Ends a session; the keys that it holds are free. */
  void endSession(JsonNode session) {
    consulPut(nodes().getFirst(), "/v1/session/destroy/" + session.path("ID").asText(), "");
  }

  /** Ends all sessions: those of dead runs would end by themselves some time. */
  void endSessions() {
    consul("/v1/session/list?consistent").forEach(this::endSession);
  }

  private TrialConsul agent(String node) {
    return new TrialConsul(node, URI.create("http://" + address(node) + ":" + CONSUL));
  }

  // --- the end ---

  /**
   * Removes the lab as soon as nobody holds its standard input any more: when it is closed, or when
   * this JVM ends in any way. In a session of its own, so that a Ctrl-C doesn't end it too.
   */
  private Process remover() throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setsid", "sh", "-c"));
    command.add("cat >/dev/null; directory=$1; shift; \"$@\" && rm -rf \"$directory\"");
    command.addAll(List.of("remover", directory.toString()));
    command.addAll(command("lab", "down"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("removal.out").toFile());
    builder.environment().putAll(ENVIRONMENT);
    return builder.start();
  }

  /** Ends what runs and removes all of it. */
  @Override
  public void close() {
    commands.forEach(Running::kill);
    try {
      remover.getOutputStream().close();
      assertThat(remover.waitFor(TestDeadlines.LONG)).isTrue();
      assertThat(remover.exitValue()).as("the lab is removed, else see " + directory).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
