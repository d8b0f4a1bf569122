package io.rdpg.plan.junit;

import io.rdpg.plan.language.vault.Vault;
import io.rdpg.plan.trial.PlanProgram;
import io.rdpg.plan.trial.TrialLab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
    // JUnit closes what is in a store.
    store(context).put(Lab.class, start(wanted));
  }

  private static Lab start(RdpgLab wanted) {
    return new Lab(
        TrialLab.start(
            PlanProgram.ofThisProcess(),
            Path.of("").toAbsolutePath(),
            Stream.of(wanted.inventory()).map(Path::of).toList(),
            Vault.WITHOUT_PASSWORDS,
            _ -> {}));
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
