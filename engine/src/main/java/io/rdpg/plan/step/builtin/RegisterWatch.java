package io.rdpg.plan.step.builtin;

import static io.rdpg.plan.language.model.Signature.Argument.optional;
import static io.rdpg.plan.language.model.Signature.Argument.required;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Category;
import io.rdpg.plan.language.model.Signature.Kind;
import io.rdpg.plan.language.model.Signature.Role;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.ConsulRight;
import io.rdpg.plan.step.ContentHash;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a watch in the configuration of the node's Consul agent. The agent does not show its
 * watches ({@code DebugConfig.Watches} is empty), so a stamp beside the file says what it has
 * loaded.
 */
public final class RegisterWatch implements Primitive<RegisterWatch.Want> {
  private static final String AGENT = "consul";
  private static final List<String> FIELDS =
      List.of("service", "key", "prefix", "tag", "passingonly", "state", "event");

  /** The agent takes others, too, and sees no check in them. */
  private static final List<String> STATES = List.of("any", "passing", "warning", "critical");

  /** What the author wants: a file, and an agent that has loaded it. */
  public record Want(Effect.WriteFile file, Read.Configuration configuration) {}

  @Override
  public Signature signature() {
    return new Signature(
        "register_watch",
        Category.WATCH,
        "Keeps a watch in the configuration of the node's Consul agent.",
        "file equal, and the agent reloaded since",
        List.of(
            required("name", Kind.TEXT, "the watch's name, and its file's")
                .such("on-change")
                .subject("")
                .as(Role.RESOURCE),
            required("type", Kind.TEXT, "the type of watch, as Consul names it")
                .oneOf("service", "services", "nodes", "key", "keyprefix", "checks", "event")
                .such("services"),
            optional("service", Kind.TEXT, "the service"),
            optional("key", Kind.TEXT, "the key"),
            optional("prefix", Kind.TEXT, "the prefix of the keys"),
            optional("tag", Kind.TEXT, "only instances with this tag"),
            optional("passingonly", Kind.BOOL, "only passing instances"),
            optional("state", Kind.TEXT, "only checks in this state")
                .oneOf(STATES.toArray(String[]::new)),
            optional("event", Kind.TEXT, "the event's name"),
            required(
                    "handler",
                    Kind.ANY,
                    "a command (a list) that gets the change as JSON on its standard input, or a"
                        + " URL that gets it as a POST")
                .such("[/usr/local/bin/on-change]"),
            required("config_dir", Kind.TEXT, "the agent's configuration directory")
                .such("/etc/consul.d"),
            optional(
                "owner", Kind.TEXT, "the file's owner: the user of the agent, which must read it"),
            optional("group", Kind.TEXT, "the file's group"),
            optional("mode", Kind.MODE, "0640", "the file's permission bits")),
        // As the agent has them: it refuses all of its configuration for a watch that breaks one.
        List.of(
            new Signature.NeedsFor("type", "service", "service"),
            new Signature.NeedsFor("type", "key", "key"),
            new Signature.NeedsFor("type", "keyprefix", "prefix"),
            new Signature.OnlyFor("service", "type", List.of("service", "checks")),
            new Signature.OnlyFor("key", "type", List.of("key")),
            new Signature.OnlyFor("prefix", "type", List.of("keyprefix")),
            new Signature.OnlyFor("tag", "type", List.of("service")),
            new Signature.OnlyFor("passingonly", "type", List.of("service")),
            new Signature.OnlyFor("state", "type", List.of("checks")),
            new Signature.OnlyFor("event", "type", List.of("event")),
            new Signature.AtMostOne(List.of("service", "state"))),
        List.of(RegisteredFields.CHANGED),
        """
        - name: watch haproxy
          register_watch:
            name: rdpg-haproxy
            type: service
            service: haproxy
            handler: [/usr/local/lib/rdpg/watch-handler.sh, haproxy]
            config_dir: /etc/consul.d
            owner: consul
        """);
  }

