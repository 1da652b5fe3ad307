# A node of a cluster. Build from the repository's root:
#   docker build -f deploy/Silo.Dockerfile -t presets-silo .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Silo -c Release -o /app

# No shell and no package manager in the final image; it runs as the user "app".
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /home/app
COPY --from=build /app /app
ENV ASPNETCORE_URLS=http://0.0.0.0:8080
EXPOSE 8080 11111
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["dotnet", "/app/Presets.Silo.dll", "health"]
ENTRYPOINT ["dotnet", "/app/Presets.Silo.dll"]
