#!/bin/sh
# Runs the node in control groups and namespaces of its own, and removes the groups when it has ended.
# NODE_FOLDER holds everything of the node; its standard input is the node's, and the node ends when that ends.
set -eu
here=$(dirname "$0")
group=taskflow-$$

# Below whatever groups we are in, so that the limits which hold for us hold for the node.
groups=
for controller in cpu cpuacct cpuset memory devices freezer blkio pids systemd; do
  name=$controller
  [ "$controller" != systemd ] || name=name=systemd
  own=$(awk -F: -v name="$name" '$2 == name { print $3 }' /proc/self/cgroup)
  groups="$groups /sys/fs/cgroup/$controller${own%/}/$group"
done

remove_groups() {
  for folder in $groups; do
    tries=0
    # A group lives for a moment longer than its last process.
    while [ -d "$folder" ] && [ "$tries" -lt 50 ]; do
      find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
      tries=$((tries + 1))
    done
  done
}
trap remove_groups EXIT
trap 'exit 1' HUP INT TERM

for folder in $groups; do
  mkdir -p "$folder"
  case $folder in
  */cpuset/*)
    for setting in cpuset.cpus cpuset.mems; do cat "$(dirname "$folder")/$setting" >"$folder/$setting"; done
    ;;
  esac
done

(
  for folder in $groups; do sh -c 'echo $PPID' >"$folder/cgroup.procs"; done
  exec unshare --cgroup --mount --net --pid --uts --ipc --fork --kill-child "$here/inside.sh"
)
