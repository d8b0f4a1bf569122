-- Ids go on after those of another server that had this node's number, if there was one: far after
-- them, since not all that it gave out may be here. Then the record. In one transaction.
DO $$
DECLARE
    id record;
BEGIN
    FOR id IN
        SELECT s.seqrelid::regclass AS sequence, d.refobjid::regclass AS of_table, a.attname AS name,
               s.seqincrement AS step, s.seqstart % s.seqincrement AS rest, s.seqmax AS last
        FROM pg_sequence s
        JOIN pg_depend d ON d.objid = s.seqrelid AND d.classid = 'pg_class'::regclass
                        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE s.seqincrement > 1
    LOOP
        EXECUTE format('SELECT setval(%L, CASE WHEN highest < %s - %s THEN highest + %s ELSE highest END) FROM (SELECT max(%I) AS highest FROM %s WHERE %I %% %s = %s) AS ids WHERE highest IS NOT NULL',
                       id.sequence, id.last, id.step * 1048576, id.step * 1048576,
                       id.name, id.of_table, id.name, id.step, id.rest);
    END LOOP;
END
$$;
COMMENT ON PUBLICATION rdpg IS {{ record | sql_literal }};
