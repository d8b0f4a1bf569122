package io.rdpg.plan.language.model;

import static io.rdpg.plan.language.model.Key.needed;
import static io.rdpg.plan.language.model.Key.optional;

import io.rdpg.plan.language.model.Key.Form;
import java.util.List;

/**
 * The one list of the keys that plans and steps have. The reader refuses all others; {@code
 * explain}, the docs, the man page and the JSON Schema are made of it. A new key is one entry here,
 * and what the reader does with its value.
 */
public final class Keys {

  /** A plan's keys, in the order in which plans write them. */
  public static final List<Key> PLAN =
      List.of(
          needed("plan", Form.TEXT, "the plan's name", "plan: reports"),
          optional(
              "about", Form.TEXT, "what it is for, for people", "about: A read-only role on nodes"),
          optional(
                  "targets",
                  Form.HOSTS,
                  "the nodes that it goes to: a host pattern, or a list of them. Only the targets"
                      + " of the plan that is named on the command line count, not those of"
                      + " includes",
                  "targets: rdpgsc*")
              .otherwise("all")
              .see("Host patterns"),
          optional("vars", Form.VARS, "variables of this plan", "vars: {role: reports}")
              .see("Variables"),
          optional(
              "serial",
              Form.COUNT,
              "so many nodes after so many; stops after the first group in which a node fails."
                  + " Without it all at once. Refused when nodes of a cluster would wait for nodes"
                  + " that haven't begun",
              "serial: 1"),
          optional(
                  "scope",
                  Form.REACH,
                  "`cluster`: one node does this plan on behalf of its whole cluster, so nothing in"
                      + " it may be meant for one machine. Plans that it includes are of its scope",
                  "scope: cluster")
              .otherwise("node")
              .see("Proofs"),
          optional(
                  "needs_lock",
                  Form.FLAG,
                  "`true`: its SQL changes what other nodes change too, so a lock must be held"
                      + " around it, whichever way a node comes to it",
                  "needs_lock: true")
              .otherwise("false")
              .see("Proofs"),
          needed(
              "steps",
              Form.STEPS,
              "what to do, in order",
              """
              steps:
                - name: the cluster has nodes
                  assert: {that: cluster.nodes | length > 0, message: the inventory is empty}
              """));

  /** What a step can do besides a primitive. */
  public static final List<Key> DEEDS =
      List.of(
          optional(
                  "include",
                  Form.PLAN_FILE,
                  "the path of another plan whose steps are done here; looked for beside this plan,"
                      + " then beside the one that was named on the command line",
                  "include: replication/{{ replication }}/server.yml")
              .see("Includes"),
          optional(
              "steps",
              Form.STEPS,
              "a list of steps under one head",
              """
              steps:
                - name: the cluster has nodes
                  assert: {that: cluster.nodes | length > 0, message: the inventory is empty}
              """));

  /** What a step says besides what it does, in the order in which the docs show it. */
  public static final List<Key> STEP =
      List.of(
          needed(
              "name",
              Form.TEXT,
              "what holds when the step is done. Unique in its plan; may hold a template, the"
                  + " rendered form is shown",
              "name: database {{ schema }} exists"),
          optional(
              "when",
              Form.CONDITION,
              "true or false, or an expression without `{{ }}` that gives it; where it is false the"
                  + " step is skipped. With `for_each` it is asked for each item",
              "when: cluster.role == 'service'"),
          optional(
              "for_each",
              Form.LOOP,
              "a list, or an expression without `{{ }}` that gives one: the step once for each item",
              "for_each: cluster.peers"),
          optional("as", Form.VARIABLE, "the name of the item of a `for_each`", "as: peer")
              .otherwise("item"),
          optional(
                  "register",
                  Form.VARIABLE,
                  "keeps the result under this name, for all later steps on this node. Only for"
                      + " primitives",
                  "register: leader")
              .see("Results"),
          optional(
                  "vars",
                  Form.VARS,
                  "variables of this step and all that is in it",
                  "vars: {schema: rdpg}")
              .see("Variables"),
          optional(
              "on",
              Form.TEXT,
              "the name of another node: do this step there. Looks and effects are that node's;"
                  + " `node`, `cluster` and all variables stay this node's. On an `include` or a"
                  + " block it holds for every step in it that doesn't name another node. Locks are"
                  + " taken at this node's own agent",
              "on: \"{{ (cluster.nodes | first).name }}\""),
          optional(
              "timeout",
              Form.DURATION,
              "a deadline, such as `500ms`, `15s` or `5m`. For a `wait_for` that of the wait; for"
                  + " other primitives that of one attempt, which is then cancelled",
              "timeout: 2m"),
          optional(
                  "retries",
                  Form.COUNT,
                  "after a failure try so often again. Not after a lost lock or an interrupt",
                  "retries: 3")
              .otherwise("0"),
          optional(
                  "every",
                  Form.DURATION,
                  "the pause between tries, the longest pause between looks of a wait",
                  "every: 5s")
              .otherwise("1s"),
          optional(
              "tags",
              Form.WORDS,
              "words for `-t`; a block's or include's tags count for all that is in it",
              "tags: [files, haproxy]"),
          optional(
                  "touches",
                  Form.THINGS,
                  "the things that this step's SQL or command reads and changes, so that previews"
                      + " know more: `/path`, `key K`, `service S`, or a name of something in"
                      + " PostgreSQL, `/` leading inside it",
                  "touches: database rdpg/tables")
              .see("Previews"),
          optional(
                  "allow",
                  Form.REASONS,
                  "the rules of locking and waiting that this step and what is in it need not keep,"
                      + " each with the reason why",
                  "allow: {wait_under_lock: the operator lets go of it}")
              .see("Proofs"));

  private Keys() {}
}
