//! The subcommands for teachers.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

use super::grade_folder::{self, GradeFiles};
use super::{bundle, class, grade_share, marking, report};
use crate::exercise::Workshop;
use crate::shares::partition::Partition;

/// The subcommands for teachers.
#[derive(Subcommand)]
pub enum TeachCommand {
    /// Grade a folder of programs: FOLDER/STUDENT/3.1.rs, or as in the work
    /// folder, FOLDER/STUDENT/3.1-NAME/src/main.rs
    Grade {
        /// The folder
        #[arg(required_unless_present = "merge")]
        folder: Option<PathBuf>,
        /// Where to write JUnit XML [default: workshop/grades.xml]
        #[arg(long, value_name = "FILE")]
        junit: Option<PathBuf>,
        /// Where to write CSV [default: workshop/grades.csv]
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
        /// Number of machines at once [default: one for each processor]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        jobs: Option<u16>,
        /// Grade only this part of the programs, for example the third of
        /// eight, and write a share: the result is that of --merge
        #[arg(long, value_name = "3/8", conflicts_with_all = ["junit", "csv"])]
        partition: Option<Partition>,
        /// Where to write the share [default: workshop/grades-3-of-8.jsonl]
        #[arg(long, value_name = "FILE", requires = "partition")]
        to: Option<PathBuf>,
        /// Put the shares of all parts together
        #[arg(
            long,
            value_name = "SHARE",
            num_args = 1..,
            conflicts_with_all = ["folder", "partition", "jobs"]
        )]
        merge: Vec<PathBuf>,
    },
    /// Write a report of your work: JSON for the teacher, Markdown to read
    Report {
        /// Your name [default: your login name]
        #[arg(long)]
        name: Option<String>,
        /// Where to write the report [default: workshop/report.json, and .md]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Show the reports of a class in one table
    Class {
        /// The folder of the JSON files
        folder: PathBuf,
    },
    /// Pack the whole course into one archive, for places without internet
    Bundle {
        /// The archive [default: workshop/namespace-workshop.tar.gz]
        file: Option<PathBuf>,
        /// Include every kernel that has been fetched, not only the one in use
        #[arg(long)]
        all_kernels: bool,
    },
}

/// Runs one of the subcommands and returns the exit code.
pub fn run(workspace: &Path, command: TeachCommand) -> Result<u8> {
    let workshop = Workshop::new(workspace);
    let own = |name: &str| workshop.folder().join(name);
    match command {
        TeachCommand::Grade {
            folder,
            junit,
            csv,
            jobs,
            partition,
            to,
            merge,
        } => {
            let files = GradeFiles {
                junit: junit.unwrap_or_else(|| own("grades.xml")),
                csv: csv.unwrap_or_else(|| own("grades.csv")),
            };
            let jobs = jobs.map_or_else(marking::most_at_once, usize::from);
            let Some(folder) = folder else {
                return grade_share::put_together(workspace, &merge, &files);
            };
            let Some(partition) = partition else {
                return grade_folder::run(workspace, &folder, &files, jobs);
            };
            let to = to.unwrap_or_else(|| own(&partition.file("grades")));
            grade_share::run(workspace, &folder, partition, &to, jobs)
        }
        TeachCommand::Report { name, to } => {
            let to = to.unwrap_or_else(|| own("report.json"));
            report::run(&workshop, name, &to)
        }
        TeachCommand::Class { folder } => class::run(workspace, &folder),
        TeachCommand::Bundle { file, all_kernels } => {
            let to = file.unwrap_or_else(|| own(bundle::FILE));
            bundle::run(workspace, &to, all_kernels)
        }
    }
}
