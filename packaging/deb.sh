#!/usr/bin/env bash
# Builds the Debian package: packaging/deb.sh [BINARY [FOLDER]]
#
# BINARY is a release build (default: target/release/kim), FOLDER takes the package (default: target). Needs dpkg-deb,
# binutils and gzip, no root. The same binary and commit give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
kim=$(realpath "${1:-$target/release/kim}")
out=${2:-$target}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
umask 022

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
install_in() { install -D -m "$1" "$2" "$root$3"; }

install_in 755 "$kim" /usr/bin/kim
install_in 644 packaging/kim.service /usr/lib/systemd/system/kim.service

# The configuration is what `kim init` writes, with the places of a system service.
"$kim" init "$root/etc/kim" >/dev/null
rmdir "$root/etc/kim/eingang"
sed -i \
  -e 's|^data = .*|data = "/var/lib/kim/data"|' \
  -e 's|^folder = .*|folder = "/var/lib/kim/eingang"|' \
  -e 's|"../eingang.csv"|"/var/lib/kim/eingang.csv"|' \
  -e 's|password_file = "[^"]*"|password_file = "/run/credentials/kim.service/mail_password"|' \
  "$root/etc/kim/config/kim.toml"
for place in '"/var/lib/kim/data"' '"/var/lib/kim/eingang"' '"/run/credentials/kim.service/mail_password"'; do
  grep -q "$place" "$root/etc/kim/config/kim.toml" || { echo "kim.toml lacks $place" >&2; exit 1; }
done
install -d -m 750 "$root/var/lib/kim" "$root/var/lib/kim/eingang"
install -d -m 700 "$root/etc/kim/secrets"

"$kim" man "$root/usr/share/man/man1"
gzip -9n "$root"/usr/share/man/man1/*
completions() { mkdir -p "$root$(dirname "$2")"; "$kim" completions "$1" >"$root$2"; }
completions bash /usr/share/bash-completion/completions/kim
completions zsh /usr/share/zsh/vendor-completions/_kim
completions fish /usr/share/fish/vendor_completions.d/kim.fish

doc=/usr/share/doc/kim
for page in docs/betrieb.md docs/handbuch.md docs/datenschutz.md docs/findings.md; do
  install_in 644 "$page" "$doc/$(basename "$page")"
done
cat >"$root$doc/copyright" <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: kim

Files: *
Copyright: the authors of kim
License: EUPL-1.2
$(sed -e 's/[[:space:]]*$//' -e 's/^$/./' -e 's/^/ /' LICENSE)
END
printf 'kim (%s) stable; urgency=medium\n\n  * Version %s.\n\n -- kim <kim@example.org>  %s\n' \
  "$version" "$version" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$root$doc/changelog.gz"
find "$root/usr/share" "$root/etc/kim/config" "$root/etc/kim/pipelines" -type f -exec chmod 644 {} +

# The newest symbol of the C library that the program asks for says which library it needs.
glibc=$(objdump -T "$kim" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1 | cut -d_ -f2)
depends="libc6 (>= $glibc), adduser"
if objdump -p "$kim" | grep -q 'NEEDED.*libgcc_s'; then depends="$depends, libgcc-s1"; fi
mkdir "$root/DEBIAN"
(cd "$root" && find etc/kim -type f -printf '/%p\n' | LC_ALL=C sort) >"$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
cat >"$root/DEBIAN/control" <<END
Package: kim
Version: $version
Architecture: $architecture
Maintainer: kim <kim@example.org>
Installed-Size: $(du -k -s --exclude=DEBIAN "$root" | cut -f1)
Depends: $depends
Recommends: ca-certificates, systemd
Section: misc
Priority: optional
Homepage: $(sed -n 's/^url: *"\?\([^"]*\)"\?$/\1/p' publiccode.yml)
Description: collects the Excel returns of municipalities, mails an evaluation
 kim reads the workbooks that municipalities return to their district, tells
 what is wrong with them, computes indicators, hides small counts, writes an
 Excel evaluation and mails it, on schedule and unattended.
END
for script in postinst prerm postrm; do install -m 755 "packaging/$script" "$root/DEBIAN/$script"; done

mkdir -p "$out"
package=$out/kim_${version}_${architecture}.deb
dpkg-deb --root-owner-group -Zxz -z6 --build "$root" "$package" >/dev/null
echo "$package"
