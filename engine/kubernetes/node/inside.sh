#!/bin/sh
# The first process of the node, in namespaces of its own: gives it file systems and a network, starts what it is told to, line by line,
# and ends when there is nobody left to tell it more. Everything in its namespaces ends with it.
set -eu
umask 022
# In the /proc of the machine: our number as the machine counts.
read -r pid _ </proc/self/stat

# --- file systems: the machine's, in which nothing of the machine can be changed by accident
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/folder /mnt/over
mount --bind "$NODE_FOLDER" /mnt/folder
mount -t proc proc /proc
umount -l /sys/fs/cgroup
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 cgroups /sys/fs/cgroup
for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
  mkdir /sys/fs/cgroup/$controller
  mount -t cgroup -o $controller cgroup /sys/fs/cgroup/$controller
done
mkdir /sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
for name in etc opt tmp var; do
  mkdir -p /mnt/over/$name/upper /mnt/over/$name/work
  mount -t overlay -o "lowerdir=/$name,upperdir=/mnt/over/$name/upper,workdir=/mnt/over/$name/work" overlay /$name
done
chmod 1777 /tmp
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p "$NODE_FOLDER" /run/lock
mount --bind /mnt/folder "$NODE_FOLDER"
cd "$NODE_FOLDER"
# The controller manager's own provisioner of volumes has a folder of this name.
for pair in kubelet:/var/lib/kubelet containerd:/var/lib/containerd pods:/var/log/pods volumes:/tmp/hostpath_pv; do
  mkdir -p "${pair%%:*}" "${pair#*:}"
  mount --bind "${pair%%:*}" "${pair#*:}"
done
# kubelet sets these for the whole machine: it may believe so.
mkdir -p sysctl
for pair in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=sysctl/$(echo "${pair%%=*}" | tr / _)
  echo "${pair#*=}" >"$file"
  [ ! -e "/proc/sys/${pair%%=*}" ] || mount --bind "$file" "/proc/sys/${pair%%=*}"
done
# kubelet shares mounts with containers.
mount --make-rshared /

# --- a name, and a network that leads nowhere else. Kubernetes wants a default route all the same.
hostname "$NODE_NAME"
printf '127.0.0.1 localhost\n%s %s\n' "$NODE_ADDRESS" "$NODE_NAME" >/etc/hosts
rm -f /etc/resolv.conf
printf 'search svc.cluster.local cluster.local\nnameserver %s\noptions ndots:3\n' "$DNS_ADDRESS" >/etc/resolv.conf
tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
ip link set lo up
ip link add node0 type veth peer name node0-peer
ip link set node0-peer up
ip link set node0 up
ip addr add "$NODE_ADDRESS/24" dev node0
ip route add default via "${NODE_ADDRESS%.*}.254" dev node0
for setting in net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
  net.ipv4.conf.all.route_localnet=1 net.bridge.bridge-nf-call-iptables=1 net.ipv6.conf.all.disable_ipv6=1; do
  sysctl -qw "$setting"
done

# --- what it is told to start, each again when it ends
start() {
  name=$1
  shift
  (
    while :; do
      "$@" </dev/null >>"logs/$name.log" 2>&1 || :
      sleep 0.5
    done
  ) &
}
echo "$pid" >node.pid.new
mv node.pid.new node.pid
exec 3<&0
(while read -r line; do eval "$line"; done) <&3 &
wait $!
