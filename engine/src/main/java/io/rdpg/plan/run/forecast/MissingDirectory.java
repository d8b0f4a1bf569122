package io.rdpg.plan.run.forecast;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A directory that is missing according to an observation.
 *
 * @param file what would be in it
 * @param directory the directory of that file as the node resolves it
 */
record MissingDirectory(Resource.File file, Resource.File directory) {

  static Optional<MissingDirectory> in(Read<?> read, Observation observation) {
    if (read instanceof Read.FileAt at && observation instanceof Observation.NoDirectory none) {
      return Optional.of(of(at.path(), none.directory()));
    }
    return read instanceof Read.Configuration at
            && observation instanceof Observation.ConfigurationState state
            && at.stamp() != null
            && state.stampDirectory() != null
        ? Optional.of(of(at.stamp(), state.stampDirectory()))
        : Optional.empty();
  }

  private static MissingDirectory of(String file, String directory) {
    return new MissingDirectory(new Resource.File(file), new Resource.File(directory));
  }

  /** The directory of a file by the file's path alone. */
  static Resource.File of(String file) {
    return new Resource.File(file.substring(0, Math.max(0, file.lastIndexOf('/'))));
  }

  /** What may make it on a node by more than the places around it. */
  List<PredictedEffect> makers(String node, List<PredictedEffect> predicted) {
    return predicted.stream()
        .filter(one ->
            one.node().equals(node)
                && !one.makesPlaceOf(Set.of(file))
                && (one.mayMake(directory) || one.mayMake(of(file.path()))))
        .toList();
  }
}
