/** Formats YAML without changing its meaning. */
@NullMarked
package io.rdpg.plan.language.format;

import org.jspecify.annotations.NullMarked;
