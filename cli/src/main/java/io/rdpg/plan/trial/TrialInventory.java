package io.rdpg.plan.trial;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostics;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.inventory.InventoryReader;
import io.rdpg.plan.language.model.Inventory;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Inventories that were given, and one more that says where the nodes are in a trial: it comes last
 * and wins.
 *
 * @param sources all of them, as {@code -i} takes them
 * @param inventory what they say together
 */
public record TrialInventory(List<Path> sources, Inventory inventory) {
  /** Those below are a network's own. */
  private static final int FIRST = 11;

  public TrialInventory {
    sources = List.copyOf(sources);
  }

  /**
   * Reads inventories.
   *
   * @throws Diagnostics.Rejected when one is invalid
   */
  public static Inventory read(List<Path> sources, Vault vault) {
    Diagnostics diagnostics = new Diagnostics();
    Inventory inventory = InventoryReader.read(sources, vault, diagnostics).inventory();
    diagnostics.rejectIfAny();
    return inventory;
  }

  /**
   * An address in a network for each node. The last number of each stays, where that keeps them
   * apart: it is what people know.
   *
   * @param network its first three numbers, each with a dot
   */
  public static Map<String, String> addresses(Inventory inventory, String network) {
    List<Node> nodes = inventory.nodes();
    List<String> last =
        nodes.stream()
            .map(node -> node.address().substring(node.address().lastIndexOf('.') + 1))
            .toList();
    boolean kept =
        Set.copyOf(last).size() == last.size()
            && last.stream().allMatch(number -> number.matches("\\d{1,3}"));
    Map<String, String> addresses = new LinkedHashMap<>();
    for (int i = 0; i < last.size(); i++) {
      addresses.put(nodes.get(i).name(), network + (kept ? last.get(i) : FIRST + i));
    }
    return addresses;
  }

  /**
   * Writes the last inventory: a folder, since variables in the folders {@code group_vars} and
   * {@code host_vars} win over those of every inventory file.
   *
   * @param folder is made
   * @param addresses of all nodes, by name
   * @param ofAll variables of all nodes together, as YAML
   * @param ofEach variables of each node beside its address, as YAML
   * @throws Failure when a node would still be reached elsewhere
   */
  public static TrialInventory write(
      List<Path> given,
      Vault vault,
      Path folder,
      Map<String, String> addresses,
      String ofAll,
      String ofEach)
      throws IOException {
    StringBuilder hosts = new StringBuilder("all:\n  hosts:\n");
    for (Map.Entry<String, String> node : addresses.entrySet()) {
      hosts.append("    ").append(node.getKey()).append(":\n");
      write(
          folder.resolve("host_vars").resolve(node.getKey() + ".yml"),
          "ansible_host: " + node.getValue() + "\n" + ofEach);
    }
    write(folder.resolve("hosts.yml"), hosts.toString());
    write(folder.resolve("group_vars/all.yml"), ofAll);
    List<Path> sources = Stream.concat(given.stream(), Stream.of(folder)).toList();
    TrialInventory all = new TrialInventory(sources, read(sources, vault));
    all.requireAt(addresses);
    return all;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Else a trial would work on somebody's nodes. */
  private void requireAt(Map<String, String> addresses) {
    for (Node node : inventory.nodes()) {
      if (!node.address().equals(addresses.get(node.name()))) {
        throw Failure.of(
            Code.LAB_FAILED,
            "node " + node.name() + " can't be given an address of its own: " + node.address(),
            "let nothing but ansible_host say a node's address");
      }
    }
  }
}
