/** Parses YAML with positions to the model, and reports all errors at once. */
@NullMarked
package io.rdpg.plan.language.yaml;

import org.jspecify.annotations.NullMarked;
