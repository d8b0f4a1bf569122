package io.rdpg.plan.trial;

import io.rdpg.plan.lab.InventoryLab;
import io.rdpg.plan.lab.Lab;
import io.rdpg.plan.lab.LabStatus;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.vault.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A lab that is thrown away: that of an inventory, at random loopback addresses and in a directory
 * of its own, so that any number run side by side, and beside the inventory's own. A second
 * inventory says so: it comes after the given ones, and wins.
 *
 * <p>Nothing of it outlives this process: it is removed by {@link #close}, and by a process that
 * waits for the end of this one when this one is killed.
 */
public final class TrialLab implements TestBed {
  private static final int TRIES = 20;
  private static final Duration LONGEST_REMOVAL = Duration.ofMinutes(5);

  private final Path directory;
  private final Map<String, String> addresses;
  private final Lab lab;
  private final TrialRuns runs;
  private final Process remover;

  private TrialLab(
      Path directory, Map<String, String> addresses, Lab lab, TrialRuns runs, Process remover) {
    this.directory = directory;
    this.addresses = addresses;
    this.lab = lab;
    this.runs = runs;
    this.remover = remover;
  }

  /**
   * Starts the servers of an inventory's lab.
   *
   * @param workingDirectory where plans are run: they and what they use are looked up there
   * @param inventories as they are given to {@code -i}; at least one
   * @param vault opens what is encrypted in them
   * @param progress receives what is being done, one sentence at a time; from several threads
   * @throws Diagnostics.Rejected when an inventory is invalid
   * @throws Failure when it is not that of a lab, or a server doesn't start
   */
  public static TrialLab start(
      PlanProgram program,
      Path workingDirectory,
      List<Path> inventories,
      Vault vault,
      Consumer<String> progress) {
    Inventory given = TrialInventory.read(inventories, vault);
    var _ = InventoryLab.of(given);
    try {
      Path directory = Files.createTempDirectory("rdpg-trial-");
      // The servers' user has to get through it.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      Map<String, String> addresses = addresses(given);
      String ofAll =
          "lab: {home: %s, postgres: %s, fsync: false}\n"
              .formatted(directory.resolve("lab"), InventoryLab.postgres(given).yaml());
      TrialInventory own =
          TrialInventory.write(
              inventories, vault, directory.resolve("inventory"), addresses, ofAll, "");
      TrialRuns runs = new TrialRuns(program, workingDirectory, directory, own.sources());
      TrialLab trial =
          new TrialLab(
              directory,
              addresses,
              InventoryLab.of(own.inventory()),
              runs,
              remover(program, workingDirectory, directory, runs));
      try {
        var _ = trial.lab.up(progress);
        return trial;
      } catch (RuntimeException e) {
        trial.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> addresses(Inventory inventory) {
    for (int tried = 0; ; tried++) {
      Map<String, String> addresses =
          TrialInventory.addresses(inventory, "127." + random() + "." + random() + ".");
      if (tried == TRIES || addresses.values().stream().noneMatch(TrialLab::isUsed)) {
        return addresses;
      }
    }
  }

  private static int random() {
    return ThreadLocalRandom.current().nextInt(1, 251);
  }

  /** Whether another lab's Consul, say, listens there. */
  private static boolean isUsed(String address) {
    for (int port : List.of(2222, 7432, 8500)) {
      try (var _ = new Socket(InetAddress.ofLiteral(address), port)) {
        return true;
      } catch (IOException _) {
        // nobody there
      }
    }
    return false;
  }

  // --- what happens to it ---

  /** Remembers all that its servers hold, for {@link #restore}; the first time only. */
  public void remember() {
    if (Files.exists(remembered())) {
      return;
    }
    var _ = lab.stop(_ -> {});
    copy(home(), remembered());
    var _ = lab.up(_ -> {});
  }

  /** Makes everything as it was remembered, and ends the runs that there are. */
  public void restore() {
    runs.end();
    var _ = lab.down(_ -> {});
    copy(remembered(), home());
    var _ = lab.up(_ -> {});
  }

  private Path remembered() {
    return directory.resolve("remembered");
  }

  /** With owners and modes, by cp(1). */
  private static void copy(Path from, Path to) {
    try {
      Process copy =
          new ProcessBuilder("cp", "-a", "--reflink=auto", from.toString(), to.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(copy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (copy.waitFor() != 0) {
        throw Failure.of(Code.LAB_FAILED, "the lab's files could not be copied: " + said.strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while copying " + from, e);
    }
  }

  /**
   * Ends a node's server in good order; {@link #startServers} starts it again.
   *
   * @param server such as {@code postgres}
   */
  public void stopServer(String node, String server) {
    lab.stop(node, server);
  }

  /** Starts the servers that don't run. */
  public void startServers() {
    var _ = lab.up(_ -> {});
  }

  /** Ends the SSH sessions with a node, and what runs in them. */
  public void cutConnections(String node) {
    lab.cutConnections(node);
  }

  // --- runs ---

  @Override
  public TrialRuns runs() {
    return runs;
  }

  // --- what it is ---

  /** Where the servers keep everything: {@code NODE/SERVER}, {@code NODE/logs/SERVER.log}. */
  public Path home() {
    return directory.resolve("lab");
  }

  @Override
  public List<String> nodes() {
    return List.copyOf(addresses.keySet());
  }

  @Override
  public String address(String node) {
    String address = addresses.get(node);
    if (address == null) {
      throw unknown(node);
    }
    return address;
  }

  @Override
  public List<String> sql(String node, String database, String statement) throws SQLException {
    return node(node).sql(database, statement);
  }

  @Override
  public TrialConsul consul() {
    return node(nodes().getFirst()).consul();
  }

  @Override
  public Path directory(String node) {
    var _ = address(node);
    return home().resolve(node);
  }

  @Override
  public void copyLogs(String node, Path to) throws IOException {
    try (Stream<Path> logs = Files.list(directory(node).resolve("logs"))) {
      Files.createDirectories(to);
      for (Path log : logs.toList()) {
        Files.copy(log, to.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @Override
  public Machine machine(String node) {
    throw new UnsupportedOperationException(
        node + " is no machine of its own, but servers on this one: containers are");
  }

  /** The node's servers, for SQL and for Consul's API. */
  public TrialNode node(String node) {
    return lab.status().nodes().stream()
        .filter(status -> status.name().equals(node))
        .findFirst()
        .map(LabStatus.NodeStatus::urls)
        .map(urls ->
            new TrialNode(
                URI.create(urls.postgres().reveal()),
                new TrialConsul(node, URI.create(urls.consul().reveal()))))
        .orElseThrow(() -> unknown(node));
  }

  private IllegalArgumentException unknown(String node) {
    return new IllegalArgumentException("there is no node " + node + ", only " + nodes());
  }

  /** Its passwords, as they may stand nowhere else. */
  public Set<String> secrets() {
    try (Stream<Path> files = Files.list(home().resolve("secrets"))) {
      Set<String> secrets = new LinkedHashSet<>();
      for (Path file : files.sorted().toList()) {
        secrets.add(Files.readString(file).strip());
      }
      return secrets;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // --- the end ---

  /** The runs on the lab are found by their inventory; one that stands still heeds nothing else. */
  private static final String REMOVER =
      """
      cat >/dev/null
      directory=$1
      shift
      for process in /proc/[0-9]*; do
        if [ "${process#/proc/}" != $$ ] && grep -qF "$directory/inventory" "$process/cmdline" 2>/dev/null; then
          kill -9 "${process#/proc/}"
        fi
      done
      "$@" && rm -rf "$directory"
      """;

  /**
   * Ends the runs and removes the lab as soon as nobody holds its standard input any more: when it
   * is closed, or when this JVM ends in any way. In a session of its own, so that a Ctrl-C doesn't
   * end it too.
   */
  private static Process remover(
      PlanProgram program, Path workingDirectory, Path directory, TrialRuns runs)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setsid", "sh", "-c", REMOVER, "remover", directory.toString()));
    command.addAll(runs.command(List.of("lab", "down")));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("removal.out").toFile());
    builder.environment().putAll(program.environment());
    return builder.start();
  }

  /**
   * Ends what runs and removes all of it.
   *
   * @throws Failure when it can't be removed
   */
  @Override
  public void close() {
    runs.end();
    try {
      remover.getOutputStream().close();
      if (!remover.waitFor(LONGEST_REMOVAL) || remover.exitValue() != 0) {
        throw Failure.of(
            Code.LAB_FAILED,
            "the lab in " + directory + " could not be removed",
            "its removal.out says why");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while removing " + directory, e);
    }
  }
}
