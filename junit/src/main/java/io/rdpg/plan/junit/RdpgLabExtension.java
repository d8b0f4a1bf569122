package io.rdpg.plan.junit;

import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.trial.ContainerProvider;
import io.rdpg.plan.trial.PlanProgram;
import io.rdpg.plan.trial.TestBed;
import io.rdpg.plan.trial.TrialLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link RdpgLab} does. */
final class RdpgLabExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
  /** The configuration parameter that names the directory of what is kept of failed tests. */
  static final String KEPT = "rdpg.lab.kept";

  /** The configuration parameter that names the image of nodes, for every lab. */
  static final String IMAGE = "rdpg.lab.image";

  private static final ExtensionContext.Namespace OURS =
      ExtensionContext.Namespace.create(RdpgLabExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    if (lab(context).isPresent()) {
      return; // of the class around this one
    }
    RdpgLab wanted =
        AnnotationSupport.findAnnotation(context.getRequiredTestClass(), RdpgLab.class)
            .orElseThrow(() ->
                new ExtensionConfigurationException(
                    context.getRequiredTestClass() + " has no annotation @RdpgLab"));
    String image = context.getConfigurationParameter(IMAGE).orElse(wanted.image());
    // JUnit closes what is in a store.
    store(context).put(Lab.class, new Lab(start(wanted, image)));
  }

  private static TestBed start(RdpgLab wanted, String image) {
    PlanProgram program = PlanProgram.ofThisProcess();
    Path workingDirectory = Path.of("").toAbsolutePath();
    List<Path> inventories = Stream.of(wanted.inventory()).map(Path::of).toList();
    return image.isEmpty()
        ? TrialLab.start(program, workingDirectory, inventories, Vault.WITHOUT_PASSWORDS, _ -> {})
        : containers().start(program, workingDirectory, inventories, image);
  }

  private static ContainerProvider containers() {
    return ServiceLoader.load(ContainerProvider.class)
        .findFirst()
        .orElseThrow(() ->
            new ExtensionConfigurationException(
                "nodes of an image are containers: add rdpg-plan-containers to the build's"
                    + " dependencies, in the version of rdpg-plan-junit"));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    lab(context).ifPresent(Lab::beginTest);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      lab(context).ifPresent(lab -> keep(lab, context));
    }
  }

  private static void keep(Lab lab, ExtensionContext context) {
    Path directory =
        context
            .getConfigurationParameter(KEPT)
            .map(Path::of)
            .orElseGet(RdpgLabExtension::usualDirectory)
            .resolve(context.getRequiredTestClass().getName())
            .resolve(context.getRequiredTestMethod().getName());
    lab.keep(directory);
    context.publishReportEntry("rdpg-lab", directory.toString());
  }

  private static Path usualDirectory() {
    return Path.of(Files.exists(Path.of("pom.xml")) ? "target" : "build", "rdpg-lab");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Lab.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return lab(context).orElseThrow();
  }

  private static Optional<Lab> lab(ExtensionContext context) {
    return Optional.ofNullable(store(context).get(Lab.class, Lab.class));
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(OURS);
  }
}
