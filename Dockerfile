FROM node:26.10.0-trixie-slim AS build
WORKDIR /app
COPY . .
# All of it first, for the console is built by it; then without what only building takes, and without a second Node.
RUN npm ci --no-fund --no-audit \
  && npm prune --omit=dev --ignore-scripts --no-fund --no-audit \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:26.10.0-trixie-slim
# For "loggia backup" and "loggia restore" of PostgreSQL.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends postgresql-client \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=node --group=node --mode=0700 /data \
  && ln -s /app/bin/loggia.js /usr/local/bin/loggia
WORKDIR /app
COPY --from=build /app/package.json /app/openapi.json /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/bin bin
COPY --from=build /app/console console
COPY --from=build /app/docs/compat docs/compat
COPY --from=build /app/src src
COPY --from=build /app/build build
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
# Node runs the program itself, so that it hears the signal.
ENTRYPOINT ["node", "/app/bin/loggia.js"]
CMD ["serve"]
