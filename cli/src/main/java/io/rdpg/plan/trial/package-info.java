/** Runs plans by processes of their own on labs that are thrown away, and stops them at a step. */
@NullMarked
package io.rdpg.plan.trial;

import org.jspecify.annotations.NullMarked;
