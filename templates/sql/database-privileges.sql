-- Nothing for PUBLIC, everything for the owner, who has the database's name.
ALTER DATABASE {{ database | sql_ident }} OWNER TO {{ database | sql_ident }};
REVOKE ALL ON DATABASE {{ database | sql_ident }} FROM PUBLIC;
GRANT ALL ON DATABASE {{ database | sql_ident }} TO {{ database | sql_ident }};
