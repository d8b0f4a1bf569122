package io.rdpg.plan.trial;

import io.rdpg.plan.lab.InventoryLab;
import io.rdpg.plan.lab.Lab;
import io.rdpg.plan.lab.LabStatus;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.inventory.InventoryReader;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.LabSettings;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.vault.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
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
public final class TrialLab implements AutoCloseable {
  private static final int TRIES = 20;
  private static final Duration LONGEST_REMOVAL = Duration.ofMinutes(5);

  private final PlanProgram program;
  private final Path workingDirectory;
  private final Path directory;
  private final List<Path> inventories;
  private final Map<String, String> addresses;
  private final Lab lab;
  private final Process remover;
  private final List<RunningProgram> runs = new CopyOnWriteArrayList<>();

  private TrialLab(
      PlanProgram program,
      Path workingDirectory,
      Path directory,
      List<Path> inventories,
      Map<String, String> addresses,
      Lab lab)
      throws IOException {
    this.program = program;
    this.workingDirectory = workingDirectory;
    this.directory = directory;
    this.inventories = inventories;
    this.addresses = addresses;
    this.lab = lab;
    this.remover = remover();
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
    Inventory given = read(inventories, vault);
    var _ = InventoryLab.of(given);
    try {
      Path directory = Files.createTempDirectory("rdpg-trial-");
      // The servers' user has to get through it.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      Map<String, String> addresses = addresses(given);
      Path own = ownInventory(directory, InventoryLab.postgres(given), addresses);
      List<Path> all = Stream.concat(inventories.stream(), Stream.of(own)).toList();
      Inventory changed = read(all, vault);
      requireOwn(changed, addresses);
      TrialLab trial =
          new TrialLab(
              program, workingDirectory, directory, all, addresses, InventoryLab.of(changed));
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

  private static Inventory read(List<Path> sources, Vault vault) {
    Diagnostics diagnostics = new Diagnostics();
    Inventory inventory = InventoryReader.read(sources, vault, diagnostics).inventory();
    diagnostics.rejectIfAny();
    return inventory;
  }

  /** The last number of each stays, where that keeps them apart: it is what people know. */
  private static Map<String, String> addresses(Inventory inventory) {
    List<String> last =
        inventory.nodes().stream()
            .map(node -> node.address().substring(node.address().lastIndexOf('.') + 1))
            .toList();
    boolean kept =
        Set.copyOf(last).size() == last.size()
            && last.stream().allMatch(number -> number.matches("\\d{1,3}"));
    for (int tried = 0; ; tried++) {
      String network = "127." + random() + "." + random() + ".";
      Map<String, String> addresses = new LinkedHashMap<>();
      for (int i = 0; i < last.size(); i++) {
        addresses.put(inventory.nodes().get(i).name(), network + (kept ? last.get(i) : i + 1));
      }
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

  /**
   * A folder, since variables in the folders {@code group_vars} and {@code host_vars} win over
   * those of every inventory file.
   */
  private static Path ownInventory(
      Path directory, LabSettings.Postgres postgres, Map<String, String> addresses)
      throws IOException {
    Path own = directory.resolve("inventory");
    StringBuilder hosts = new StringBuilder("all:\n  hosts:\n");
    for (Map.Entry<String, String> node : addresses.entrySet()) {
      hosts.append("    ").append(node.getKey()).append(":\n");
      write(
          own.resolve("host_vars").resolve(node.getKey() + ".yml"),
          "ansible_host: " + node.getValue() + "\n");
    }
    write(own.resolve("hosts.yml"), hosts.toString());

    write(
        own.resolve("group_vars/all.yml"),
        "lab: {home: %s, postgres: %s, fsync: false}\n"
            .formatted(directory.resolve("lab"), postgres.yaml()));
    return own;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Else it would work on somebody's lab. */
  private static void requireOwn(Inventory inventory, Map<String, String> addresses) {
    for (Node node : inventory.nodes()) {
      if (!node.address().equals(addresses.get(node.name()))) {
        throw Failure.of(
            Code.LAB_FAILED,
            "node " + node.name() + " can't be given an address of its own: " + node.address(),
            "let nothing but ansible_host say a node's address");
      }
    }
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
    endRuns();
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

  /** Starts {@code rdpg-plan ARGUMENTS -i INVENTORY …}; it ends with the lab at the latest. */
  public RunningProgram start(Map<String, String> environment, List<String> arguments) {
    List<String> words = new ArrayList<>(arguments);
    inventories.forEach(inventory -> words.addAll(List.of("-i", inventory.toString())));
    Map<String, String> all = new HashMap<>(program.environment());
    all.put("RDPG_PLAN_STATE", directory.resolve("state").toString());
    all.putAll(environment);
    RunningProgram run =
        RunningProgram.start(workingDirectory, directory, all, program.with(words));
    runs.add(run);
    return run;
  }

  /** A new breakpoint for a run of this lab: see {@link Breakpoint#after}. */
  public Breakpoint breakpoint(String step) {
    return Breakpoint.after(directory.resolve("breakpoint-" + System.nanoTime()), step);
  }

  // --- what it is ---

  /** Where the servers keep everything: {@code NODE/SERVER}, {@code NODE/logs/SERVER.log}. */
  public Path home() {
    return directory.resolve("lab");
  }

  /** Where journals are kept, one directory a run. */
  public Path journals() {
    return directory.resolve("state").resolve("runs");
  }

  /** All nodes' names, in inventory order. */
  public List<String> nodes() {
    return List.copyOf(addresses.keySet());
  }

  /**
   * A node's address.
   *
   * @throws IllegalArgumentException when the inventory has no such node
   */
  public String address(String node) {
    String address = addresses.get(node);
    if (address == null) {
      throw unknown(node);
    }
    return address;
  }

  /** The node's servers, for SQL and for Consul's API. */
  public TrialNode node(String node) {
    return lab.status().nodes().stream()
        .filter(status -> status.name().equals(node))
        .findFirst()
        .map(LabStatus.NodeStatus::urls)
        .map(urls ->
            new TrialNode(
                node, URI.create(urls.postgres().reveal()), URI.create(urls.consul().reveal())))
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

  /**
   * Removes the lab as soon as nobody holds its standard input any more: when it is closed, or when
   * this JVM ends in any way. In a session of its own, so that a Ctrl-C doesn't end it too.
   */
  private Process remover() throws IOException {
    List<String> down = new ArrayList<>(List.of("lab", "down"));
    inventories.forEach(inventory -> down.addAll(List.of("-i", inventory.toString())));
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setsid", "sh", "-c"));
    command.add("cat >/dev/null; directory=$1; shift; \"$@\" && rm -rf \"$directory\"");
    command.addAll(List.of("remover", directory.toString()));
    command.addAll(program.with(down));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("removal.out").toFile());
    builder.environment().putAll(program.environment());
    return builder.start();
  }

  private void endRuns() {
    runs.stream().filter(run -> run.process().isAlive()).forEach(RunningProgram::kill);
    runs.clear();
  }

  /**
   * Ends what runs and removes all of it.
   *
   * @throws Failure when it can't be removed
   */
  @Override
  public void close() {
    endRuns();
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
