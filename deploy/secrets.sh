#!/usr/bin/env bash
# secrets.sh FOLDER NODE…: the secrets of a cluster, made once with openssl.
#   ca.crt ca.key          the private authority of the nodes; put ca.key away
#   NODE.p12               key and certificate of each node
#   certificate.env        EVONAS_CERTIFICATE_PASSWORD, of every NODE.p12
#   owner.password node.password owner.pgpass node.pgpass    of the database: its owner, and the role of the nodes
# What is there already is kept, so that nodes can be added later.
set -euo pipefail

(($# >= 2)) || { echo "usage: ${0##*/} FOLDER NODE…" >&2; exit 2; }
folder=$1
shift

# The folder is closed. Its files are open, so that a container's user can read those that are mounted into it.
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"
umask 022

password() { openssl rand -hex 32; }

[[ -e certificate.env ]] || echo "EVONAS_CERTIFICATE_PASSWORD=$(password)" >certificate.env
for who in owner node; do
    [[ -e $who.password ]] || password | tr -d '\n' >"$who.password"
done
printf 'database:5432:evonas:evonas:%s\n' "$(<owner.password)" >owner.pgpass
printf 'database:5432:evonas:evonas_node:%s\n' "$(<node.password)" >node.pgpass

if [[ ! -e ca.crt ]]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=EvoNas cluster" \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout ca.key -out ca.crt 2>/dev/null
    chmod 600 ca.key
fi

export EVONAS_CERTIFICATE_PASSWORD
EVONAS_CERTIFICATE_PASSWORD=$(sed -n 's/^EVONAS_CERTIFICATE_PASSWORD=//p' certificate.env)
for node; do
    [[ ! -e $node.p12 ]] || continue
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$node" -keyout "$node.key" -out "$node.csr" 2>/dev/null
    # Both ends of a connection show theirs: mutual authentication. The first name is the same in all.
    openssl x509 -req -in "$node.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 825 -out "$node.crt" 2>/dev/null -extfile <(
        printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:evonas,DNS:%s\n' "$node")
    openssl pkcs12 -export -inkey "$node.key" -in "$node.crt" -certfile ca.crt -name "$node" -passout env:EVONAS_CERTIFICATE_PASSWORD -out "$node.p12"
    chmod 644 "$node.p12"
    rm -f "$node.key" "$node.csr" "$node.crt"
    echo "$folder/$node.p12"
done
