# An image with netpol, git, kustomize and helm: docs/integrations.md shows how to use it.
#
#   docker build --build-arg VERSION=latest --tag netpol .
#   docker run --rm --volume "$PWD:/work:ro" netpol lint k8s
#
# `npm run test:integrations` builds kustomize and helm by these commands, and `npm run test:package` installs the package as the image does. What could not be
# run: docker itself, so that the base images, apt-get and the user were not tried.

# netpol renders kustomizations and charts by kustomize and helm. These are the modules, with their checksums, that `npm run test:render` checks netpol with.
FROM golang:1.26 AS renderers
WORKDIR /kustomize
COPY test/render/kustomize/go.mod test/render/kustomize/go.sum ./
RUN CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags '-s -w' -o /renderers/kustomize sigs.k8s.io/kustomize/kustomize/v5
WORKDIR /helm
COPY test/render/helm/go.mod test/render/helm/go.sum ./
RUN CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags '-s -w' -o /renderers/helm helm.sh/helm/v3/cmd/helm

FROM node:22-bookworm-slim
ARG VERSION=latest
# git is for revisions: netpol diff --base origin/main. A repository that is mounted belongs to another user, which git refuses without the setting.
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/* && git config --system --add safe.directory /work
COPY --from=renderers /renderers/ /usr/local/bin/
RUN npm install --global --omit=peer --ignore-scripts --no-audit --no-fund "cdk8s-netpol@$VERSION" && npm cache clean --force
USER node
WORKDIR /work
ENTRYPOINT ["netpol"]
CMD ["--help"]
