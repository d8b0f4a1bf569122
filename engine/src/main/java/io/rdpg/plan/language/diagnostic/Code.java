package io.rdpg.plan.language.diagnostic;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The closed list of what can go wrong. Each code belongs to one exit code. */
public enum Code {
  BAD_COMMAND_LINE(ExitCode.NOT_UNDERSTOOD),
  SYNTAX(ExitCode.NOT_UNDERSTOOD),
  DUPLICATE_KEY(ExitCode.NOT_UNDERSTOOD),
  UNKNOWN_KEY(ExitCode.NOT_UNDERSTOOD),
  UNKNOWN_PRIMITIVE(ExitCode.NOT_UNDERSTOOD),
  UNKNOWN_ARGUMENT(ExitCode.NOT_UNDERSTOOD),
  MISSING_ARGUMENT(ExitCode.NOT_UNDERSTOOD),
  BAD_VALUE(ExitCode.NOT_UNDERSTOOD),
  MISSING_FILE(ExitCode.NOT_UNDERSTOOD),
  INCLUDE_CYCLE(ExitCode.NOT_UNDERSTOOD),
  UNDEFINED_VARIABLE(ExitCode.NOT_UNDERSTOOD),
  BAD_TEMPLATE(ExitCode.NOT_UNDERSTOOD),
  DUPLICATE_NAME(ExitCode.NOT_UNDERSTOOD),
  DUPLICATE_NODE(ExitCode.NOT_UNDERSTOOD),
  UNKNOWN_NODE(ExitCode.NOT_UNDERSTOOD),
  BAD_CONCURRENCY(ExitCode.NOT_UNDERSTOOD),
  MISSING_SECRET(ExitCode.NOT_UNDERSTOOD),
  BAD_VAULT(ExitCode.NOT_UNDERSTOOD),
  BAD_SEAL(ExitCode.NOT_UNDERSTOOD),

  LOCK_TAKEN_TWICE(ExitCode.NOT_UNDERSTOOD),
  LOCK_RELIED_ON_AFTER_RELEASE(ExitCode.NOT_UNDERSTOOD),
  LOCK_LEFT_TO_A_BRANCH(ExitCode.NOT_UNDERSTOOD),
  LOCK_ORDER(ExitCode.NOT_UNDERSTOOD),
  WAIT_UNDER_LOCK(ExitCode.NOT_UNDERSTOOD),
  WAIT_WITHOUT_DEADLINE(ExitCode.NOT_UNDERSTOOD),
  SQL_OUTSIDE_LOCK(ExitCode.NOT_UNDERSTOOD),
  NODE_STEP_IN_CLUSTER_PLAN(ExitCode.NOT_UNDERSTOOD),

  UNREACHABLE(ExitCode.NODE_UNUSABLE),
  AUTHENTICATION_FAILED(ExitCode.NODE_UNUSABLE),
  HOST_KEY_REFUSED(ExitCode.NODE_UNUSABLE),
  BECOME_REFUSED(ExitCode.NODE_UNUSABLE),
  CONNECTION_LOST(ExitCode.NODE_UNUSABLE),
  FORWARDING_REFUSED(ExitCode.NODE_UNUSABLE),
  POSTGRES_UNREACHABLE(ExitCode.NODE_UNUSABLE),
  POSTGRES_AUTHENTICATION_FAILED(ExitCode.NODE_UNUSABLE),
  PEER_UNREACHABLE(ExitCode.NODE_UNUSABLE),
  CONSUL_UNREACHABLE(ExitCode.NODE_UNUSABLE),
  CONSUL_REFUSED(ExitCode.NODE_UNUSABLE),
  TLS_FAILED(ExitCode.NODE_UNUSABLE),
  NO_CONSUL_LEADER(ExitCode.NODE_UNUSABLE),
  LAB_FAILED(ExitCode.NODE_UNUSABLE),

  LOCK_NOT_OBTAINED(ExitCode.LOCK),
  LOCK_LOST(ExitCode.LOCK),

  RUNTIME_VARIABLE(ExitCode.STEP_FAILED),
  BAD_ARGUMENT_VALUE(ExitCode.STEP_FAILED),
  SQL_FAILED(ExitCode.STEP_FAILED),
  SQL_OBJECT_MISSING(ExitCode.STEP_FAILED),
  COMMAND_FAILED(ExitCode.STEP_FAILED),
  FILE_FAILED(ExitCode.STEP_FAILED),
  VALIDATION_FAILED(ExitCode.STEP_FAILED),
  RELOAD_FAILED(ExitCode.STEP_FAILED),

  /** Unlike a reload that failed, what it did is undone: looking again says nothing about it. */
  CONFIGURATION_REFUSED(ExitCode.STEP_FAILED),
  CONSUL_WRITE_REFUSED(ExitCode.STEP_FAILED),
  ASSERTION_FAILED(ExitCode.STEP_FAILED),
  DEADLINE(ExitCode.STEP_FAILED),
  PEER_FAILED(ExitCode.STEP_FAILED),
  NOT_POSSIBLE_HERE(ExitCode.STEP_FAILED),
  INTERNAL(ExitCode.STEP_FAILED),

  NOT_IN_SYNC_AFTER(ExitCode.DIFFERS_AFTER),

  DRIFTED(ExitCode.PREVIEW_OUTDATED),

  INTERRUPTED(ExitCode.INTERRUPTED);

  /**
   * The rules of how plans lock and wait. A step can be excused from one with its key {@code
   * allow}; each has a page in docs/rules.
   */
  public static final Set<Code> RULES = Collections.unmodifiableSet(rules());

  private final ExitCode exit;

  private static EnumSet<Code> rules() {
    EnumSet<Code> rules = EnumSet.range(LOCK_TAKEN_TWICE, NODE_STEP_IN_CLUSTER_PLAN);
    rules.add(BAD_CONCURRENCY);
    return rules;
  }

  Code(ExitCode exit) {
    this.exit = exit;
  }

  /** The exit code of a run that ends with this error. */
  public ExitCode exit() {
    return exit;
  }

  /** The code as events carry it, such as {@code unknown_key}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
