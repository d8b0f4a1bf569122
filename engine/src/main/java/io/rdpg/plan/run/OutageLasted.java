package io.rdpg.plan.run;

import io.rdpg.plan.language.diagnostic.Failure;

/** An outage that outlasted its grace, within which what it hit was tried again and again. */
final class OutageLasted extends Failure {
  OutageLasted(Failure outage) {
    super(outage.diagnostic(), outage);
  }
}
