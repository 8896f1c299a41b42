#!/usr/bin/env bash
# docker/new-env.sh > docker/service.env: what docker-compose.yml needs to know, with fresh secrets.
set -euo pipefail
password=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
cat <<END
# The database's owner.
POSTGRES_USER=mutualaid
POSTGRES_PASSWORD=$password
POSTGRES_DB=mutualaid
MUTUALAID_DATABASE=Host=database;Database=mutualaid;Username=mutualaid;Password=$password

# Keys of codes, messages and cookies come from it: keep it with the backups. Lost, the private data is lost.
MUTUALAID_SECRET=$(head -c 32 /dev/urandom | base64)

# Who asked to be forgotten, for a restored backup: keep it apart from the backups.
MUTUALAID_ERASURES=/var/lib/mutualaid/erasures

# Where people reach the service, for the links in messages.
MUTUALAID_PUBLIC_URL=http://localhost:8080

# How sign-in codes and notices leave: file:PATH to try it out (one JSON object a line), a gateway's https:// address in
# earnest.
MUTUALAID_MESSAGES=file:/var/lib/mutualaid/messages
END
