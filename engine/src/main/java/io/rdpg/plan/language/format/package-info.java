/** Lays YAML out in one form without changing what it says; contacts nothing. */
@NullMarked
package io.rdpg.plan.language.format;

import org.jspecify.annotations.NullMarked;
