package io.rdpg.plan.status;

import io.rdpg.plan.interpret.ArgumentRenderer;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Plan;
import io.rdpg.plan.language.template.Templates;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.system.Threads;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Deadlines;
import io.rdpg.plan.target.StateReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Asks nodes what a plan reads, all side by side: each has a thread of its own, and none waits for
 * another.
 */
public record Survey(Terms terms, List<Node> nodes) {
  public Survey {
    nodes = List.copyOf(nodes);
  }

  /**
   * What is the same for all nodes.
   *
   * @param timeout how long one answer may take; a node's turn to log in isn't counted
   */
  public record Terms(
      Plan plan,
      NodeFacts facts,
      Templates templates,
      ArgumentRenderer arguments,
      Map<String, Primitive<?>> primitives,
      StateReader reader,
      Deadlines deadlines,
      Duration timeout) {}

  /**
   * Asks every node once.
   *
   * @return in the order of the nodes
   * @throws Failure when it is cancelled
   */
  public List<NodeAnswers> ask(Cancellation cancellation) {
    Map<String, NodeAnswers> answers = new ConcurrentHashMap<>();
    start(node -> answers.put(node.name(), answersOf(node, cancellation))).forEach(Threads::join);
    cancellation.check();
    return inOrder(answers);
  }

  /**
   * Asks every node again and again, until it is cancelled.
   *
   * @param pause between two surveys of one node
   * @param shown receives every node's latest answers when one has given others, at most once a
   *     second; on this thread
   * @throws Failure with the reason when it is cancelled
   */
  public void watch(Duration pause, Consumer<List<NodeAnswers>> shown, Cancellation cancellation) {
    Map<String, NodeAnswers> answers = new ConcurrentHashMap<>();
    try (Cancellation.Child watched = cancellation.child()) {
      List<Thread> threads = start(node -> askAgain(node, pause, answers, watched.cancellation()));
      try {
        List<NodeAnswers> before = List.of();
        while (true) {
          List<NodeAnswers> now = inOrder(answers);
          if (!now.equals(before) && !answers.isEmpty()) {
            shown.accept(now);
            before = now;
          }
          cancellation.pause(Duration.ofSeconds(1));
        }
      } finally {
        watched.cancellation().cancel(Diagnostic.of(Code.INTERRUPTED, "nobody watches any more"));
        threads.forEach(Threads::join);
      }
    }
  }

  private void askAgain(
      Node node, Duration pause, Map<String, NodeAnswers> answers, Cancellation cancellation) {
    while (!cancellation.cancelled()) {
      try {
        answers.put(node.name(), answersOf(node, cancellation));
        cancellation.pause(pause);
      } catch (Failure cancelled) {
        return;
      }
    }
  }

  private List<Thread> start(Consumer<Node> survey) {
    List<Thread> threads = new ArrayList<>();
    for (Node node : nodes) {
      threads.add(Thread.ofVirtual().name(node.name()).start(() -> survey.accept(node)));
    }
    return threads;
  }

  private List<NodeAnswers> inOrder(Map<String, NodeAnswers> answers) {
    return nodes.stream()
        .map(node ->
            Objects.requireNonNullElseGet(answers.get(node.name()), () -> NodeAnswers.notYet(node)))
        .toList();
  }

  /** A bug in the survey of one node costs the others nothing. */
  private NodeAnswers answersOf(Node node, Cancellation cancellation) {
    try {
      return new NodeSurvey(terms, node, cancellation).ask();
    } catch (Failure failure) {
      return failed(node, failure.diagnostic());
    } catch (RuntimeException bug) {
      StackTraceElement[] trace = bug.getStackTrace();
      return failed(
          node,
          Diagnostic.of(
                  Code.INTERNAL,
                  bug.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0]))
              .withHint("this is a bug in rdpg-plan: please report it"));
    }
  }

  private static NodeAnswers failed(Node node, Diagnostic error) {
    return new NodeAnswers(node, Map.of(), Map.of(), List.of(error.orOn(node.name())), false);
  }
}
