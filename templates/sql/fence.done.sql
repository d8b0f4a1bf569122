SELECT prosecdef
   AND proconfig = ARRAY['search_path=pg_catalog, pg_temp']
   AND (SELECT rolsuper FROM pg_roles WHERE oid = proowner)
   AND (SELECT array_agg(grantee ORDER BY grantee) FROM aclexplode(coalesce(proacl, acldefault('f', proowner))))
       = (SELECT array_agg(oid ORDER BY oid) FROM pg_roles WHERE oid = proowner OR rolname = 'rdpg')
   AND prosrc = $function$
{% include "fence.body.sql" %}
$function$
FROM pg_proc
WHERE oid = to_regprocedure('rdpg.fence(jsonb)')
