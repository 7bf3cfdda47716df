# WattsUp with the browser that makes its image and PDF files.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends chromium-headless-shell fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home wattsup

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt
COPY app.py gunicorn.conf.py ./
COPY assets assets
COPY data data
COPY wattsup_core wattsup_core
COPY dashboard dashboard
RUN python -m compileall -q app.py wattsup_core dashboard && mkdir -p data/var && chown wattsup data/var

USER wattsup
ENV PORT=8050
EXPOSE 8050
VOLUME /app/data/var
CMD ["sh", "-c", "exec gunicorn app:server --workers 1 --threads 8 --worker-class gthread --no-control-socket --bind 0.0.0.0:$PORT"]
