#!/bin/sh
# Unpacks criu of Debian 13 and the libraries that it needs into ~/.fogbank-criu, for a Debian of before whose criu is too old for its kernel. The packages
# come from this machine's own mirror, checked with its keys, by an apt of its own: nothing of the system is changed. Can be run again.
set -eu
folder="$HOME/.fogbank-criu"
suite=trixie
[ -x "$folder/usr/sbin/criu" ] && exit 0
keys=/usr/share/keyrings/debian-archive-keyring.gpg
find_mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' 'Origin: Debian' 'Label: Debian' | head -n 1
}
mirror=$(find_mirror)
if [ -z "$mirror" ]; then
  apt-get -qq update
  mirror=$(find_mirror)
fi
if [ -z "$mirror" ]; then
  echo 'apt on this machine knows no mirror of Debian.' >&2
  exit 1
fi
place=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/lists/partial" "$place/cache/archives/partial" "$place/root"
echo "deb [signed-by=$keys] $mirror $suite main" >"$place/sources.list"
apt() {
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::sourcelist="$place/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$place" -o Dir::State::lists="$place/lists" \
    -o Dir::Cache="$place/cache" -o Dir::State::status=/dev/null -o Dir::Etc::preferencesparts=/dev/null "$@"
}
# Nothing counts as installed, so that all that it needs is taken.
apt update
apt install --yes --download-only --no-install-recommends criu >/dev/null
for package in "$place"/cache/archives/*.deb; do dpkg-deb -x "$package" "$place/root"; done
rm -rf "$folder"
mv "$place/root" "$folder"
