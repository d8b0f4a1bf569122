package io.rdpg.plan.target.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.NodeAccess;
import io.rdpg.plan.language.model.NodeAccess.Become.Method;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.files.FilesEffects;
import io.rdpg.plan.target.files.FilesReader;
import io.rdpg.plan.target.shell.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said beforehand of whether a file can be written is what happens when it is written. */
@Tag("server")
class FilePlacesIT {
  private static final Cancellation NEVER = new Cancellation();

  @TempDir static Path temp;
  @AutoClose private static MachineWithUsers machine;
  @AutoClose private static Transport node;

  @BeforeAll
  static void start() throws IOException {
    machine = new MachineWithUsers(temp);
    node =
        new SshTransport(
            "n1",
            machine.as("free"),
            new NodeAccess.Become(Method.SUDO, (Text) null),
            new SshClient(new LoginQueue(LoginQueue.usual())));
  }

  /** Begins anew, with directories and files of several users. */
  private static void lay() {
    Transport.Reply reply =
        node.as("root")
            .run(
                new Transport.Script(
                    """
                    set -e
                    rm -rf /tmp/places
                    install -d -m 755 /tmp/places
                    cd /tmp/places
                    install -d -m 755 -o app -g app app
                    install -d -m 1777 all
                    install -d -m 700 closed closed/inner
                    touch all/of-root app/of-root app/of-app file
                    chown app:app app/of-app
                    ln -s /tmp/places/app/of-app all/link
                    ln -s /tmp/places/app/new all/to-new
                    ln -s /tmp/places/none/new all/to-nowhere
                    """),
                NEVER);
    assertThat(reply.exit()).as(reply.err()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "app"})
  void foretells_what_comes_of_writing(String user) {
    Transport shell = node.as(user);
    List<String> untrue = new ArrayList<>();
    Set<Boolean> met = new HashSet<>();
    lay();
    for (Read.Placing placing : placings()) {
      @Nullable String hindrance = place(shell, placing).hindrance();
      @Nullable String failure = write(shell, placing);
      if ((hindrance == null) != (failure == null)) {
        untrue.add(placing + ": said " + hindrance + ", but " + failure);
      }
      if (failure == null) {
        lay();
      }
      met.add(failure == null);
    }

    assertThat(untrue).isEmpty();
    assertThat(met).containsExactlyInAnyOrder(true, false);
  }

  /** Every path with an owner of its own and without, and each pair of owner and group at some. */
  private static List<Read.Placing> placings() {
    List<Read.Placing> all = new ArrayList<>();
    for (String path :
        List.of(
            "new",
            "all/new",
            "closed/new",
            "closed/inner/new",
            "none/new",
            "file/new",
            "app",
            "all/of-root",
            "app/of-root",
            "all/link",
            "all/to-new",
            "all/to-nowhere")) {
      all.add(new Read.Placing("/tmp/places/" + path, null, null));
      all.add(new Read.Placing("/tmp/places/" + path, "app", "app"));
    }
    for (String path : List.of("app/new", "app/of-app")) {
      for (@Nullable String owner : Arrays.asList(null, "app", "root", "0", "nosuch")) {
        for (@Nullable String group : Arrays.asList(null, "app", "root", "0", "nosuch")) {
          all.add(new Read.Placing("/tmp/places/" + path, owner, group));
        }
      }
    }
    return all;
  }

  private static Observation.Place place(Transport shell, Read.Placing placing) {
    return (Observation.Place)
        Objects.requireNonNull(new FilesReader(shell).read(List.of(placing), NEVER).get(placing));
  }

  /** Null when it was written. */
  private static @Nullable String write(Transport shell, Read.Placing placing) {
    try {
      new FilesEffects(shell)
          .write(
              new Effect.WriteFile(
                  placing.path(),
                  Text.plain("x"),
                  placing.owner(),
                  placing.group(),
                  null,
                  List.of()),
              NEVER);
      return null;
    } catch (Failure failure) {
      return failure.diagnostic().message();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          root | none/new   | -      | -      | directory /tmp/places/none doesn't exist
          root | app        | -      | -      | /tmp/places/app is no regular file
          app  | new        | -      | -      | user app may not write in /tmp/places
          app  | closed/new | -      | -      | user app may not write in /tmp/places/closed
          app  | closed/inner/new | - | -   | user app may not enter /tmp/places/closed/inner
          app  | all/of-root | -     | -      | user app may not replace others' files in /tmp/places/all
          root | new        | nosuch | -      | user nosuch doesn't exist
          root | new        | -      | nosuch | group nosuch doesn't exist
          app  | app/new    | root   | -      | only root may give files to root
          app  | app/new    | -      | root   | only root may give files to group root
          """)
  void says_what_is_in_the_way(
      String user, String path, @Nullable String owner, @Nullable String group, String hindrance) {
    lay();

    assertThat(place(node.as(user), new Read.Placing("/tmp/places/" + path, owner, group)))
        .extracting(Observation.Place::hindrance)
        .isEqualTo(hindrance);
  }
}
