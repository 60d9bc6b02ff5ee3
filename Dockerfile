# The service in a container: `docker build -t bert4rec .`, see compose.yaml for how to run it.
FROM python:3.12-slim-bookworm

# the CPU build of torch is a tenth of the other's size; versions are those the project was tested with
WORKDIR /app
COPY constraints.txt settings.ini setup.py README.md LICENSE MANIFEST.in ./
COPY bert4rec ./bert4rec
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu --constraint constraints.txt . \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin bert4rec

# clients that call by another name than localhost: docker run -e BERT4REC_ALLOWED_HOSTS=recommend.example.org
USER 10001
ENV BERT4REC_BUNDLE=/bundle BERT4REC_HOST=0.0.0.0 BERT4REC_PORT=8000 BERT4REC_DEVICE=cpu PYTHONUNBUFFERED=1
EXPOSE 8000

# restart what is not live; a balancer should ask /health/ready instead
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]

# no shell in between, so that SIGTERM and SIGHUP reach the service
ENTRYPOINT ["bert4rec", "serve"]
