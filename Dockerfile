# lingap on the CPU. By default without torch: phonemes, gaps of scores, texts and arrays, reports, the explorer.
# With training: --build-arg EXTRAS=all --build-arg TORCH_INDEX=the index of CPU builds that torch's own page names.
ARG PYTHON=3.12
FROM python:${PYTHON}-slim AS build
ARG EXTRAS=data,report,g2p,numbers,app
ARG TORCH_INDEX=
WORKDIR /source
COPY . .
RUN python -m venv /opt/lingap \
    && if [ -n "$TORCH_INDEX" ]; then \
        /opt/lingap/bin/pip install --no-cache-dir --constraint constraints.txt --index-url "$TORCH_INDEX" torch; \
    fi \
    && /opt/lingap/bin/pip install --no-cache-dir --constraint constraints.txt ".[$EXTRAS]"

FROM python:${PYTHON}-slim
RUN useradd --create-home lingap
COPY --from=build /opt/lingap /opt/lingap
ENV PATH=/opt/lingap/bin:$PATH PYTHONUTF8=1
USER lingap
WORKDIR /data
ENTRYPOINT ["lingap"]
