#!/usr/bin/env bash
# Installs the binary of a release, and checks its sha256 before it is unpacked.
#
#   ./install.sh [--version VERSION] [--directory DIR]
#
# The version is by default that of this checkout. ORDINANCE_RELEASES names another place of the releases, such as a
# mirror or a folder (file:///mirror/ordinance).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/Cargo.toml" 2>/dev/null | head -n 1 || true)
directory="$HOME/.local/bin"
releases=${ORDINANCE_RELEASES:-https://github.com/ordinance-dev/ordinance/releases/download}

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case "$1" in
    --version) version=${2:?--version needs a value}; shift 2 ;;
    --directory) directory=${2:?--directory needs a value}; shift 2 ;;
    *) fail "there is no option '$1'" ;;
  esac
done
[ -n "$version" ] || fail "say which version: --version 1.2.3"

case "$(uname -s)" in
  Linux) system=unknown-linux-musl ;;
  Darwin) system=apple-darwin ;;
  MINGW* | MSYS* | CYGWIN*) system=pc-windows-msvc ;;
  *) fail "there is no binary for $(uname -s): cargo install --locked --git https://github.com/ordinance-dev/ordinance" ;;
esac
case "$(uname -m)" in
  x86_64 | amd64) machine=x86_64 ;;
  arm64 | aarch64) machine=aarch64 ;;
  *) fail "there is no binary for $(uname -m)" ;;
esac

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

name="ordinance-$version-$machine-$system.tar.gz"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
curl --fail --silent --show-error --location --proto '=https,file' --retry 3 --output "$work/$name" "$releases/v$version/$name"
curl --fail --silent --show-error --location --proto '=https,file' --retry 3 --output "$work/SHA256SUMS" "$releases/v$version/SHA256SUMS"

# A version that this checkout pins is checked against the list that is reviewed with it, not against the release's own.
sums="$work/SHA256SUMS"
if [ -f "$here/.github/checksums/$version.txt" ]; then sums="$here/.github/checksums/$version.txt"; fi
wanted=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1 }' "$sums")
[ -n "$wanted" ] || fail "no sha256 of $name is known"
got=$(sha256 "$work/$name")
[ "$got" = "$wanted" ] || fail "the sha256 of $name is $got, not $wanted: nothing was installed"

mkdir -p "$directory"
tar -xzf "$work/$name" -C "$work"
binary=$(find "$work" -type f \( -name ordinance -o -name ordinance.exe \) | head -n 1)
[ -n "$binary" ] || fail "$name holds no binary"
install -m 755 "$binary" "$directory/"
printf 'ordinance %s installed in %s\n' "$version" "$directory"
