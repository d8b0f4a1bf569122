package io.rdpg.plan.forecast;

import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Look;
import io.rdpg.plan.step.Thing;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that an answer says is not there.
 *
 * @param file what would be in it
 * @param folder the folder of that file as the node resolves it
 */
record MissingFolder(Thing.File file, Thing.File folder) {

  static Optional<MissingFolder> in(Look<?> look, Answer answer) {
    if (look instanceof Look.FileAt at && answer instanceof Answer.NoFolder none) {
      return Optional.of(of(at.path(), none.folder()));
    }
    return look instanceof Look.Configuration at
            && answer instanceof Answer.ConfigurationState state
            && at.stamp() != null
            && state.stampFolder() != null
        ? Optional.of(of(at.stamp(), state.stampFolder()))
        : Optional.empty();
  }

  private static MissingFolder of(String file, String folder) {
    return new MissingFolder(new Thing.File(file), new Thing.File(folder));
  }

  /** The folder of a file by the file's path alone. */
  static Thing.File of(String file) {
    return new Thing.File(file.substring(0, Math.max(0, file.lastIndexOf('/'))));
  }

  /** What may make it on a node by more than the places around it. */
  List<Laid> makers(String node, List<Laid> laid) {
    return laid.stream()
        .filter(one ->
            one.node().equals(node)
                && !one.makesPlaceOf(Set.of(file))
                && (one.mayMake(folder) || one.mayMake(of(file.path()))))
        .toList();
  }
}