  @Override
  public Want decode(Args args) {
    String name = args.requiredName("name");
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw args.wrong(
          "name", "may contain only letters, digits, '.', '_' and '-': it names a file");
    }
    String path = args.requiredName("config_dir") + "/" + name + ".json";
    return new Want(
        new Effect.WriteFile(
            path,
            Text.plain(content(args)),
            args.account("owner").orElse(null),
            args.account("group").orElse(null),
            args.mode("mode").orElse(0640),
            List.of()),
        new Read.Configuration(
            AGENT, List.of(path), args.requiredName("config_dir") + "/." + name + ".loaded", null));
  }

  /** Made where a plan has watches: a start without any needn't wait for it. */
  private static final class Json {
    private static final ObjectMapper WRITER =
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  }

  /** The agent's own notation, see Consul's documentation of watches. */
  private static String content(Args args) {
    Map<String, Object> watch = new LinkedHashMap<>();
    watch.put("type", args.requiredName("type"));
    for (String field : FIELDS) {
      if (args.has(field)) {
        watch.put(field.equals("event") ? "name" : field, value(args, field));
      }
    }
    List<String> handler = args.nameList("handler");
    if (handler.isEmpty()) {
      throw args.wrong("handler", "is empty");
    }
    if (handler.size() == 1 && handler.getFirst().matches("https?://.*")) {
      args.url("handler", handler.getFirst());
      watch.put("handler_type", "http");
      watch.put("http_handler_config", Map.of("path", handler.getFirst()));
    } else {
      watch.put("handler_type", "script");
      watch.put("args", handler);
    }
    try {
      return Json.WRITER.writeValueAsString(Map.of("watches", List.of(watch))) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings, lists and maps are always written", e);
    }
  }

  private static Object value(Args args, String field) {
    return switch (field) {
      case "passingonly" -> args.flag(field);
      case "key", "prefix" -> args.requiredKey(field);
      case "state" -> state(args);
      default -> args.requiredName(field);
    };
  }

  private static String state(Args args) {
    String state = args.requiredName("state");
    if (!STATES.contains(state)) {
      throw args.wrong(
          "state", "must be one of " + String.join(", ", STATES) + ", not '" + state + "'");
    }
    return state;
  }

  @Override
  public List<Read<?>> reads(Want want) {
    return List.of(
        new Read.FileAt(want.file().path(), want.file().content()), want.configuration());
  }

  @Override
  public Set<Resource> mayTouch(Args known) {
    return Set.of(
        new Resource.Running(AGENT), new Resource.File(known.name("config_dir").orElse("") + "/"));
  }

  @Override
  public Read.Placing placing(String path, Args known) {
    return RenderTemplate.owned(path, known);
  }

  @Override
  public Set<ConsulRight> rights(Args known) {
    Set<ConsulRight> rights = new LinkedHashSet<>(Set.of(new ConsulRight.Reload()));
    ConsulRight.toRead(known).forEach(right -> rights.add(new ConsulRight.Watch(right)));
    return rights;
  }

  @Override
  public Diff diff(Want want, Observations observations) {
    Observation.FileState present = observations.of(new Read.FileAt(want.file().path()));
    Diff file = RenderTemplate.diff(want.file(), present);
    return switch (file) {
      case Diff.Change change -> {
        List<Effect> effects = new ArrayList<>(change.effects());
        String hash = ContentHash.of(want.file().content());
        effects.add(reload(want, hash, undo(want.file().path(), hash, present)));
        yield new Diff.Change(effects, change.because(), change.detail(), true, Map.of());
      }
      case Diff.InSync _ -> loaded(want, observations.of(want.configuration()));
      case Diff.NotYet other -> other;
      case Diff.Refused other -> other;
    };
  }

  private static Diff loaded(Want want, Observation.ConfigurationState state) {
    if (state.isStamped(state.hash())) {
      return new Diff.InSync("the file is equal and the agent has loaded it");
    }
    return new Diff.Change(
        reload(want, state.hash(), null), "nothing shows that the agent has loaded it", null);
  }

  private static Effect.@Nullable Undo undo(
      String path, String hash, Observation.FileState present) {
    return switch (present) {
      case Observation.File(Text content, _, _, int mode) ->
          new Effect.Undo(
              path, hash, new Effect.WriteFile(path, content, null, null, mode, List.of()));
      case Observation.NoFile _ -> new Effect.Undo(path, hash, null);
      case Observation.NoDirectory _, Observation.OtherFile _ -> null;
    };
  }

  private static Effect reload(Want want, String hash, Effect.@Nullable Undo undo) {
    return new Effect.Reload(
        AGENT,
        new Effect.How.ConsulAgent(undo),
        new Effect.Stamp(
            java.util.Objects.requireNonNull(want.configuration().stamp()),
            hash,
            null,
            false,
            Duration.ofSeconds(10)));
  }
}
