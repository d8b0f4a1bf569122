package io.rdpg.plan.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts a lab before the tests of a class and removes it after them. Test methods, lifecycle
 * methods and constructors get it as a parameter of type {@link Lab}.
 *
 * <pre>{@code
 * @RdpgLab(inventory = "inventories/test.yml")
 * class GrantAccessIT {
 *   @Test
 *   void a_second_apply_finds_nothing_to_do(Lab lab) {
 *     lab.apply("grant-access.yml");
 *     lab.apply("grant-access.yml").assertInSync();
 *   }
 * }
 * }</pre>
 *
 * <p>The tests of a class share its lab, and so do those of its {@code @Nested} classes: what one
 * leaves behind the next one finds. Each class has a lab of its own, at addresses of its own: so
 * classes may run side by side ({@code junit.jupiter.execution.parallel.mode.classes.default =
 * concurrent}). The lab ends with the tests, also when their JVM is killed.
 *
 * <p>When a test fails, the journals of its runs and the logs of all servers are kept in {@code
 * target/rdpg-lab/CLASS/METHOD} ({@code build/…} where there is no {@code pom.xml}; the
 * configuration parameter {@value RdpgLabExtension#KEPT} names another directory).
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RdpgLabExtension.class)
public @interface RdpgLab {
  /**
   * The inventory, as {@code -i} takes it: a file or a folder, from the working directory of the
   * tests. Several are merged, a later one wins. It must be that of a lab ({@code lab: true}); the
   * addresses of its nodes are replaced, and it is told {@code fsync: false}.
   */
  String[] inventory();

  /**
   * The image of Debian 12 from which each node is made as a container, such as {@code
   * debian:bookworm}, with all servers as Debian's packages have them; empty for servers on this
   * machine. It needs a container engine, and {@code rdpg-plan-containers} in the build. The
   * configuration parameter {@value RdpgLabExtension#IMAGE} wins: with it, the same tests run on
   * either.
   */
  String image() default "";
}
