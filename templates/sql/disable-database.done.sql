SELECT pg_get_userbyid(proowner) = 'rdpg'
   AND NOT EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner)))
                   WHERE grantee = 0) -- PUBLIC
   AND prosrc = $function$
{% include "disable-database.body.sql" %}
$function$
FROM pg_proc
WHERE oid = to_regprocedure('rdpg.disable_database(text)')
