package io.rdpg.plan.target.live;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StepAnswers;
import io.rdpg.plan.target.StepReads;
import io.rdpg.plan.target.postgres.PostgresReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Conditions of several steps that can be asked at once: those of one database of the node's
 * PostgreSQL that follow each other, with nothing between that isn't seen in sync.
 *
 * @param steps their numbers
 */
record ConditionsAhead(List<Integer> steps, List<Read.Query> queries) {

  /** The first that are not asked yet; empty when a step before them is not seen in sync. */
  static ConditionsAhead next(StepAnswers answers) {
    List<Integer> steps = new ArrayList<>();
    List<Read.Query> queries = new ArrayList<>();
    for (int i = 0; i < answers.steps().size(); i++) {
      if (answers.isInSync(i)) {
        continue;
      }
      Optional<Read.Query> query =
          answers
              .steps()
              .get(i)
              .condition()
              .map(StepReads.Condition::query)
              .filter(asked -> asked.server() == null);
      if (query.isEmpty()
          || answers.isAnswered(i)
          || !(queries.isEmpty() || query.get().database().equals(queries.getFirst().database()))) {
        break;
      }
      steps.add(i);
      queries.add(query.get());
    }
    return new ConditionsAhead(steps, queries);
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  /** Asks for them; false when not all of them hold. */
  boolean ask(PostgresReader postgres, StepAnswers answers, Cancellation cancellation) {
    List<Observation.Table> tables = postgres.conditions(queries, cancellation);
    for (int i = 0; i < tables.size(); i++) {
      answers.of(steps.get(i), queries.get(i), tables.get(i));
    }
    return answers.isInSync(steps.getLast());
  }
}
