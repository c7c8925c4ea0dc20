# The desk and its worker in one image. Everything that is installed is held to the hashes of requirements/.
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/tahqiq
COPY requirements/ requirements/
RUN /opt/tahqiq/bin/pip install --require-hashes -r requirements/postgres.txt \
 && /opt/tahqiq/bin/pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE DATA_LICENSES.md hatch_build.py package.json package-lock.json ./
COPY tools/ tools/
COPY src/ src/
RUN /opt/tahqiq/bin/pip install --no-build-isolation --no-deps .

FROM python:3.13-slim-bookworm
COPY --from=build /opt/tahqiq /opt/tahqiq
RUN useradd --system --uid 10001 --home-dir /var/lib/tahqiq --create-home tahqiq
USER tahqiq
WORKDIR /var/lib/tahqiq
ENV PATH=/opt/tahqiq/bin:$PATH TAHQIQ_VAULT=/var/lib/tahqiq/vault TAHQIQ_LOGS=json
EXPOSE 8765
ENTRYPOINT ["tahqiq"]
CMD ["serve", "--host", "0.0.0.0"]
