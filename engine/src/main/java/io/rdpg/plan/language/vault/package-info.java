/** What ansible-vault encrypted. */
@NullMarked
package io.rdpg.plan.language.vault;

import org.jspecify.annotations.NullMarked;
