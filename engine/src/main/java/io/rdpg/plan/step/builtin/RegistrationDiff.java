package io.rdpg.plan.step.builtin;

import io.rdpg.plan.step.Observation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The difference between two registrations: the fields that differ, old and new. */
final class RegistrationDiff {
  /** Our own registrations contain no secret, but the old one may be another program's. */
  private static final Pattern PASSWORD_IN_URL = Pattern.compile("//[^/@\\s]*@");

  private RegistrationDiff() {}

  static String of(Observation.Registration old, Observation.Registration fresh) {
    Map<String, String> before = fields(old);
    Map<String, String> after = fields(fresh);
    List<String> lines = new ArrayList<>();
    after.forEach((name, now) -> {
      String then = before.getOrDefault(name, "");
      if (!then.equals(now)) {
        line("- ", name, then).ifPresent(lines::add);
        line("+ ", name, now).ifPresent(lines::add);
      }
    });
    return String.join("\n", lines);
  }

  private static Optional<String> line(String sign, String name, String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(sign + name + ": " + value);
  }

  /** As a plan would write them; empty where they are left out. */
  private static Map<String, String> fields(Observation.Registration its) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("name", its.name());
    fields.put("address", its.address() == null ? "" : its.address());
    fields.put("port", its.port() == 0 ? "" : String.valueOf(its.port()));
    fields.put("tags", its.tags().isEmpty() ? "" : list(its.tags()));
    fields.put("check", its.checked().map(RegistrationDiff::check).orElse(""));
    return fields;
  }

  private static String check(Observation.Check check) {
    StringBuilder shown = new StringBuilder("{").append(check.type()).append(": ");
    List<String> target = check.target();
    String what = target.size() == 1 ? target.getFirst() : list(target);
    shown.append(PASSWORD_IN_URL.matcher(what).replaceAll("//***@"));
    if (check.interval() != null) {
      shown.append(", interval: ").append(check.interval());
    }
    if (check.timeout() != null) {
      shown.append(", timeout: ").append(check.timeout());
    }
    return shown.append("}").toString();
  }

  private static String list(List<String> words) {
    return "[" + String.join(", ", words) + "]";
  }
}
