# One image for every process of the Procfile: `docker run IMAGE serve --with-worker` is the smallest whole bot.
FROM python:3.11-slim

RUN pip install --no-cache-dir uv==0.13.9 \
    && useradd --create-home --uid 10001 leadhand \
    && install -d -o leadhand /data
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE manifest.json ./
COPY bot bot
COPY pipelines pipelines
COPY storage storage
COPY migrations migrations
RUN uv sync --frozen --no-editable --no-cache --extra openai

USER leadhand
ENV PATH=/app/.venv/bin:$PATH LEADHAND_DATA=/data
VOLUME /data
ENTRYPOINT ["leadhand"]
CMD ["serve", "--with-worker"]
