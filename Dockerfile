# docker build -t chatserver . && docker run -p 8080:8080 -v chat:/data chatserver
FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/chat && /opt/chat/bin/pip install --no-cache-dir --constraint deploy/constraints.txt '.[words]'
# A running server needs no pip.
RUN /opt/chat/bin/pip uninstall --yes setuptools pip

FROM python:3.11-slim-bookworm
COPY --from=build /opt/chat /opt/chat
# A fixed number: a volume keeps its owner when the image is built again.
RUN useradd --system --uid 990 --home-dir /data --shell /usr/sbin/nologin chat \
    && install -d -m 0700 -o chat -g chat /data \
    # twistd notes the plugins that it finds. The server's own user may not write there.
    && /opt/chat/bin/twistd --help >/dev/null
ENV PATH=/opt/chat/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CHATSERVER_DATA=/data \
    CHATSERVER_INTERFACE=0.0.0.0
USER chat
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Behind TLS, too: the port answers both, and who comes from this machine needs none.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD \
    ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["chatserver"]
