# The server as an image: the same publish and the same commands as ./run.
#   docker build -t mutualaid .  ·  docker run --rm --env-file docker/service.env mutualaid migrate
FROM node:20-slim AS browser
WORKDIR /source
COPY src/MutualAid.Server/Web/package.json src/MutualAid.Server/Web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY src/MutualAid.Server/Web/tsconfig.json src/MutualAid.Server/Web/build.mjs ./
COPY src/MutualAid.Server/Web/Scripts Scripts
RUN npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src src
COPY seed seed
COPY --from=browser /source/dist src/MutualAid.Server/Web/dist
RUN dotnet publish src/MutualAid.Server -c Release -o /app -v q

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# pg_dump and pg_restore of the database's own version, for backup and restore: from PostgreSQL's archive, since the base
# image's distribution has another version.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-15 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app .
COPY docker/healthy.sh /usr/local/bin/healthy
# A volume mounted here belongs to the user that the server runs as.
RUN chmod 755 /usr/local/bin/healthy && install -d -o "$APP_UID" -m 700 /var/lib/mutualaid
ENV MUTUALAID_URLS=http://+:8080
EXPOSE 8080
USER $APP_UID
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["healthy", "8080"]
ENTRYPOINT ["dotnet", "mutualaid.dll"]
CMD ["serve"]
