#!/bin/bash
# Grades a folder of programs as an array job of Slurm, and puts the shares
# together when all parts have ended. In the folder of the course, which all
# nodes see, after `./just setup` on one of them:
#
#     part=$(sbatch --parsable docs/many-computers/slurm.sh HOMEWORK)
#     sbatch --dependency="afterany:$part" --wrap "./just grade --merge shares/*.jsonl"
#
# A part that was lost, such as the third, is done again by:
#
#     sbatch --array=3 docs/many-computers/slurm.sh HOMEWORK
#
#SBATCH --job-name=grade
#SBATCH --array=1-8
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=00:30:00
#SBATCH --output=grade-%A-%a.log

set -euo pipefail

# Not SLURM_ARRAY_TASK_COUNT: in `--array=3` that is 1.
parts=8
part=$SLURM_ARRAY_TASK_ID

# Slurm is the limit of the machines on a node. The course's own limit counts
# the machines of all nodes that share a cache.
export MACHINES_AT_ONCE=0
exec ./just grade "$1" --partition "$part/$parts" --to "shares/$part.jsonl" \
    --jobs "$SLURM_CPUS_PER_TASK"
