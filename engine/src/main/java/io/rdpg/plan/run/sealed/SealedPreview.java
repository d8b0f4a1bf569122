package io.rdpg.plan.run.sealed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a sealed preview's file. Contains no secret in the clear: contents are digests,
 * text is that of events.
 *
 * @param tool the version of rdpg-plan that made it
 * @param time when, RFC 3339
 * @param run the id of the preview's run
 * @param key which key sealed it
 * @param nonce makes this document's digests its own
 * @param asked what has to be asked again
 * @param sources every file that says what is to be done, the plan first
 * @param nodes the selected nodes in inventory order
 * @param locks the order in which nodes take each lock
 * @param steps each node's steps in the order in which they ended
 */
public record SealedPreview(
    String tool,
    String time,
    String run,
    String key,
    String nonce,
    Asked asked,
    List<Source> sources,
    List<String> nodes,
    List<Lock> locks,
    Map<String, List<Step>> steps) {

  /**
   * The command line.
   *
   * @param plan as it was named
   * @param inventory as it was named; null for the usual one
   * @param nodesAtOnce null for all
   * @param extra the arguments of {@code -e}, which may be secrets, encrypted
   */
  public record Asked(
      String plan,
      @Nullable String inventory,
      String limit,
      List<String> tags,
      @Nullable Integer nodesAtOnce,
      boolean local,
      String extra) {}

  /**
   * A file that was read.
   *
   * @param kind {@code plan}, {@code inventory}, {@code folder} (of variables beside these), {@code
   *     variables} or {@code template}, which an SQL file is too
   * @param file as it was named
   * @param path the same, absolute
   */
  public record Source(String kind, String file, String path, String digest) {}

  /**
   * A lock that was asked for.
   *
   * @param key in words
   * @param digest the key's
   */
  public record Lock(String key, String digest, List<Turn> turns) {}

  /**
   * A node's turn at a lock.
   *
   * @param after how many of the node's steps had ended when it came
   */
  public record Turn(String node, int after) {}

  /**
   * How a step ended.
   *
   * @param on where it runs; null for the node itself
   * @param because why it ended so, one phrase
   * @param reads what was read of the real state
   * @param effects what may be performed
   */
  public record Step(
      String id,
      String plan,
      int line,
      String step,
      String label,
      @Nullable String on,
      String status,
      String because,
      List<Saw> reads,
      List<Deed> effects) {
    List<String> digests() {
      return effects.stream().map(Deed::digest).toList();
    }
  }

  /**
   * A read and its observation.
   *
   * @param at the node where it was performed
   * @param read in words
   * @param gave in words
   * @param asks the read's digest
   * @param digest the observation's
   */
  public record Saw(String at, String read, String gave, String asks, String digest) {}

  /**
   * An effect.
   *
   * @param diff null when there is none to show
   */
  public record Deed(
      String kind, String target, String summary, @Nullable String diff, String digest) {}

  List<Step> of(String node) {
    return steps.getOrDefault(node, List.of());
  }

  Optional<Step> step(String node, String id) {
    return of(node).stream().filter(step -> step.id().equals(id)).findFirst();
  }

  /** The index of a step on its node; -1 for one that did not end. */
  int place(String node, String id) {
    List<Step> walk = of(node);
    return IntStream.range(0, walk.size())
        .filter(i -> walk.get(i).id().equals(id))
        .findFirst()
        .orElse(-1);
  }
}
