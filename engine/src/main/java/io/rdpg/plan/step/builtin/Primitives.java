package io.rdpg.plan.step.builtin;

import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.step.Primitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The list of all primitives: ours by hand, then third parties' by {@link ServiceLoader}. */
public final class Primitives {
  private static final List<Primitive<?>> OURS =
      List.of(
          new SqlExec(),
          new WaitFor(),
          new RenderTemplate(),
          new ReloadService(),
          new RegisterWatch(),
          new ConsulService(),
          new ConsulMember(),
          new ConsulKv(),
          new Lookup(),
          new Command(),
          new Assert());

  private Primitives() {}

  /** Every primitive by its name; ours win over a third party's of the same name. */
  public static Map<String, Primitive<?>> all() {
    Map<String, Primitive<?>> byName = new LinkedHashMap<>();
    OURS.forEach(primitive -> byName.put(primitive.signature().name(), primitive));
    for (Primitive<?> theirs : ServiceLoader.load(Primitive.class)) {
      byName.putIfAbsent(theirs.signature().name(), theirs);
    }
    return byName;
  }

  /** What plans can name: every primitive, and {@code consul_lock}, which the engine runs. */
  public static Map<String, Signature> signatures() {
    List<Signature> signatures = new ArrayList<>();
    signatures.add(ConsulLock.signature());
    all().values().forEach(primitive -> signatures.add(primitive.signature()));
    Map<String, Signature> byName = new LinkedHashMap<>();
    signatures.forEach(signature -> byName.put(signature.name(), signature));
    return byName;
  }
}
