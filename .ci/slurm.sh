#!/usr/bin/env bash
# A sweep on a real Slurm: `bash .ci/slurm.sh PROGRAM`. Starts a cluster of this one machine with everything in a temporary folder, beside whatever
# Slurm there may be, trains, kills, queues again, cancels, and compares with the same sweep without a cluster. Needs root and Debian's packages.
set -euo pipefail
program=$(realpath "${1:?the program}")
place=$(cd "$(dirname "$0")/.." && pwd)

if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  echo 'a real Slurm needs root and apt: skipped'
  exit 0
fi
packages=(slurmctld slurmd slurm-client munge)
missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
fi

work=$(mktemp -d /tmp/atelier-slurm.XXXXXX)
chmod 755 "$work"
mkdir "$work/state" "$work/spool" "$work/log"
host=$(hostname -s)
added=
clean() {
  code=$?
  set +e
  # Runs first, so that none is left when its daemon goes.
  scancel --quiet --user=root 2>/dev/null || true
  sleep 1
  for daemon in slurmd slurmctld munged; do
    [[ -s $work/$daemon.pid ]] || continue
    process=$(<"$work/$daemon.pid")
    kill "$process" 2>/dev/null
    # What it writes as it ends would be left.
    for _ in $(seq 50); do kill -0 "$process" 2>/dev/null || break; sleep 0.2; done
  done
  if ((code)); then
    tail -n 30 "$work"/log/* "$work"/runs/*/slurm/log/* 2>/dev/null || true
  fi
  [[ $added ]] && sed '/# atelier-slurm$/d' /etc/hosts >"$work/hosts" && cat "$work/hosts" >/etc/hosts
  rm -rf "$work"
  exit "$code"
}
trap clean EXIT

# Every client looks the host up, with only 127.0.0.1 on the machine too.
if ! getent hosts "$host" >/dev/null || ! grep -qw -- "$host" /etc/hosts; then
  echo "127.0.0.1 $host # atelier-slurm" >>/etc/hosts
  added=1
fi

free_port() {
  for port in $(seq "$1" "$(($1 + 500))"); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}
control=$(free_port $((20000 + RANDOM % 5000)))
daemon=$(free_port $((26000 + RANDOM % 5000)))
cat >"$work/slurm.conf" <<CONF
ClusterName=atelier
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$control
SlurmdPort=$daemon
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MinJobAge=3600
KillWait=30
OverTimeLimit=0
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/log/slurmctld
SlurmdLogFile=$work/log/slurmd
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
dd if=/dev/urandom of="$work/munge.key" bs=1024 count=1 status=none
chmod 600 "$work/munge.key"
munged --force --key-file="$work/munge.key" --socket="$work/munge.socket" --pid-file="$work/munged.pid" \
  --log-file="$work/log/munged" --seed-file="$work/munge.seed"
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF"
# A machine with fewer cores than it says is drained; it is told what there is.
wait_for() {
  for _ in $(seq 1500); do
    if eval "$2"; then return; fi
    sleep 0.2
  done
  echo "waited five minutes in vain: $1" >&2
  squeue -r -t all >&2 || true
  return 1
}
wait_for 'the node' '[[ $(sinfo -h -o %T) == idle ]]'

step() {
  printf -- '-- %s (%(%H:%M:%S)T)\n' "$1" -1
}
runs_of() {
  find "$1" -maxdepth 1 -name '*_autorec_*' | wc -l
}
value() {
  sed -n "s/^$1 *//p" "$2"
}
sweep=("$program" sweep)
cat >"$work/sweep.toml" <<TOML
system = "autorec"
[data]
path = "$place/sample_data/ratings/ratings.csv"
test_fraction = 0.1
# Long enough that a run is still training when it is killed, on a fast machine too.
[autorec]
epochs = 20000
evaluate_every = 50
[sweep.values]
hidden = [5, 20]
regularization = [0.1, 10, 100]
TOML

step 'the sweep without a cluster'
"${sweep[@]}" "$work/sweep.toml" --runs "$work/local" --device cpu >"$work/here" 2>/dev/null
best=$(value chosen "$work/here")
test -n "$best"

step 'a partition that does not exist'
if "${sweep[@]}" "$work/sweep.toml" --runs "$work/runs" --device cpu --on slurm --partition nowhere 2>"$work/error"; then exit 1; fi
grep -q 'invalid partition specified: nowhere' "$work/error"
grep -q -- '--partition: debug' "$work/error"
test -z "$(ls "$work/runs")"

step 'six runs in six tasks, two at a time'
"${sweep[@]}" "$work/sweep.toml" --runs "$work/runs" --device cpu --on slurm --partition debug --cpus 1 --max-parallel 2 | tee "$work/there"
folder=$(value sweep "$work/there")
job=$(value job "$work/there")
state_of() { squeue -h -r -t all -j "$job" -o '%K %T' | sed -n "s/^$1 //p"; }

step 'a task is killed, and queued again'
begun() { [[ $(runs_of "$work/runs") -ge 1 && $(state_of 0) == RUNNING ]] && grep -q '"scalar"' "$work"/runs/*_autorec_*/events.jsonl; }
wait_for 'the first run' begun
kill -9 "$(pgrep -f "^$program sweep-task $folder --submission 1 --task 0$")"
wait_for 'the end of the killed task' '[[ $(state_of 0) == FAILED ]]'
"${sweep[@]}" "$folder" --status >"$work/status" 2>/dev/null
grep -q 'killed' "$work/status"
scontrol requeue "${job}_0"
sleep 1
scontrol update JobId="${job}_0" StartTime=now

step 'the rest is canceled, and submitted again'
wait_for 'three runs' '[[ $(runs_of "$work/runs") -ge 3 ]]'
"${sweep[@]}" "$folder" --cancel
wait_for 'the end of all tasks' '! squeue -h -r -o %T | grep -q .'
"${sweep[@]}" "$folder" --resubmit --pack 3 | tee "$work/again"
test "$(value job "$work/again")" != "$job"
wait_for 'the end of the sweep' '! squeue -h -r -o %T | grep -q .'

step 'the same best as without a cluster'
"${sweep[@]}" "$folder" --status
"$program" show "$folder" | tee "$work/table"
test "$(value chosen "$work/table")" == "$best"
# Every trial has one run, also those that were killed and canceled.
test "$(runs_of "$work/runs")" == "$(runs_of "$work/local")"
echo 'Slurm: done'
