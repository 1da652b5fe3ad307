# One node on SQLite, or on Postgres when ConnectionStrings__Presets says so. Build from the repository's root:
#   docker build -f deploy/Api.Dockerfile -t presets .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Api -c Release -o /app

# No shell and no package manager in the final image; it runs as the user "app".
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /home/app
COPY --from=build /app /app
ENV ASPNETCORE_URLS=http://0.0.0.0:8080 \
    ConnectionStrings__Presets="Data Source=/home/app/data/presets.db"
VOLUME /home/app/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["dotnet", "/app/Presets.Api.dll", "health"]
ENTRYPOINT ["dotnet", "/app/Presets.Api.dll"]
