SELECT rolsuper AND rolcreatedb AND rolcreaterole AND rolinherit AND rolcanlogin
   AND rolpassword = {{ rdpg_password | scram_verifier(cluster.id) | sql_literal }}
FROM pg_authid
WHERE rolname = 'rdpg'
