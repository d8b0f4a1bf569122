package io.rdpg.plan.target.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.step.Observation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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

  /** What a registration has beside what plans say (Consul's API, "Register Service"). */
  private static final List<String> KEPT =
      List.of(
          "Kind",
          "TaggedAddresses",
          "Meta",
          "SocketPath",
          "Weights",
          "EnableTagOverride",
          "Proxy",
          "Connect",
          "Locality",
          "Namespace",
          "Partition");

  private static final List<String> DERIVED =
      List.of("lan_ipv4", "wan_ipv4", "lan_ipv6", "wan_ipv6");

  private static final Observation.Check UNKNOWN =
      new Observation.Check("unknown", List.of(), null, null);

  private RegistrationFormat() {}

  /**
   * A registration in the agent's notation.
   *
   * @param present what the agent shows of the service under this id, {@code {}} for none. Of what
   *     a plan can't say, and reads don't compare, all stays that can be registered.
   */
  static String toConsul(Observation.Registration wanted, String present) {
    ImmutableRegistration.Builder service =
        ImmutableRegistration.builder()
            .id(wanted.id())
            .name(wanted.name())
            .address(Optional.ofNullable(wanted.address()))
            .port(wanted.port())
            .tags(wanted.tags());
    wanted.checked().ifPresent(check -> service.check(toConsul(wanted.id(), check)));
    ObjectNode registration = Jackson.MAPPER.valueToTree(service.build());
    ObjectNode kept = parsed(present);
    forgetDerived(kept);
    for (String key : KEPT) {
      if (kept.has(key)) {
        registration.set(key, kept.get(key));
      }
    }
    return registration.toString();
  }

  /** A registration as an agent shows it, as it takes one: all of it stays, and its checks. */
  static String asShown(String present) {
    ObjectNode shown = parsed(present);
    forgetDerived(shown);
    ObjectNode registration = Jackson.MAPPER.createObjectNode();
    registration.set("Name", shown.get("Service"));
    Stream.concat(Stream.of("ID", "Tags", "Port", "Address"), KEPT.stream())
        .filter(shown::has)
        .forEach(key -> registration.set(key, shown.get(key)));
    return registration.toString();
  }

  /** Nothing but what it is called. */
  static String bare(String id, String name) {
    return Jackson.MAPPER.createObjectNode().put("ID", id).put("Name", name).toString();
  }

  /** What an agent makes of the address by itself: it does so again. */
  private static void forgetDerived(ObjectNode present) {
    if (present.get("TaggedAddresses") instanceof ObjectNode tagged) {
      ObjectNode derived = Jackson.MAPPER.createObjectNode();
      derived.set("Address", present.get("Address"));
      derived.set("Port", present.get("Port"));
      DERIVED.stream().filter(tag -> derived.equals(tagged.get(tag))).forEach(tagged::remove);
    }
  }

  /** What an agent shows, as JSON. */
  static ObjectNode parsed(String shown) {
    try {
      return Jackson.MAPPER.readValue(shown, ObjectNode.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(shown, e);
    }
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

  /** What an agent has under an id. */
  static Optional<Observation.Registration> ofAgent(
      String id, Map<String, Service> services, Map<String, HealthCheck> checks) {
    return Optional.ofNullable(services.get(id))
        .map(service -> registration(service, checks.get(checkId(id))));
  }

  /**
   * A service with its check.
   *
   * @param check null where it has none
   */
  static Observation.Registration registration(Service service, @Nullable HealthCheck check) {
    return new Observation.Registration(
        service.getId(),
        service.getService(),
        service.getAddress().isEmpty() ? null : service.getAddress(),
        service.getPort(),
        service.getTags(),
        check(check));
  }

  private static Observation.@Nullable Check check(@Nullable HealthCheck shown) {
    return shown == null ? null : noted(shown.getNotes().orElse(""));
  }

  /** Of which type a check is that an agent shows: Consul before 1.7 doesn't tell. */
  static String type(JsonNode shown) {
    String told = shown.path("Type").asText();
    return told.isEmpty() ? noted(shown.path("Notes").asText()).type() : told;
  }

  private static Observation.Check noted(String notes) {
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
