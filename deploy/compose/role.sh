#!/bin/sh
# Run once by PostgreSQL's image, when its volume is new: the role that the nodes connect as. It owns nothing; `evonas node --migrate --grant` gives it its rights.
set -eu

psql --set ON_ERROR_STOP=1 --set password="$(cat /run/secrets/node_password)" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE evonas_node LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
