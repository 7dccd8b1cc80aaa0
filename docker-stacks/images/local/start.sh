# Runs the given command as whoever the container runs as (docker run --user), in a home that can be
# written: on a read-only container or a foreign volume, a temporary one with a warning.
set -eu

if [ ! -w "$HOME" ]; then
    home="${TMPDIR:-/tmp}/home-$(id -u)"
    mkdir -p "$home"
    echo "User $(id -u) can't write to $HOME: files go to $home and are lost with the container." \
        "Add “--group-add users” or give the folder to that user." >&2
    export HOME="$home"
    cd "$HOME"
fi

# A user id without a name is fine for Docker, but not for programs that ask for the name.
export USER="${USER:-jovyan}" LOGNAME="${LOGNAME:-jovyan}"

# Files of servers that ran in this container before a restart.
rm -f "$JUPYTER_RUNTIME_DIR"/jpserver-*

if [ -z "$(ls "$HOME")" ]; then
    cp /opt/rusoil/share/rusoil-jupyter/Welcome.ipynb "$HOME"
fi

exec "$@"
