//! CPU and memory of processes, as Linux counts them in `/proc`.

use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use crate::Res;

fn ticks() -> f64 {
    static TICKS: OnceLock<f64> = OnceLock::new();
    *TICKS.get_or_init(|| {
        let told = Command::new("getconf").arg("CLK_TCK").output().ok().and_then(|out| String::from_utf8(out.stdout).ok());
        told.and_then(|text| text.trim().parse().ok()).unwrap_or(100.0)
    })
}

/// The numbers of `/proc/PID/stat` from the third on, which follow the name in brackets (proc(5)).
fn stat(pid: u32) -> Option<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split(' ').map(|part| part.trim().parse().unwrap_or(0)).collect())
}

fn seconds(stat: &[u64], from: usize) -> f64 {
    (stat[from] + stat[from + 1]) as f64 / ticks()
}

/// Seconds of CPU a process has used, user and system.
pub fn cpu(pid: u32) -> f64 {
    stat(pid).map_or(0.0, |stat| seconds(&stat, 11))
}

/// Seconds of CPU of the children this process has waited for.
pub fn cpu_of_ended_children() -> f64 {
    stat(std::process::id()).map_or(0.0, |stat| seconds(&stat, 13))
}

fn children(pid: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    all.filter(|one| stat(*one).is_some_and(|stat| stat[1] == u64::from(pid))).collect()
}

/// Seconds of CPU of a database server: its first process, those that run and those that have ended.
pub fn cpu_of_database(postmaster: u32) -> f64 {
    let living: f64 = children(postmaster).into_iter().map(cpu).sum();
    living + stat(postmaster).map_or(0.0, |stat| seconds(&stat, 11) + seconds(&stat, 13))
}

/// Proportional memory of a process in MB (10^6 bytes).
///
/// # Errors
/// When it has ended.
pub fn memory(pid: u32) -> Res<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let kib = text.lines().find_map(|line| line.strip_prefix("Pss:")).and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kib.map(|kib| kib * 1024.0 / 1e6).ok_or_else(|| "no Pss in smaps_rollup".into())
}

/// Runs something and gives the highest memory a process had meanwhile, with the programs it started, in MB.
pub fn highest_memory<T>(pid: u32, work: impl FnOnce() -> T) -> (T, f64) {
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut highest = 0.0_f64;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                highest = highest.max(std::iter::once(pid).chain(children(pid)).filter_map(|one| memory(one).ok()).sum());
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            highest
        });
        let value = work();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        (value, watch.join().unwrap_or(0.0))
    })
}
