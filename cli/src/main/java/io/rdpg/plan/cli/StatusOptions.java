package io.rdpg.plan.cli;

import io.rdpg.plan.language.vault.Vault;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line of {@code status} says.
 *
 * @param workspace what is worked on
 * @param inventories empty for the usual one
 * @param extra the arguments of {@code -e}, which may be secrets
 * @param limit a host pattern
 * @param loginsAtOnce null for the usual number
 * @param timeout how long one answer may take
 * @param every the pause between two surveys of one node; null to ask once
 * @param vault opens what is encrypted in its variables
 */
record StatusOptions(
    Workspace workspace,
    List<String> inventories,
    List<String> extra,
    String limit,
    @Nullable Integer loginsAtOnce,
    Duration timeout,
    @Nullable Duration every,
    Vault vault) {}
