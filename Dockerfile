# syntax=docker/dockerfile:1
# A static binary in an image that holds nothing else and runs as nobody in particular.
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM scratch
COPY --from=build /src/target/release/ordinance /ordinance
USER 65532:65532
WORKDIR /scan
ENTRYPOINT ["/ordinance"]
CMD ["scan", "--no-progress"]
