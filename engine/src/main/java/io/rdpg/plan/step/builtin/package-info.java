/** The steps that a plan can name, one small pure class each, and the explicit list of them. */
@NullMarked
package io.rdpg.plan.step.builtin;

import org.jspecify.annotations.NullMarked;
