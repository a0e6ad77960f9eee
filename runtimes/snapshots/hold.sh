# The first program of a sandbox whose runtime becomes a snapshot, or is put there from one. Arguments: the runtime's command, where there is none yet.
exec </dev/null 5>&-
if [ $# = 0 ]; then
  # A snapshot comes into these namespaces. The sandbox stays until Fogbank ends it.
  printf . >&3
  exec 1>&- 2>&- 4>&-
  read -r _ <&3
  exit
fi
# A restored process has the number that it had: those below stay free for whoever restores it.
n=0; while [ $n -lt 60 ]; do (:); n=$((n + 1)); done
# What is kept is a session of its own: this shell, which tells how the runtime ended on descriptor 6, and the runtime.
setsid /bin/sh -c '"$@" <&0 6>&- & exec 3>&-; wait $!; code=$?; echo $code >&6; exit $code' runtime "$@"
