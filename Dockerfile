# syntax=docker/dockerfile:1
# The images of TaskFlow's three services, for amd64 and arm64:
#
#   docker buildx build --target backend --platform linux/amd64,linux/arm64 .
#
# What is in them is written by engine/images, which also makes the same images where there is no Docker (npm run images).
# Every architecture is built on any machine: of the other one, only files are taken, and nothing is run.

# By the digest of the list for all platforms, as public Dockerfiles have it for this tag.
ARG NODE=node:26.10.0-bookworm-slim@sha256:662933cf47f013bc8e4beb31a6116448427a82057ba7c42c97e4c5ba766504c2

# The C and C++ libraries of the machine that will run it.
FROM ${NODE} AS system

FROM --platform=${BUILDPLATFORM} ${NODE} AS build
WORKDIR /taskflow
COPY package.json package-lock.json .npmrc ./
COPY core/package.json core/
COPY adapters/package.json adapters/
COPY backend/package.json backend/
COPY worker/package.json worker/
COPY embedded/package.json embedded/
COPY engine/package.json engine/
COPY frontend/package.json frontend/
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY . .
# Once for all architectures: browsers may ask any pod for what another's page names.
RUN node engine/images/main.ts --page
ARG TARGETARCH
RUN --mount=type=bind,from=system,target=/system \
    node engine/images/main.ts --root /images --architecture "${TARGETARCH}" --libraries /system

FROM scratch AS backend
COPY --from=build /images/runtime/ /
COPY --from=build /images/backend/ /
ENV PATH=/usr/local/bin:/usr/bin:/bin NODE_ENV=production
USER 65532:65532
WORKDIR /app
EXPOSE 3000
ENTRYPOINT ["/usr/local/bin/node", "/app/backend/src/main.ts"]

FROM scratch AS worker
COPY --from=build /images/runtime/ /
COPY --from=build /images/worker/ /
ENV PATH=/usr/local/bin:/usr/bin:/bin NODE_ENV=production
USER 65532:65532
WORKDIR /app
EXPOSE 3001
ENTRYPOINT ["/usr/local/bin/node", "/app/worker/src/main.ts"]

FROM scratch AS frontend
COPY --from=build /images/runtime/ /
COPY --from=build /images/frontend/ /
ENV PATH=/usr/local/bin:/usr/bin:/bin NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
USER 65532:65532
WORKDIR /app
EXPOSE 3002
ENTRYPOINT ["/usr/local/bin/node", "/app/frontend/main.mjs"]
