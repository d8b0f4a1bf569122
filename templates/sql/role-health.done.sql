SELECT rolcanlogin AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)
   AND rolpassword = {{ health_password | scram_verifier(cluster.id) | sql_literal }}
   AND EXISTS (SELECT FROM pg_db_role_setting
               WHERE setrole = r.oid AND setdatabase = 0
                 AND 'default_transaction_read_only=on' = ANY (setconfig))
FROM pg_authid r
WHERE rolname = 'health'
