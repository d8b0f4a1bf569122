package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;

import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import java.util.List;

/**
 * The signature of {@code consul_lock}. It is not a primitive: the engine runs its steps under a
 * lock.
 */
final class ConsulLock {
  private ConsulLock() {}

  static Signature signature() {
    return new Signature(
        Keys.LOCK,
        Category.OTHER,
        "Runs its steps while this node holds a Consul lock. The lock is taken only when a step"
            + " has something to do. Inside a scope of the same key it uses the held lock, or takes it"
            + " again when it was released.",
        "every nested step is in sync: no session, no lock",
        List.of(
            optional("key", Kind.TEXT, "the lock's key")
                .such("\"rdpg/{{ cluster.id }}/lock\"")
                .as(Role.RESOURCE),
            optional(
                "ttl", Kind.DURATION, "15s", "the session's time to live, 10 s to 24 h; renewed"),
            optional(
                    "wait",
                    Kind.DURATION,
                    "5m",
                    "the deadline for getting the lock; to be given, see rule `wait_without_deadline`")
                .such("15m"),
            optional(
                "lock_delay",
                Kind.DURATION,
                "15s",
                "how long Consul keeps the lock from others after its holder died, at most 60 s"),
            optional("steps", Kind.LIST, "the steps under the lock"),
            optional("release", Kind.BOOL, "inside a scope: release its lock early")
                .as(Role.RESOURCE)),
        List.of(
            new Signature.ExactlyOne(List.of("key", "release")),
            new Signature.Needs("key", "steps"),
            new Signature.Needs("steps", "key"),
            new Signature.Needs("ttl", "key"),
            new Signature.Needs("wait", "key"),
            new Signature.Needs("lock_delay", "key")),
        List.of(),
        """
        - name: one at a time
          consul_lock:
            key: "rdpg/{{ cluster.id }}/bootstrap/lock"
            wait: 5m
            steps:
              - name: claim the lead
                consul_kv:
                  key: "rdpg/{{ cluster.id }}/leader"
                  value: "{{ node.address }}"
                  if_absent: true
        """);
  }
}
