package io.rdpg.plan.language.model;

import org.jspecify.annotations.Nullable;

/**
 * What an inventory says of its lab.
 *
 * @param home the directory of its servers, seen from the inventory's own; null for the usual one
 * @param postgres the version; null for the one that comes with the program
 * @param fsync whether PostgreSQL flushes to disk
 */
public record LabSettings(@Nullable String home, @Nullable String postgres, boolean fsync) {}
