/**
 * Tests plans on real servers: a JUnit extension that starts a lab for a test class and gives its
 * tests a {@link io.rdpg.plan.junit.Lab}.
 */
@NullMarked
package io.rdpg.plan.junit;

import org.jspecify.annotations.NullMarked;
