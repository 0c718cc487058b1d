# Bookgate for any container platform: the gateway with GraphiQL, as an unprivileged user.
FROM node:22-slim AS pages
WORKDIR /pages
COPY gateway/graphiql/package.json gateway/graphiql/package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.13-slim
WORKDIR /bookgate
COPY requirements-serve.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-serve.lock
COPY app.py LICENSE ./
COPY domain domain
COPY storage storage
COPY schema schema
COPY resolvers resolvers
COPY execution execution
COPY gateway gateway
COPY examples examples
COPY --from=pages /pages/node_modules gateway/graphiql/node_modules
RUN useradd --create-home bookgate && mkdir data && chown bookgate data
USER bookgate
VOLUME /bookgate/data
ENV BOOKGATE_HOST=0.0.0.0 BOOKGATE_PORT=8000
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["python", "app.py", "serve"]
