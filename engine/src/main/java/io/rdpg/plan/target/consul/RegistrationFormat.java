package io.rdpg.plan.target.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.rdpg.plan.step.Observation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kiwiproject.consul.model.agent.ImmutableRegCheck;
import org.kiwiproject.consul.model.agent.ImmutableRegistration;
import org.kiwiproject.consul.model.agent.Registration;
import org.kiwiproject.consul.model.health.HealthCheck;
import org.kiwiproject.consul.model.health.Service;
import org.kiwiproject.consul.util.Jackson;

/**
 * Registrations as an agent takes them and shows them.
 *
 * <p>An agent shows a service, but of its check only the state: not what is checked or how often.
 * So the check is also written into its own notes, which the agent does show; a check without such
 * notes is not ours and equals none that a plan asks for.
 */
final class RegistrationFormat {
  private static final String NOTES = "rdpg-plan ";
  private static final Observation.Check UNKNOWN =
      new Observation.Check("unknown", List.of(), null, null);

  private RegistrationFormat() {}

  /**
   * A registration in the agent's notation.
   *
   * @param present what is registered under the id; null for nothing. Of what a plan can't say, and
   *     reads don't compare, it keeps all that consul-client knows.
   */
  static Registration toConsul(Observation.Registration wanted, @Nullable Service present) {
    ImmutableRegistration.Builder service =
        ImmutableRegistration.builder()
            .id(wanted.id())
            .name(wanted.name())
            .address(Optional.ofNullable(wanted.address()))
            .port(wanted.port())
            .tags(wanted.tags());
    if (present != null) {
      service
          .meta(present.getMeta())
          .enableTagOverride(present.getEnableTagOverride())
          .serviceWeights(present.getWeights());
    }
    wanted.checked().ifPresent(check -> service.check(toConsul(wanted.id(), check)));
    return service.build();
  }

  private static Registration.RegCheck toConsul(String service, Observation.Check check) {
    ImmutableRegCheck.Builder built =
        ImmutableRegCheck.builder()
            .id(checkId(service))
            .interval(Optional.ofNullable(check.interval()))
            .timeout(Optional.ofNullable(check.timeout()))
            .notes(NOTES + json(check));
    return switch (check.type()) {
      case "tcp" -> built.tcp(check.target().getFirst()).build();
      case "http" -> built.http(check.target().getFirst()).build();
      case "ttl" -> built.ttl(check.target().getFirst()).build();
      default -> built.args(check.target()).build();
    };
  }

  static Observation.RegistrationState shown(
      String id, Map<String, Service> services, Map<String, HealthCheck> checks) {
    Service service = services.get(id);
    if (service == null) {
      return new Observation.NoRegistration();
    }
    return new Observation.Existing(
        new Observation.Registration(
            id,
            service.getService(),
            service.getAddress().isEmpty() ? null : service.getAddress(),
            service.getPort(),
            service.getTags(),
            check(checks.get(checkId(id)))));
  }

  private static Observation.@Nullable Check check(@Nullable HealthCheck shown) {
    if (shown == null) {
      return null;
    }
    String notes = shown.getNotes().orElse("");
    if (!notes.startsWith(NOTES)) {
      return UNKNOWN;
    }
    try {
      return Jackson.MAPPER.readValue(notes.substring(NOTES.length()), Observation.Check.class);
    } catch (JsonProcessingException writtenByAnother) {
      return UNKNOWN;
    }
  }

  /** The id that an agent gives a service's only check by itself. */
  static String checkId(String service) {
    return "service:" + service;
  }

  private static String json(Observation.Check check) {
    try {
      return Jackson.MAPPER.writeValueAsString(check);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
