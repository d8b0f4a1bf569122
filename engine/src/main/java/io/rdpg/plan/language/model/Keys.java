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
  /** The deed that holds steps under a lock: the engine's own, and no primitive. */
  public static final String LOCK = "consul_lock";

  /** A plan's keys, in the order in which plans write them. */
  public static final List<Key> PLAN =
      List.of(
          needed("plan", Form.TEXT, "the plan's name", "plan: reports"),
          optional(
              "about", Form.TEXT, "what it is for, for people", "about: A read-only role on nodes"),
          optional(
                  "targets",
                  Form.HOSTS,
                  "the nodes that it runs on: a host pattern, or a list of them. Only the targets"
                      + " of the plan that is named on the command line count, not those of"
                      + " includes",
                  "targets: rdpgsc*")
              .otherwise("all")
              .see("Host patterns"),
          optional(
                  "defaults",
                  Form.VARS_FILE,
                  "the path of a file of variables that count where nothing else sets them;"
                      + " searched beside this plan, beside the one that was named on the command"
                      + " line, then in defaults/",
                  "defaults: \"{{ pg_layout | default('plain') }}.yml\"")
              .see("Variables"),
          optional("vars", Form.VARS, "variables of this plan", "vars: {role: reports}")
              .see("Variables"),
          optional(
              "serial",
              Form.COUNT,
              "batch size: how many nodes run at a time; stops after the first batch in which a node fails."
                  + " By default all nodes run at once. Refused when nodes of a cluster would wait for nodes"
                  + " of a later batch",
              "serial: 1"),
          optional(
                  "scope",
                  Form.REACH,
                  "`cluster`: one node runs this plan for its whole cluster, so nothing in"
                      + " it may be meant for one node. Plans that it includes have its scope",
                  "scope: cluster")
              .otherwise("node")
              .see("Proofs"),
          optional(
                  "needs_lock",
                  Form.FLAG,
                  "`true`: its SQL changes what other nodes change too, so a lock must be held"
                      + " around it on every execution path",
                  "needs_lock: true")
              .otherwise("false")
              .see("Proofs"),
          needed(
              "steps",
              Form.STEPS,
              "the steps, in order",
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
                  "the path of another plan whose steps run here; searched beside this plan,"
                      + " beside the one that was named on the command line, then in plans/",
                  "include: replication/{{ replication }}/server.yml")
              .see("Includes"),
          optional(
              "steps",
              Form.STEPS,
              "a list of steps with shared keys",
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
              "what holds when the step is done. Unique in its plan; may contain a template, the"
                  + " rendered form is shown",
              "name: database {{ schema }} exists"),
          optional(
              "when",
              Form.CONDITION,
              "true or false, or an expression without `{{ }}` with such a value; where it is false the"
                  + " step is skipped. With `for_each` it is evaluated for each item",
              "when: cluster.role == 'service'"),
          optional(
              "for_each",
              Form.LOOP,
              "a list, or an expression without `{{ }}` with a list as its value: the step runs once for each item",
              "for_each: cluster.peers"),
          optional("as", Form.VARIABLE, "the name of the item of a `for_each`", "as: peer")
              .otherwise("item"),
          optional(
                  "register",
                  Form.VARIABLE,
                  "stores the result under this name, for all later steps on this node. Only for"
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
              "the name of another node on which this step runs. Reads and effects are that node's;"
                  + " `node`, `cluster` and all variables stay this node's. On an `include` or a"
                  + " block it applies to every step in it that doesn't name another node. Locks are"
                  + " taken at this node's own agent",
              "on: \"{{ (cluster.nodes | first).name }}\""),
          optional(
                  "become",
                  Form.SWITCH,
                  "whether this step runs on its node as another user than the one who logs in: reads"
                      + " files, runs commands, writes. It applies to all that is in a block or an"
                      + " include, and the innermost counts. By default the inventory's"
                      + " `ansible_become` decides. SQL and Consul are not concerned",
                  "become: true")
              .see("Another user"),
          optional(
                  "become_user",
                  Form.TEXT,
                  "the user that is become, by name; by default the inventory's"
                      + " `ansible_become_user`, else root. It counts only where `become` is true",
                  "become_user: postgres")
              .see("Another user"),
          optional(
                  "on_failure",
                  Form.STEPS,
                  "beside `steps`: the steps to run on a node when one of `steps` has failed there;"
                      + " then its run ends with that failure, as without them. Not after an interrupt",
                  """
                  on_failure:
                    - name: nobody works here any more
                      consul_kv: {key: maintenance/by, absent: true}
                  """)
              .see("Failures"),
          optional(
              "timeout",
              Form.DURATION,
              "a deadline, such as `500ms`, `15s` or `5m`. For a `wait_for` that of the wait; for"
                  + " other primitives that of one attempt, which is then cancelled",
              "timeout: 2m"),
          optional(
                  "retries",
                  Form.COUNT,
                  "how often to try again after a failure. Not after a lost lock, an interrupt, an"
                      + " outage that has lasted for half a minute, or where `become` was refused",
                  "retries: 3")
              .otherwise("0"),
          optional(
                  "every",
                  Form.DURATION,
                  "the pause between tries, the longest pause between reads of a wait",
                  "every: 5s")
              .otherwise("1s"),
          optional(
              "tags",
              Form.WORDS,
              "words for `-t`; a block's or include's tags apply to all that is in it",
              "tags: [files, haproxy]"),
          optional(
                  "touches",
                  Form.THINGS,
                  "the resources that this step's SQL or command reads and changes, for more exact"
                      + " previews: `/path`, `key K`, `service S`, `running S`, or a name of something"
                      + " in PostgreSQL, with `/` for what is inside of it",
                  "touches: database rdpg/tables")
              .see("Previews"),
          optional(
                  "allow",
                  Form.REASONS,
                  "the rules of locks and waits that this step and what is in it may break,"
                      + " each with the reason",
                  "allow: {wait_under_lock: the operator releases it}")
              .see("Proofs"));

  private Keys() {}
}
