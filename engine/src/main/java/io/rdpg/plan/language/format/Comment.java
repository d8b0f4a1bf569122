package io.rdpg.plan.language.format;

/**
 * A comment.
 *
 * @param line the line, from 0
 * @param column the column of its {@code #}, from 0
 * @param before the blanks before it, back to what is before it on its line
 * @param text from its {@code #} to the end of the line, byte for byte
 */
record Comment(int line, int column, String before, String text) {}
