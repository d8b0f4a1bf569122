package io.rdpg.plan.world;

import io.rdpg.plan.step.Answer;
import io.rdpg.plan.step.Look;

/**
 * A look and what the world itself answered, not a forecast. Holds secrets in the clear.
 *
 * @param node where it was asked
 */
public record Seen(String node, Look<?> look, Answer answer) {}
