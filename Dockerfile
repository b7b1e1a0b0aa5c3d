# pidreg with the packages of package-lock.json. From a checkout:
#   docker build -t pidreg .
#   docker run --rm -v "$PWD":/data pidreg train config.yaml
FROM node:20-bookworm-slim AS build
WORKDIR /pidreg
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production
COPY --from=build /pidreg/package.json /pidreg/LICENSE /pidreg/
COPY --from=build /pidreg/node_modules /pidreg/node_modules
COPY --from=build /pidreg/bin /pidreg/bin
COPY --from=build /pidreg/dist /pidreg/dist
COPY --from=build /pidreg/configs /pidreg/configs
RUN ln -s /pidreg/bin/pidreg.js /usr/local/bin/pidreg
# Tables and runs are those of the folder that is mounted here, and belong to whoever owns it.
WORKDIR /data
USER node
ENTRYPOINT ["pidreg"]
CMD ["--help"]
