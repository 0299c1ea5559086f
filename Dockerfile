# gapledger in a container: `docker build -t gapledger .`, then
#   docker run -v ledger:/var/lib/gapledger gapledger                     # one nightly run
#   docker run -v ledger:/var/lib/gapledger gapledger status              # any other command
# The steps are those of the Makefile; tests/test_running.py reads this file, and the steps were run by hand in a bare environment.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    GX_ANALYTICS_ENABLED=false \
    OPENBLAS_NUM_THREADS=1 \
    UV_COMPILE_BYTECODE=1 \
    GAPLEDGER_HOME=/var/lib/gapledger \
    PATH=/opt/gapledger/bin:$PATH

WORKDIR /src

# What changes seldom comes first: a new version of gapledger installs none of its libraries again.
COPY constraints-build.txt constraints.txt pyproject.toml ./
RUN python -m venv /opt/gapledger && \
    /opt/gapledger/bin/python -m pip install --quiet --no-cache-dir --require-hashes -r constraints-build.txt
RUN uv pip install --quiet --no-cache --python /opt/gapledger/bin/python --require-hashes --constraint constraints.txt -r pyproject.toml --extra s3

COPY README.md LICENSE ./
COPY extractors extractors
COPY transforms transforms
COPY reports reports
COPY warehouse warehouse
COPY flows flows
RUN uv pip install --quiet --no-cache --python /opt/gapledger/bin/python --no-deps --no-build-isolation .

RUN useradd --system --create-home --uid 10001 gapledger && \
    install -d -o gapledger /var/lib/gapledger
USER 10001
WORKDIR /var/lib/gapledger
VOLUME /var/lib/gapledger

HEALTHCHECK --interval=1h --timeout=1m CMD ["gapledger", "status", "--failing"]
ENTRYPOINT ["gapledger"]
CMD ["run"]
