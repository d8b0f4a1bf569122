-- The slot at the other end stays: that end may be gone, and who is there drops it by itself.
ALTER SUBSCRIPTION {{ subscription | sql_ident }} DISABLE;
ALTER SUBSCRIPTION {{ subscription | sql_ident }} SET (slot_name = NONE);
DROP SUBSCRIPTION {{ subscription | sql_ident }};
