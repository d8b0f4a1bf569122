package io.rdpg.plan.run.forecast;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import java.util.function.Function;

/** What a new database is a copy of. */
record DatabaseTemplate(String name) {
  /** It has nothing of anybody's, and lets nobody in. */
  private static final String PRISTINE = "template0";

  /** The one that is asked: any other is of a name that a run can't know to be a template. */
  private static final String USUAL = "template1";

  /**
   * Whether it certainly has nothing of what a query asks about.
   *
   * @param asked the query's observation in another database
   */
  boolean isWithout(Read.Query query, Function<Read.Query, Observation.Rows> asked) {
    if (name.equals(PRISTINE)) {
      return true;
    }
    if (!name.equals(USUAL)) {
      return false;
    }
    try {
      return switch (asked.apply(query.in(name))) {
        case Observation.NoPlace _ -> true;
        case Observation.Table table -> !table.holds();
      };
    } catch (Failure failure) {
      return switch (failure.diagnostic().code()) {
        case SQL_OBJECT_MISSING -> true;
        case SQL_FAILED, POSTGRES_AUTHENTICATION_FAILED -> false;
        default -> throw failure;
      };
    }
  }
}
