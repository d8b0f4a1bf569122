SELECT pg_get_userbyid(datdba) = {{ database | sql_literal }}
   AND NOT EXISTS (SELECT FROM aclexplode(acl) WHERE grantee = 0) -- 0 is PUBLIC
   AND ARRAY(SELECT privilege_type FROM aclexplode(acl) WHERE grantee = datdba)
       @> ARRAY['CREATE', 'CONNECT', 'TEMPORARY']
FROM pg_database, coalesce(datacl, acldefault('d', datdba)) AS acl
WHERE datname = {{ database | sql_literal }}
