/** Diagnostics: the one form of every error, with its position and a hint. */
@NullMarked
package io.rdpg.plan.language.diagnostic;

import org.jspecify.annotations.NullMarked;
